import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { endText, writeToolFiles } from '../src/platform/guide.ts'
import { lockOwner, takeLock } from '../src/platform/lock.ts'
import { openLog } from '../src/platform/log-file.ts'
import { placesOf } from '../src/platform/places.ts'
import { choosePorts, portOwner } from '../src/platform/ports.ts'
import { identify } from '../src/platform/processes.ts'
import { planServices, serviceNames, stopWithinMs } from '../src/platform/services.ts'
import { settleSettings, type Settings } from '../src/platform/settings.ts'

let checkout: string
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "elder's checkout-"))
  mkdirSync(placesOf(checkout).run, { recursive: true })
})
afterEach(() => rmSync(checkout, { recursive: true }))

test('gives the lock of a dead owner to exactly one of many who want it at once', async () => {
  const { lock } = placesOf(checkout)
  for (let round = 0; round < 3; round++) {
    writeFileSync(lock, JSON.stringify({ pid: 999_999, startTime: '1' }))
    const takers = Array.from({ length: 6 }, () => spawn(process.execPath, [join(import.meta.dirname, 'lock-taker.ts'), lock], { stdio: ['pipe', 'pipe', 'inherit'] }))
    const said = takers.map(({ stdout }) => createInterface(stdout)[Symbol.asyncIterator]())
    await Promise.all(said.map((lines) => lines.next()))
    for (const { stdin } of takers) stdin.write(String(Date.now() + 100))
    const outcomes = await Promise.all(said.map(async (lines) => (await lines.next()).value as string))
    for (const { stdin } of takers) stdin.end()
    expect(outcomes.sort()).toEqual(['refused', 'refused', 'refused', 'refused', 'refused', 'taken'])
    await Promise.all(takers.filter(({ exitCode }) => exitCode === null).map((taker) => once(taker, 'exit')))
  }
})

test('gives a lock to one process at a time and says who has it', () => {
  const { lock } = placesOf(checkout)
  const taken = takeLock(lock)
  expect(takeLock(lock)).toEqual({ owner: identify(process.pid) })
  if ('release' in taken) taken.release()
  expect(lockOwner(lock)).toBeUndefined()
  expect(takeLock(lock)).toHaveProperty('release')
})

test.each([
  { owner: 'a process that is gone', content: JSON.stringify({ pid: 4_194_303, startTime: '1' }) },
  { owner: 'a process whose number another one has now', content: JSON.stringify({ pid: process.pid, startTime: '1' }) },
  { owner: 'one that died while it wrote', content: '{"pid"' },
])('takes over the lock of $owner', ({ content }) => {
  const { lock } = placesOf(checkout)
  writeFileSync(lock, content)
  expect(takeLock(lock)).toHaveProperty('release')
})

test('begins a new log when one is full and keeps three old ones', () => {
  const file = join(checkout, 'a.log')
  const log = openLog(file, { maxBytes: 10, kept: 3 })
  for (const line of ['first....\n', 'second...\n', 'third....\n', 'fourth...\n', 'fifth....\n']) log.write(line)
  log.close()
  expect(readFileSync(file, 'utf8')).toBe('fifth....\n')
  expect(readFileSync(`${file}.3`, 'utf8')).toBe('second...\n')
  expect(existsSync(`${file}.4`)).toBe(false)
})

const settings: Settings = { port: 8420, host: '127.0.0.1', ports: Object.fromEntries(serviceNames.flatMap((name, n) => [[`${name}.rpc`, 9000 + n], [`${name}.admin`, 9100 + n]])), provider: undefined, model: undefined, edges: 1 }

function plan(env: Record<string, string>, oneProcess = false) {
  for (const app of [...serviceNames, 'platform']) {
    mkdirSync(join(checkout, 'apps', app, 'dist'), { recursive: true })
    writeFileSync(join(checkout, 'apps', app, 'dist/main.js'), '')
  }
  return planServices({ checkout, places: placesOf(checkout), settings, urls: { nats: (name) => `/nats-${name}`, redis: '/redis', postgres: (role) => `/${role}` }, env, oneProcess })
}
const planned = (env: Record<string, string>, name: string) => plan(env).find((service) => service.name === name)?.env ?? {}

