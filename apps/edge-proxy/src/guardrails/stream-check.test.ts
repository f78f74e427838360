import { expect, test } from 'vitest'
import { readRequest, type Api } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import type { AnswerTap } from '../generation/answer-tap.ts'
import { answerCheck } from './answer-check.ts'
import { compilePatterns } from './patterns.ts'
import { heldBack } from './stream-check.ts'

const patterns = compilePatterns([{ source: '(?i)\\bproject bluebird\\b', owner: "the team's policy" }])
const requests: Record<string, object> = {
  chat: { model: 'm', stream: true, messages: [{ role: 'user', content: 'x' }] },
  completions: { model: 'm', stream: true, prompt: 'x' },
  responses: { model: 'm', stream: true, input: 'x' },
  messages: { model: 'm', stream: true, max_tokens: 9, messages: [{ role: 'user', content: 'x' }] },
}

/** One event of a stream of an API that adds these words to the answer. */
const events: Record<string, (text: string) => string> = {
  chat: (content) => `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`,
  'chat with CRLF': (content) => `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content } }] })}\r\n\r\n`,
  'chat tool call': (text) => `data: ${JSON.stringify({ choices: [{ index: 1, delta: { tool_calls: [{ index: 0, function: { arguments: text } }] } }] })}\n\n`,
  completions: (text) => `data: ${JSON.stringify({ choices: [{ index: 0, text }] })}\n\n`,
  responses: (delta) => `event: response.output_text.delta\ndata: ${JSON.stringify({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta })}\n\n`,
  messages: (text) => `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })}\n\n`,
}
const forms = Object.keys(events)

function checkFor(form: string): { tap: AnswerTap; denials: () => number } {
  const api = (form.split(' ', 1)[0] ?? '') as Api
  let denials = 0
  const tap = patterns && answerCheck(readRequest(api, requests[api]), patterns, () => denials++)
  if (!tap) throw new Error('no check')
  return { tap, denials: () => denials }
}

/** What a client gets of a stream that comes in these pieces, and whether it was denied. */
function run(form: string, pieces: readonly Buffer[]): { sent: string; isDenied: boolean } {
  const { tap, denials } = checkFor(form)
  let sent = ''
  try {
    for (const piece of pieces) sent += tap.take(piece)?.toString() ?? ''
    sent += tap.end()?.toString() ?? ''
  } catch (error) {
    if (!(error instanceof ServiceError) || error.reason !== 'ANSWER_DENIED' || !error.message.includes("denied pattern 1 of the team's policy")) throw error
  }
  return { sent, isDenied: denials() > 0 }
}

const inTwo = (form: string, text: string, cut: number) => [text.slice(0, cut), text.slice(cut)].filter((part) => part !== '').map((part) => Buffer.from(events[form]?.(part) ?? ''))

test.each(forms)('%s: a denied text is found wherever it is cut in two events, and nothing of it is shown', (form) => {
  const text = `${'all is well '.repeat(20)}Project Bluebird and so on and on`
  for (let cut = 0; cut <= text.length; cut++) {
    const { sent, isDenied } = run(form, inTwo(form, text, cut))
    expect(isDenied, `cut at ${cut}`).toBe(true)
    expect(sent).not.toMatch(/bluebird|Project/i)
  }
})

test.each(forms)('%s: it is found wherever the bytes are cut, and when every character has its own event', (form) => {
  const text = 'say Project Bluebird.'
  const whole = Buffer.concat(inTwo(form, text, 9))
  for (let cut = 1; cut < whole.length; cut++) expect(run(form, [whole.subarray(0, cut), whole.subarray(cut)]), `cut at ${cut}`).toEqual({ sent: '', isDenied: true })
  expect(run(form, text.split('').map((character) => Buffer.from(events[form]?.(character) ?? '')))).toMatchObject({ isDenied: true, sent: '' })
})

test.each(forms)('%s: what is not denied passes byte for byte, and comes while the rest is still under way', (form) => {
  const text = 'Project Bluebirds are not Project Bluebir '.repeat(12)
  const pieces = text.split('').map((character) => Buffer.from(events[form]?.(character) ?? ''))
  const end = Buffer.from(': comment\n\nevent: ping\ndata: {"type":"ping"}\n\ndata: [DONE]\n\n')
  expect(run(form, [...pieces, end])).toEqual({ sent: Buffer.concat([...pieces, end]).toString(), isDenied: false })
  const { tap } = checkFor(form)
  const passed = pieces.map((piece) => tap.take(piece)?.length ?? 0).reduce((sum, length) => sum + length, 0)
  const behind = Buffer.concat(pieces).length - passed
  expect(behind).toBeLessThanOrEqual((heldBack + 65) * (pieces[0]?.length ?? 0))
})

test('words of two choices that run side by side are read apart, and a match that only the end settles is found', () => {
  const both = (first: string, second: string) => Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: first } }, { index: 1, delta: { content: second } }] })}\n\n`)
  expect(run('chat', [both('project blue', 'bird'), both(' and', ' and')]).isDenied).toBe(false)
  expect(run('chat', [both('a', 'project blue'), both('b', 'bird')])).toEqual({ sent: '', isDenied: true })
  const silent = run('chat', [both('project bluebird', ''), ...Array.from({ length: 30 }, () => both('', 'the other goes on '))])
  expect(silent).toEqual({ sent: '', isDenied: true })
})

test.each([
  ['an event that never ends', 'data: x\n'.repeat(100_000)],
  ['events without a word', 'data: {"choices":[]}\n\n'.repeat(40_000)],
])('what is held of a stream has a bound: %s', (_, text) => {
  const { tap } = checkFor('chat')
  const piece = Buffer.from(text)
  tap.take(Buffer.from(events.chat?.('a word first') ?? ''))
  expect(() => {
    for (let taken = 0; taken < 20 * 1024 * 1024; taken += piece.length) tap.take(piece)
  }).toThrow('without an end that could be checked')
})

test('an answer in one piece is read in every format, also where the JSON escapes it', () => {
  const answers: [string, string][] = [
    ['chat', '{"choices":[{"message":{"role":"assistant","content":"Pro\\u006aect bluebird"}}]}'],
    ['chat', '{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":"{\\"a\\":\\"project bluebird\\"}"}}]}}]}'],
    ['completions', '{"choices":[{"text":"project bluebird"}]}'],
    ['responses', '{"output":[{"type":"message","content":[{"type":"output_text","text":"project bluebird"}]}]}'],
    ['messages', '{"content":[{"type":"tool_use","id":"t","name":"f","input":{"a":["project bluebird"]}}]}'],
  ]
  for (const [api, body] of answers) {
    const tap = patterns && answerCheck({ ...readRequest(api as Api, requests[api]), stream: false }, patterns, () => undefined)
    expect(tap?.take(Buffer.from(body.slice(0, 20)))).toBeUndefined()
    expect(tap?.take(Buffer.from(body.slice(20)))).toBeUndefined()
    expect(() => tap?.end()).toThrow('withheld')
  }
})
