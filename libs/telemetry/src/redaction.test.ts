import { expect, test } from 'vitest'
import { redact } from './redaction.ts'

test.each([
  [`key elder_abcd1234_${'x'.repeat(43)} refused`, 'key [redacted] refused'],
  [`got "elder_abcd1234_${'x'.repeat(30)}`, 'got "[redacted]'],
  ['connect redis://:hunter2@127.0.0.1:6379', 'connect redis://:[redacted]@127.0.0.1:6379'],
  ['postgres://elder:p%40ss@db/elder', 'postgres://elder:[redacted]@db/elder'],
  ['{"header":"Bearer abcdefghijklmnopqrstuvwxyz"}', '{"header":"[redacted]"}'],
])('blanks the secret in %j', (text, shown) => {
  expect(redact(text)).toBe(shown)
})

test('leaves ordinary text alone', () => {
  const line = '{"msg":"listening","url":"http://127.0.0.1:8420/v1"}'
  expect(redact(line)).toBe(line)
})