test("lets the user's own settings win over ours, in either form", () => {
  expect(planned({}, 'auth')).toMatchObject({ ELDER_AUTH_POSTGRES_URL_FILE: '/elder_auth', ELDER_AUTH_RPC_PORT: '9000' })
  const auth = planned({ ELDER_AUTH_POSTGRES_URL: 'postgres://mine/db', ELDER_AUTH_RPC_PORT: '7777' }, 'auth')
  expect(auth.ELDER_AUTH_POSTGRES_URL_FILE).toBeUndefined()
  expect(auth).toMatchObject({ ELDER_AUTH_POSTGRES_URL: 'postgres://mine/db', ELDER_AUTH_RPC_PORT: '7777' })
  expect(planned({ ELDER_AUTH_RPC_PORT: '7777' }, 'edge-proxy')).toMatchObject({ ELDER_EDGE_PROXY_AUTH_ADDRESS: '127.0.0.1:7777' })
})

test('an edge is given the time that it gives its streams, and more to close', () => {
  expect(stopWithinMs(planned({}, 'edge-proxy'))).toBe(Number(planned({}, 'edge-proxy').ELDER_EDGE_PROXY_DRAIN_MS) + 5_000)
  expect(stopWithinMs(planned({ ELDER_EDGE_PROXY_DRAIN_MS: '60000' }, 'edge-proxy'))).toBe(65_000)
  expect(stopWithinMs(planned({ ELDER_EDGE_PROXY_DRAIN_MS: '0' }, 'edge-proxy'))).toBe(5_000)
})

test.each(['soon', ' ', '-60000', '1e9', 'Infinity', '9999999999'])('a time to stop that is none, %j, has no service killed at once', (value) => {
  expect(stopWithinMs(planned({ ELDER_EDGE_PROXY_DRAIN_MS: value }, 'auth'))).toBe(stopWithinMs({}))
})

