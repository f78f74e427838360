import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, request, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { startEdgeProcess, type EdgeProcess } from './edge-process.ts'
import { metric } from './limited.ts'
import { developerKey, errorOf, question, startRig, type Rig } from './rig.ts'

const MiB = 1024 * 1024
/** Sixteen large bodies are a second of work, or many on a machine that does other things too. */
const patience = { timeoutMs: 60_000 }

let rig: Rig
let edge: EdgeProcess
const thinking: ServerResponse[] = []
let received = 0
// Takes the whole of every body, and answers when it is told to.
const provider = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (received += chunk.length))
  request.on('end', () => void thinking.push(response))
})
beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  rig = await startRig()
  const file = `${rig.folder}/thinking.json`
  writeFileSync(file, JSON.stringify([{ name: 'thinking', baseUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1` }]))
  edge = await startEdgeProcess(rig, { PROVIDERS_FILE: file, BODIES_IN_HAND_BYTES: String(40 * MiB) })
})
afterAll(() => provider.close().closeAllConnections())

const bodyOf = (bytes: number) => JSON.stringify({ ...question, messages: [{ role: 'user', content: 'word '.repeat(bytes / 5) }] })
const answerAll = () => {
  for (const response of thinking.splice(0)) response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[]}')
}
const peakMiB = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${edge.pid}/status`, 'utf8'))?.[1]) / 1_024

test('of many large bodies at once as many as fit are answered, the others get Retry-After, and memory stays bounded', async () => {
  const before = peakMiB()
  const large = bodyOf(7 * MiB)
  const answers = Array.from({ length: 16 }, () => edge.complete(large))
  const refused: Response[] = []
  for (const answer of answers) void answer.then((response) => response.status === 503 && refused.push(response))
  // Thirty MiB are there for large ones, the last ten are kept for what tools send all day.
  await waitUntil(() => refused.length === 12 && thinking.length === 4, patience)
  expect(refused[0]?.headers.get('retry-after')).toBe('3')
  expect(await errorOf(refused[0] as Response)).toMatchObject({ type: 'unavailable', code: 'bodies_in_hand', message: expect.stringContaining('send it again in a few seconds') as string })
  const middling = edge.complete(bodyOf(MiB / 2))
  const small = edge.complete(question)
  await waitUntil(() => thinking.length === 6)
  expect(received).toBeGreaterThan(28 * MiB)
  answerAll()
  expect((await Promise.all(answers)).map(({ status }) => status).filter((status) => status === 200).length).toBe(4)
  expect([(await middling).status, (await small).status]).toEqual([200, 200])
  expect(peakMiB() - before).toBeLessThan(190)
})

test('room is there again when answers have begun, also for a body that says nothing of its length', async () => {
  const answers = [edge.complete(bodyOf(14 * MiB)), edge.complete(bodyOf(14 * MiB))]
  await waitUntil(() => thinking.length === 2, patience)
  expect(await completeInChunks(bodyOf(4 * MiB))).toMatchObject({ status: 503, text: expect.stringContaining('bodies_in_hand') as string })
  answerAll()
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200])
  const chunked = completeInChunks(bodyOf(4 * MiB))
  await waitUntil(() => thinking.length === 1, patience)
  answerAll()
  expect((await chunked).status).toBe(200)
  await waitUntil(async () => /elder_edge_body_bytes_in_hand\S* 0\n/.test(await edge.metrics()))
})

test('declared but unsent bodies do not block other requests, and take no memory', async () => {
  const { hostname, port } = new URL(edge.url)
  const before = await metric(edge, 'nodejs_external_memory_bytes')
  const idle = Array.from({ length: 12 }, (_, index) =>
    connect(Number(port), hostname, function (this: Socket) {
      this.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${developerKey}\r\ncontent-length: ${16 * MiB}\r\n\r\n${' '.repeat(index * 40 * 1024)}`)
    }),
  )
  await waitUntil(async () => /^elder_edge_open_requests\S* 12$/m.test(await edge.metrics()))
  await waitUntil(async () => (await metric(edge, 'elder_edge_body_bytes_in_hand')) >= 65 * 40 * 1024)
  // What V8 thinks is in use, it goes through again and again.
  expect((await metric(edge, 'nodejs_external_memory_bytes')) - before).toBeLessThan(60 * MiB)
  const answer = edge.complete(bodyOf(14 * MiB))
  await waitUntil(() => thinking.length === 1, patience)
  answerAll()
  expect((await answer).status).toBe(200)
  for (const socket of idle) socket.destroy()
  await waitUntil(async () => /elder_edge_body_bytes_in_hand\S* 0\n/.test(await edge.metrics()))
})

test('a body larger than the whole budget is taken when it is alone', async () => {
  const roomless = await startEdgeProcess(rig, { PROVIDERS_FILE: `${rig.folder}/thinking.json`, BODIES_IN_HAND_BYTES: String(MiB) })
  const answer = roomless.complete(bodyOf(8 * MiB))
  await waitUntil(() => thinking.length === 1, patience)
  answerAll()
  expect((await answer).status).toBe(200)
})

function completeInChunks(body: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${edge.url}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${developerKey}` } }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
    asked.on('error', reject)
    for (let at = 0; at < body.length; at += MiB) asked.write(body.slice(at, at + MiB))
    asked.end()
  })
}
