import { CheckMode, EditSessionRequest, type EditSessionResponse } from '@elder/contracts/quality'
import { beforeAll, expect, test } from 'vitest'
import { createEventQueue, type EventQueue } from '../src/event-queue.ts'
import { callOf, startRig, type Instance } from './rig.ts'

let instance: Instance

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  return rig.close
})

const bad = (name: string) => `export const ${name} = () => { debugger }\n`
const open = (policyYaml = '') => EditSessionRequest.fromPartial({ event: { $case: 'open', value: { repository: 'shop', policyYaml, mode: CheckMode.CHECK_MODE_WHOLE_FILE } } })
const edited = (path: string, version: number, text: string) => EditSessionRequest.fromPartial({ event: { $case: 'edited', value: { file: { path, content: Buffer.from(text) }, version } } })
const closed = (path: string) => EditSessionRequest.fromPartial({ event: { $case: 'close', value: { path } } })

async function answersTo(...requests: EditSessionRequest[]): Promise<EditSessionResponse[]> {
  const queue = createEventQueue<EditSessionRequest>()
  requests.forEach(queue.push)
  queue.close()
  return read(queue)
}
async function* sent(queue: EventQueue<EditSessionRequest>): AsyncGenerator<EditSessionRequest> {
  for await (const requests of queue) yield* requests
}
async function read(queue: EventQueue<EditSessionRequest>): Promise<EditSessionResponse[]> {
  const answers: EditSessionResponse[] = []
  for await (const answer of instance.client.editSession(sent(queue), callOf())) answers.push(answer)
  return answers
}
const brief = (answers: EditSessionResponse[]) => answers.map(({ path, version, findings, error }) => `${path} ${version} ${error || findings.map(({ rule }) => rule).join()}`).sort()

test('each document is answered with its version, its findings and a report', async () => {
  const answers = await answersTo(open(), edited('a.ts', 1, bad('a')), edited('b.ts', 7, 'export const b = 1\n'))
  expect(brief(answers)).toEqual(['a.ts 1 oxlint/no-debugger', 'b.ts 7 '])
  expect(answers[0]?.report?.criteria).toHaveLength(6)
  expect(answers.every(({ file }) => file !== undefined)).toBe(true)
})

test('nothing is said of versions that were overtaken, nor of a document that was closed', async () => {
  const versions = Array.from({ length: 30 }, (_, index) => edited('a.ts', index + 1, bad(`a${index}`)))
  expect(brief(await answersTo(open(), ...versions, edited('b.ts', 1, bad('b')), closed('b.ts')))).toEqual(['a.ts 30 oxlint/no-debugger'])
})

test('the next edit may follow an answer', async () => {
  const queue = createEventQueue<EditSessionRequest>()
  queue.push(open())
  queue.push(edited('a.ts', 1, bad('a')))
  const seen: string[] = []
  for await (const answer of instance.client.editSession(sent(queue), callOf())) {
    seen.push(...brief([answer]))
    if (answer.version === 1) queue.push(edited('a.ts', 2, 'export const a = 1\n'))
    else queue.close()
  }
  expect(seen).toEqual(['a.ts 1 oxlint/no-debugger', 'a.ts 2 '])
})

test('an error about one document names it and does not end the session', async () => {
  const answers = await answersTo(open(), edited('../a.ts', 1, 'x'), edited('a.ts', 3, bad('a')), edited('a.ts', 3, bad('b')), edited('c.ts', 0, 'x'))
  expect(brief(answers)).toEqual([
    expect.stringContaining('../a.ts 1 files[0].path "../a.ts" has an empty part'),
    'a.ts 3 oxlint/no-debugger',
    'a.ts 3 version 3 is not newer than version 3, which was sent before: increase it with every edit',
    'c.ts 0 version must be from 1 to 4294967295',
  ])
})

test.each([
  ['does not open', () => answersTo(edited('a.ts', 1, 'x')), /not open: send open first/],
  ['opens twice', () => answersTo(open(), open()), /open already/],
  ['brings a policy that is none', () => answersTo(open('version: 3\n')), /version must be 1, got 3/],
  ['says nothing', () => answersTo(open(), EditSessionRequest.fromPartial({})), /event is empty/],
])('a session that %s is ended with the reason', async (_what, act, message) => {
  await expect(act()).rejects.toMatchObject({ code: 'invalid_argument', message: expect.stringMatching(message) })
})