test('hands no key of a person to a service, and all else of the environment', () => {
  const edge = planned({ ELDER_API_KEY: 'elder_x', HTTPS_PROXY: 'http://proxy:3128', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otlp' }, 'edge-proxy')
  expect(edge.ELDER_API_KEY).toBeUndefined()
  expect(edge).toMatchObject({ HTTPS_PROXY: 'http://proxy:3128', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otlp' })
})

test('keeps each service small: a bounded young generation, few allocation arenas unless the user says otherwise, and of the gate what it freed', () => {
  const more: Readonly<Record<string, string[]>> = { 'edge-proxy': ['--max-semi-space-size=4', '--heap-growing-percent=60'], 'quality-check': ['--max-semi-space-size=2', '--heap-growing-percent=60', '--no-regexp-tier-up'] }
  const flags = (name: string) => more[name] ?? ['--max-semi-space-size=2']
  expect(plan({}).map(({ name, nodeFlags }) => [name, ...nodeFlags])).toEqual(serviceNames.map((name) => [name, ...flags(name)]))
  expect(plan({}, true)[0]).toMatchObject({ nodeFlags: ['--max-semi-space-size=4'], env: { MALLOC_ARENA_MAX: '2' } })
  expect([...plan({}), ...plan({}, true)].flatMap(({ name, env }) => (env.MALLOC_MMAP_THRESHOLD_ === undefined ? [] : [name]))).toEqual(['quality-check'])
  expect(planned({ MALLOC_ARENA_MAX: '8' }, 'auth').MALLOC_ARENA_MAX).toBe('8')
})

test('puts the settings of all six services into one process when asked to', () => {
  const plans = plan({}, true)
  expect(plans.map(({ name, services }) => [name, services.length])).toEqual([['platform', 6]])
  expect(Object.keys(plans[0]?.env ?? {}).filter((name) => name.endsWith('ADMIN_PORT'))).toHaveLength(6)
})

test('several edges share the port, each with its own spool and admin port, and the first delivers what a removed one has left', () => {
  const edges = (count: number) => {
    plan({})
    const ports = { ...settings.ports, 'edge-proxy-2.admin': 9201, 'edge-proxy-3.admin': 9202 }
    return planServices({ checkout, places: placesOf(checkout), settings: { ...settings, ports, edges: count }, urls: { nats: (name) => `/nats-${name}`, redis: '/redis', postgres: () => '/p' }, env: {}, oneProcess: false }).filter(({ name }) => name.startsWith('edge-proxy'))
  }
  const spool = join(placesOf(checkout).data, 'spool')
  expect(edges(1).map(({ env }) => env.ELDER_EDGE_PROXY_SHARE_PORT)).toEqual([undefined])
  const three = edges(3)
  expect(three.map(({ name, services }) => [name, services[0]?.name, services[0]?.adminPort])).toEqual([['edge-proxy', 'edge-proxy', 9105], ['edge-proxy-2', 'edge-proxy-2', 9201], ['edge-proxy-3', 'edge-proxy-3', 9202]])
  expect(three.map(({ env }) => [env.ELDER_EDGE_PROXY_HTTP_PORT, env.ELDER_EDGE_PROXY_SHARE_PORT, env.ELDER_EDGE_PROXY_SPOOL_DIRECTORY])).toEqual([['8420', 'true', spool], ['8420', 'true', `${spool}-2`], ['8420', 'true', `${spool}-3`]])
  mkdirSync(`${spool}-2`, { recursive: true })
  mkdirSync(`${spool}-3`, { recursive: true })
  writeFileSync(join(`${spool}-3`, '000000000001.segment'), '{}\n')
  expect(edges(2).map(({ env }) => env.ELDER_EDGE_PROXY_LEFT_SPOOLS)).toEqual([`${spool}-3`, undefined])
})

test('names the service that is not built', () => {
  plan({})
  rmSync(join(checkout, 'apps/cache/dist/main.js'))
  expect(() => planServices({ checkout, places: placesOf(checkout), settings, urls: { nats: () => '', redis: '', postgres: () => '' }, env: {}, oneProcess: false })).toThrow('cache is not built')
})

test('keeps ports that are free and replaces one that is taken', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: taken } = server.address() as { port: number }
  const before = await choosePorts(['a', 'b'], {}, new Set())
  const after = await choosePorts(['a', 'b', 'c'], { ...before, c: taken }, new Set())
  expect({ a: after.a, b: after.b }).toEqual(before)
  expect(after.c).not.toBe(taken)

  await expect(settleSettings(placesOf(checkout), { port: taken, oneProcess: false })).rejects.toMatchObject({
    message: expect.stringContaining(`port ${taken} is in use by`) as string,
    fix: expect.stringMatching(/elder up --port \d+/) as string,
  })
  server.close()
})

test('chooses again while no key has told a tool where Elder is, and not afterwards', async () => {
  const places = placesOf(checkout)
  mkdirSync(places.home, { recursive: true })
  const { port: first } = await settleSettings(places, { oneProcess: false })
  const thief = createServer()
  await new Promise<void>((resolve) => thief.listen(first, '127.0.0.1', resolve))
  const { port: second } = await settleSettings(places, { oneProcess: false })
  expect(second).not.toBe(first)
  expect(await settleSettings(places, { oneProcess: false })).toMatchObject({ port: second })
  writeFileSync(places.settings, JSON.stringify({ ...(JSON.parse(readFileSync(places.settings, 'utf8')) as object), port: first }))
  writeFileSync(places.credentials, `ELDER_URL=http://127.0.0.1:${first}\n`)
  await expect(settleSettings(places, { oneProcess: false })).rejects.toMatchObject({ message: expect.stringContaining(`port ${first}, where your tools expect Elder,`) as string })
  thief.close()
})

test.runIf(process.platform === 'linux')('knows which program listens on a port', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  expect(portOwner((server.address() as { port: number }).port)).toMatchObject({ pid: process.pid })
  server.close()
})

test('remembers port, provider and model, and forgets a provider when told to', async () => {
  const places = placesOf(checkout)
  const first = await settleSettings(places, { provider: 'https://api.example.com/v1', model: 'coder', oneProcess: false })
  expect(await settleSettings(places, { oneProcess: false })).toEqual(first)
  expect(JSON.parse(readFileSync(places.providers, 'utf8'))).toEqual([{ name: 'default', baseUrl: 'https://api.example.com/v1', models: ['coder'] }])
  expect(await settleSettings(places, { provider: 'none', oneProcess: false })).toMatchObject({ provider: undefined, model: undefined })
  expect(JSON.parse(readFileSync(places.providers, 'utf8'))).toEqual([])
})

test('remembers how many edges there are to be, until told otherwise', async () => {
  const places = placesOf(checkout)
  expect((await settleSettings(places, { oneProcess: false })).edges).toBe(1)
  const three = await settleSettings(places, { edges: 3, oneProcess: false })
  const again = await settleSettings(places, { oneProcess: false })
  expect(again).toEqual(three)
  expect(again.edges).toBe(3)
  expect(again.ports['edge-proxy-3.admin']).toBeGreaterThan(0)
  // One process now and then does not make it forgotten.
  expect((await settleSettings(places, { oneProcess: true })).edges).toBe(3)
  expect((await settleSettings(places, { edges: 1, oneProcess: false })).edges).toBe(1)
  const { edges: _, ...older } = three
  writeFileSync(places.settings, JSON.stringify(older))
  expect((await settleSettings(places, { oneProcess: false })).edges).toBe(1)
})

test("writes tool configurations that name the provider's model first, keep the sages, and survive a quote in the path", () => {
  const places = placesOf(checkout)
  const input = { checkout, places, credentials: { url: 'http://127.0.0.1:8420', developerKey: 'elder_key', adminKey: 'elder_admin' }, providerModel: 'coder' }
  writeToolFiles(input)
  const continueConfig = parse(readFileSync(places.continueConfig, 'utf8')) as unknown
  expect(continueConfig).toMatchObject({
    name: 'Elder',
    version: '1.0.0',
    schema: 'v1',
    models: [{ model: 'coder', apiBase: 'http://127.0.0.1:8420/v1', apiKey: 'elder_key' }, { model: 'elder/sages' }],
    mcpServers: [{ type: 'streamable-http', url: 'http://127.0.0.1:8420/mcp', requestOptions: { headers: { Authorization: 'Bearer elder_key' } } }],
    context: [{ provider: 'http', params: { url: 'http://127.0.0.1:8420/continue/context', title: 'elder', headers: { Authorization: 'Bearer elder_key' }, options: { k: 8 } } }],
    data: [{ destination: 'http://127.0.0.1:8420/continue/data', schema: '0.2.0', level: 'noCode', apiKey: 'elder_key' }],
  })
  const aider = parse(readFileSync(places.aiderConfig, 'utf8')) as { 'lint-cmd': string[] }
  expect(aider).toMatchObject({ model: 'openai/coder', 'openai-api-base': 'http://127.0.0.1:8420/v1', 'openai-api-key': 'elder_key' })
  expect(aider['lint-cmd'][0]).toBe(`python: '${checkout.replace("'", `'\\''`)}/elder' check --format aider`)
  expect(endText({ ...input, hasLiveProviders: false, providerUrl: undefined })).not.toContain('elder_key')
})

test('a provider that lists no models is named as the cause', () => {
  const input = { checkout, places: placesOf(checkout), credentials: { url: 'http://127.0.0.1:8420', developerKey: 'd', adminKey: 'a' }, providerModel: undefined, hasLiveProviders: false }
  expect(endText({ ...input, providerUrl: 'http://127.0.0.1:9914/v1/v1' })).toContain('The provider http://127.0.0.1:9914/v1/v1 lists no models')
  expect(endText({ ...input, providerUrl: undefined })).toContain('No model provider is configured')
})
