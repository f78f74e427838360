import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'

const settings = {
  ELDER_AUTH_POSTGRES_URL: 'postgres://elder:word@127.0.0.1/elder',
  ELDER_AUTH_NATS_URL: 'nats://127.0.0.1:4222',
  ELDER_AUTH_PRINCIPAL_SECRET: 'principal secret of at least 32 characters',
  ELDER_AUTH_PEPPER: 'pepper with at least thirty-two characters',
}

test('needs four settings and has a default for every other', () => {
  expect(loadConfig(settings)).toMatchObject({ rpc: { host: '127.0.0.1', port: 7101 }, admin: { port: 7201 }, pepper: settings.ELDER_AUTH_PEPPER })
})

test('names every fault at once and shows no secret', () => {
  const faulty = { ...settings, ELDER_AUTH_PEPPER: 'hunter2', ELDER_AUTH_RPC_PORT: 'seven', ELDER_AUTH_PEPER: 'x', ELDER_AUTH_POSTGRES_URL: '' }
  const refusal = () => loadConfig(faulty)
  expect(refusal).toThrow(/ELDER_AUTH_PEPPER must have at least 32 characters, got 7/)
  expect(refusal).toThrow(/ELDER_AUTH_RPC_PORT must be a whole number/)
  expect(refusal).toThrow(/ELDER_AUTH_PEPER is not a known setting/)
  expect(refusal).toThrow(/ELDER_AUTH_POSTGRES_URL is required/)
  expect(refusal).not.toThrow(/hunter2/)
})
