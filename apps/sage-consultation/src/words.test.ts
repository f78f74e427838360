import { describe, expect, it } from 'vitest'
import { createWords } from './words.ts'
import { stem } from './stemming.ts'

describe('stem', () => {
  it.each([
    ['retry', ['retries', 'retried', 'retrying', 'retry']],
    ['cach', ['cache', 'caches', 'cached', 'caching']],
    ['run', ['runs', 'running', 'run']],
    ['valid', ['validate', 'validates', 'validated', 'validation', 'validating']],
    ['configur', ['configure', 'configured', 'configuration']],
    ['connect', ['connect', 'connects', 'connected', 'connection', 'connections']],
    ['repeat', ['repeat', 'repeats', 'repeated', 'repeating']],
    ['format', ['format', 'formatted', 'formatting']],
    ['setting', ['setting', 'settings']],
    ['handl', ['handle', 'handler', 'handlers', 'handling']],
  ])('brings the forms of %s together', (expected, forms) => {
    expect(forms.map(stem)).toEqual(forms.map(() => expected))
  })

  it.each(['class', 'status', 'this', 'api', 'x509', 'string', 'bed', 'user'])('leaves %s alone', (word) => {
    expect(stem(word)).toBe(word)
  })
})

describe('words of a text', () => {
  const words = createWords()

  it('splits identifiers at humps, underscores and slashes, and keeps them whole', () => {
    expect(words.of('retryFailedPayments')).toEqual(['retry', 'fail', 'payment', 'retryfailedpayments'])
    expect(words.of('MAX_RETRY_COUNT')).toEqual(['max', 'retry', 'count', 'maxretrycount'])
    expect(words.of('libs/rpc/read-settings.ts')).toEqual(['lib', 'rpc', 'read', 'setting', 'ts'])
    expect(words.of('HTTPServer2')).toEqual(['http', 'server2', 'httpserver2'])
  })

  it('finds a language without spaces by pairs of characters', () => {
    expect(words.of('支払い再試行')).toContain('再試')
    expect(words.asked('支払い')).toEqual(['支払', '払い'])
  })

  it('leaves out digests and over-long runs', () => {
    expect(words.of('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b')).toEqual([])
    expect(words.of('a'.repeat(200))).toEqual([])
  })

  it('answers the same after more words than it remembers', () => {
    const first = words.of('openLedgerEntry')
    for (let n = 0; n < 25_000; n++) words.of(`word${n}x`)
    expect(words.of('openLedgerEntry')).toEqual(first)
  })
})

describe('words asked for', () => {
  const words = createWords()

  it('drops what only phrases a question', () => {
    expect(words.asked('Where do we retry failed payments?')).toEqual(['retry', 'fail', 'payment'])
    expect(words.asked('Which function is used to open the ledger?')).toEqual(['open', 'ledg'])
  })

  it('keeps phrasing words when nothing else is asked', () => {
    expect(words.asked('Where is the code?')).toEqual(['cod'])
  })

  it('has no topics when a question is about everything', () => {
    expect(words.topics('What do you know about this repository?')).toEqual([])
    expect(words.topics('What do you know about payments?')).toEqual(['payment'])
  })

  it('is empty for a question of stop words alone', () => {
    expect(words.asked('how are you?')).toEqual([])
  })

  it('bounds a question of a thousand words', () => {
    expect(words.asked(Array.from({ length: 1_000 }, (_, n) => `topic${n}`).join(' '))).toHaveLength(32)
  })
})
