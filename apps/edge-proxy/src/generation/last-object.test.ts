import { expect, test } from 'vitest'
import { startOfLastObject } from './last-object.ts'

const startIn = (text: string) => startOfLastObject(Buffer.from(text))
const answer = { id: 'a', choices: [{ message: { content: 'braces } and ] in "quotes" and \\ ' } }], usage: { tokens: 3 } }

test.each([
  ['one object', JSON.stringify(answer)],
  ['one with white space inside', JSON.stringify(answer, null, 2)],
  ['a text that ends in backslashes', JSON.stringify({ text: '}\\\\', other: '\\"{' })],
  ['an empty object', '{}'],
  ['an object longer than what is read', JSON.stringify({ text: 'x'.repeat(100_000), end: [] })],
  ['a text that holds the end of an object', JSON.stringify({ text: '"}{"error":{"message":"m"}}' })],
])('%s begins where the text does', (_, text) => {
  expect(startIn(text)).toBe(0)
})

test('white space around an object does not count', () => {
  expect(startIn(` \n${JSON.stringify(answer)}\n\n`)).toBe(2)
})

const whole = JSON.stringify(answer)
const failure = '{"error": {"message": "out of memory"}}'

test('wherever an answer was cut, the failure behind it is found', () => {
  for (let length = 1; length <= whole.length; length++) expect(startIn(whole.slice(0, length) + failure)).toBe(length)
})

test('no object begins with an answer that was cut, wherever that was', () => {
  for (let length = 0; length < whole.length; length++) expect(startIn(whole.slice(0, length))).not.toBe(0)
})

test('behind a long answer too', () => {
  const long = JSON.stringify({ text: 'x'.repeat(100_000) })
  expect(startIn(long.slice(0, 50_000) + failure)).toBe(50_000)
  expect(startIn(`${long}\n${failure}`)).toBe(long.length + 1)
})

test.each(['', '\n', '\r\n'])('a second long object is found behind %j', (between) => {
  const long = JSON.stringify({ text: 'x'.repeat(100_000) })
  expect(startIn(`${long}${between}${long}`)).toBe(long.length + between.length)
})

test('a long object that holds what looks like two begins where the text does', () => {
  expect(startIn(JSON.stringify({ code: '{}{}', text: 'x'.repeat(100_000) }))).toBe(0)
  expect(startIn(`{"lines": [\n{"text": "${'x'.repeat(100_000)}"}]}`)).toBe(0)
})

test.each(['', ' ', '[]', '"}"', 'null', '}', '{', '}{', '{"a":1}]'])('%j ends with no object of its own', (text) => {
  expect(startIn(text)).toBeUndefined()
})
