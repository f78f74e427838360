import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { digestOf, keyText, mintKey, parseKey, sameDigest } from './key-material.ts'

test('makes keys in the published shape, no two alike, that read back', () => {
  const keys = Array.from({ length: 200 }, mintKey)
  for (const key of keys) {
    expect(keyText(key)).toMatch(/^elder_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}$/)
    expect(Buffer.from(key.secret, 'base64url')).toHaveLength(32)
    expect(parseKey(keyText(key))).toEqual(key)
  }
  expect(new Set(keys.map(({ secret }) => secret)).size).toBe(200)
})

test.each(['', 'elder', 'elder_abcd1234_', `elder_abcd123_${'x'.repeat(43)}`, `elder_abcd1234_${'x'.repeat(42)}`, `elder_abcd1234_${'x'.repeat(44)}`, `elder_abcd1234_${'x'.repeat(42)}+`, ` elder_abcd1234_${'x'.repeat(43)}`, `elder_abcd1234_${'x'.repeat(43)}\n`])(
  'does not take %j for a key',
  (text) => {
    expect(parseKey(text)).toBeUndefined()
  },
)

test('keeps HMAC-SHA-256 of the secret under the pepper', () => {
  expect(digestOf('pepper', 'secret')).toEqual(createHmac('sha256', 'pepper').update('secret').digest())
  expect(sameDigest(digestOf('pepper', 'secret'), digestOf('pepper', 'secret'))).toBe(true)
  expect(sameDigest(digestOf('pepper', 'secret'), digestOf('another', 'secret'))).toBe(false)
  expect(sameDigest(digestOf('pepper', 'secret'), Buffer.alloc(0))).toBe(false)
})
