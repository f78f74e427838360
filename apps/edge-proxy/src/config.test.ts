import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from './config.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elder-edge-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const needed = {
  ELDER_EDGE_PROXY_NATS_URL: 'nats://127.0.0.1:4222',
  ELDER_EDGE_PROXY_REDIS_URL: 'redis://127.0.0.1:6379',
  ELDER_EDGE_PROXY_PRINCIPAL_SECRET: 's'.repeat(40),
  ELDER_EDGE_PROXY_SPOOL_DIRECTORY: '/tmp/spool',
}

function withProviders(providers: unknown, files: Record<string, string> = {}) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const file = join(folder, 'providers.json')
  writeFileSync(file, typeof providers === 'string' ? providers : JSON.stringify(providers))
  return () => loadConfig({ ...needed, ELDER_EDGE_PROXY_PROVIDERS_FILE: file })
}

test('needs four settings and has a default for the rest', () => {
  expect(loadConfig(needed)).toMatchObject({ http: { host: '127.0.0.1', port: 8420 }, providers: [], requestsPerMinute: 6_000, spool: { maxBytes: 64 * 1024 * 1024 } })
  expect(() => loadConfig({ ELDER_EDGE_PROXY_TYPO: '1', ELDER_EDGE_PROXY_HTTP_PORT: 'x' })).toThrow(/NATS_URL is required[^]*HTTP_PORT must be a whole number[^]*SPOOL_DIRECTORY is required[^]*TYPO is not a known setting/)
})

test('advertised addresses must be URLs', () => {
  const load = (settings: Record<string, string>) => loadConfig({ ...needed, ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`ELDER_EDGE_PROXY_${name}`, value])) }).http
  expect(load({ PUBLIC_URL: 'https://elder.example/', AUTHORIZATION_SERVERS: 'https://a.example/realm, http://b.example' })).toMatchObject({ publicUrl: 'https://elder.example', authorizationServers: ['https://a.example/realm', 'http://b.example'] })
  expect(load({})).toMatchObject({ publicUrl: undefined, authorizationServers: [] })
  expect(() => load({ PUBLIC_URL: 'elder.example', AUTHORIZATION_SERVERS: 'https://a.example?x' })).toThrow(/PUBLIC_URL must be an http or https address, got "elder.example"[^]*AUTHORIZATION_SERVERS must be an http or https address/)
})

test('reads providers, and their keys from files next to the settings', () => {
  const load = withProviders([{ name: 'acme', baseUrl: 'https://api.acme.example/v1/', keyFile: 'acme.key', models: ['a-1'] }], { 'acme.key': 'sk-123\n' })
  expect(load().providers).toMatchObject([{ name: 'acme', baseUrl: 'https://api.acme.example/v1', key: 'sk-123', models: ['a-1'] }])
})

test.each([
  ['no JSON', '[{', 'cannot be read as JSON'],
  ['no list', {}, 'must be a list'],
  ['an address of another kind', [{ name: 'a', baseUrl: 'ftp://x' }], 'providers[0].baseUrl: must be an http or https address (provider a), got "ftp://x"'],
  ['an unknown field', [{ name: 'a', baseUrl: 'http://x/v1', apiKey: 'k' }], 'providers[0].apiKey: is an unknown field (provider a): a key is never a setting'],
  ['a key file that is not there', [{ name: 'a', baseUrl: 'http://x/v1', keyFile: 'nowhere' }], 'ENOENT'],
  ['a key with a line break', [{ name: 'a', baseUrl: 'http://x/v1', keyFile: 'two-lines' }], 'one line of printable ASCII'],
  ['one name twice', [{ name: 'a', baseUrl: 'http://x/v1' }, { name: 'a', baseUrl: 'http://y/v1' }], 'two providers are called a'],
  ['an empty list of models', [{ name: 'a', baseUrl: 'http://x/v1', models: [] }], 'leave it out'],
])('refuses a providers file with %s', (_, providers, problem) => {
  const load = withProviders(providers, { 'two-lines': 'sk-1\nsk-2' })
  expect(load).toThrow(/ELDER_EDGE_PROXY_PROVIDERS_FILE/)
  expect(load).toThrow(problem)
})

test('takes the corporate proxy from where every tool takes it', () => {
  expect(loadConfig({ ...needed, HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '.corp' }).upstream.proxies).toEqual({ httpProxy: '', httpsProxy: 'http://proxy:3128', noProxy: '.corp' })
})
