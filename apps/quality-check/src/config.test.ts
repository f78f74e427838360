import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

const required = { POSTGRES_URL: 'postgres://localhost/elder', NATS_URL: 'nats://localhost', PRINCIPAL_SECRET: 'secret', CACHE_ADDRESS: 'localhost:7102', AUTH_ADDRESS: 'localhost:7101' }
const load = (settings: Record<string, string>) => loadConfig(Object.fromEntries(Object.entries(settings).map(([name, value]) => [`ELDER_QUALITY_CHECK_${name}`, value])))

test('needs to know its neighbours, and nothing else', () => {
  expect(load(required)).toMatchObject({ rpc: { port: 7103 }, admin: { port: 7203 }, engines: { fileTimeLimitMs: 3_000 }, queue: { files: 12_000 } })
  for (const name of Object.keys(required)) expect(() => load({ ...required, [name]: '' })).toThrow(`ELDER_QUALITY_CHECK_${name} is required`)
})

test('names every fault at once', () => {
  expect(() => load({ ...required, WORKER_THREADS: '99', FILE_TIME_LIMIT_MS: 'soon', TYPO: '1' })).toThrow(/WORKER_THREADS must be .*1 to 8, got "99"\n.*FILE_TIME_LIMIT_MS must be .* got "soon"\n.*TYPO is not a known setting/)
})
