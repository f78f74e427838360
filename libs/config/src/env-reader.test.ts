import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError, EnvReader, type Env } from './env-reader.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elder-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function faultsOf(env: Env, read: (e: EnvReader) => void): readonly string[] {
  const e = new EnvReader(env, 'ELDER_CACHE_')
  read(e)
  try {
    e.done()
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

test('reports every fault in one go, unknown settings included', () => {
  const faults = faultsOf({ ELDER_CACHE_RPC_PORT: 'abc', ELDER_CACHE_TYPO: '1', ELDER_AUTH_OTHER: 'x' }, (e) => {
    e.int('RPC_PORT', { min: 1, max: 65_535 })
    e.string('REDIS_URL')
  })
  expect(faults).toEqual([
    'ELDER_CACHE_RPC_PORT must be a whole number from 1 to 65535, got "abc"',
    'ELDER_CACHE_REDIS_URL is required',
    'ELDER_CACHE_TYPO is not a known setting',
  ])
})

test('reads a secret from its file and never repeats its text', () => {
  const file = join(folder, 'url')
  writeFileSync(file, 'postgres://elder:hunter2@db/elder\n')
  const e = new EnvReader({ ELDER_CACHE_URL_FILE: file }, 'ELDER_CACHE_')
  expect(e.secretUrl('URL', { protocols: ['postgres'] })).toBe('postgres://elder:hunter2@db/elder')
  e.done()

  const faults = faultsOf({ ELDER_CACHE_URL_FILE: file }, (bad) => bad.secretUrl('URL', { protocols: ['redis'] }))
  expect(faults.join()).toContain('must be a redis URL')
  expect(faults.join()).not.toContain('hunter2')
})

test('refuses a secret given twice, an empty file and a missing one', () => {
  const empty = join(folder, 'empty')
  writeFileSync(empty, '\n')
  expect(faultsOf({ ELDER_CACHE_S: 'a', ELDER_CACHE_S_FILE: empty }, (e) => e.secret('S'))[0]).toContain('are both set')
  expect(faultsOf({ ELDER_CACHE_S_FILE: empty }, (e) => e.secret('S'))[0]).toContain('names an empty file')
  expect(faultsOf({ ELDER_CACHE_S_FILE: join(folder, 'none') }, (e) => e.secret('S'))[0]).toContain('ENOENT')
})

test.each([
  ['boolean', (e: EnvReader) => e.boolean('X'), 'yes', 'true or false'],
  ['choice', (e: EnvReader) => e.oneOf('X', ['info', 'debug']), 'loud', 'one of info, debug'],
  ['address', (e: EnvReader) => e.address('X'), 'localhost', 'host:port'],
  ['url', (e: EnvReader) => e.secretUrl('X', { protocols: ['http', 'https'] }), 'ftp://x', 'http or https URL'],
  ['out of range', (e: EnvReader) => e.int('X', { min: 1, max: 9 }), '10', 'from 1 to 9'],
])('names the value and the fix for a bad %s', (_kind, read, value, fix) => {
  const [fault] = faultsOf({ ELDER_CACHE_X: value }, read)
  expect(fault).toContain(value)
  expect(fault).toContain(fix)
})

test('takes the fallback for an absent or blank setting', () => {
  const e = new EnvReader({ ELDER_CACHE_A: ' ' }, 'ELDER_CACHE_')
  expect(e.int('A', { min: 1, max: 9, fallback: 5 })).toBe(5)
  expect(e.string('B', { fallback: 'x' })).toBe('x')
  e.done()
})
