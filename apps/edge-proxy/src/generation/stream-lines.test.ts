import { expect, test } from 'vitest'
import { failingEvent, sendable, sequenceAfter } from './stream-lines.ts'

const event = 'event: a\ndata: {"x":1}\n\n'

test.each([
  ['whole events', event + event, true, true, 2],
  ['a line that is not whole', `${event}data: {"x"`, false, true, 1],
  ['a name without its data', `${event}event: b\n`, true, true, 1],
  ['a name without its data, with carriage returns', `${event}event: b\r\n`.replaceAll('\n', '\r\n').replaceAll('\r\r', '\r'), true, true, 1],
  ['half a name at the very beginning', 'event: b\n', true, true, 0],
])('of %s only goes out what an error event can follow', (_, lines, isNamed, betweenEvents, events) => {
  const whole = lines.includes('\r') ? event.replaceAll('\n', '\r\n') : event
  expect(sendable(Buffer.from(lines), isNamed, betweenEvents)).toBe(whole.length * events)
})

test('data without its empty line goes out, since one can be added', () => {
  const lines = 'event: a\ndata: {"x":1}\n'
  expect(sendable(Buffer.from(lines), true, true)).toBe(lines.length)
  expect(sendable(Buffer.from('\n'), true, false)).toBe(1)
})

test.each([
  ['chat', `${event}data: {"error":{"message":"boom"}}\n\n`, event.length],
  ['messages', `${event}event: error\ndata: {"type":"error","error":{"message":"boom"}}\n\n`, event.length],
  ['responses, with spaces', `${event}event: error\r\ndata: { "type": "error", "message":"boom"}\r\n\r\n`, event.length],
])('a failure in a stream of %s is found with its name', (label, lines, start) => {
  const found = failingEvent(Buffer.from(lines), label !== 'chat')
  expect(found?.start).toBe(start)
  expect(found?.data).toContain('boom')
})

test.each([
  ['an error that is null', 'data: {"error":null,"choices":[]}\n\n'],
  ['text about one', 'data: {"choices":[{"delta":{"content":"{\\"error\\":{}}"}}]}\n\n'],
  ['a field of something else', 'data: {"type":"response.created","response":{"error":{"message":"x"}}}\n\n'],
])('%s is no failure', (_, lines) => {
  for (const isNamed of [true, false]) expect(failingEvent(Buffer.from(lines), isNamed)).toBeUndefined()
})

test('an error event goes on counting after the last number', () => {
  expect(sequenceAfter(Buffer.from('data: {"sequence_number":3}\n\ndata: {"sequence_number" : 14,"x":1}\n\n'))).toBe(15)
  expect(sequenceAfter(Buffer.from('data: {}\n\n'))).toBe(0)
})
