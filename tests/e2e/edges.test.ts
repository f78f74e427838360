import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProvider, waitUntil, type ProviderStandIn } from '@elder/testkit'
import { bringUp, type Platform } from '../platform.ts'

let provider: ProviderStandIn
let platform: Platform
beforeAll(async () => {
  provider = await startProvider()
  platform = await bringUp(['--edges', '2', '--provider', provider.url, '--model', 'stand-in-1'])
})
afterAll(async () => {
  await platform.dispose()
  await provider.close()
})

const edges = async () => (await platform.status()).services.filter(({ name }) => name.startsWith('edge-proxy'))
const adminPorts = () => (JSON.parse(readFileSync(join(platform.checkout, '.elder/run/state.json'), 'utf8')) as { services: { name: string; adminPort: number }[] }).services.filter(({ name }) => name.startsWith('edge-proxy')).map(({ adminPort }) => adminPort)

interface Answered {
  readonly status: number
  readonly id: string
}

/** Over a connection of its own: a kept one would stay with one edge. Undefined when the connection broke. */
const complete = () =>
  new Promise<Answered | undefined>((resolve) => {
    const headers = { authorization: `Bearer ${platform.developerKey}`, 'content-type': 'application/json' }
    const sent = request(`${platform.url}/v1/chat/completions`, { method: 'POST', headers, agent: false }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, id: String(response.headers['x-request-id']) }))
      response.on('error', () => resolve(undefined))
    })
    sent.on('error', () => resolve(undefined))
    sent.end(JSON.stringify({ model: 'stand-in-1', messages: [{ role: 'user', content: 'hello' }] }))
  })

const entriesOf = async (id: string) => {
  const response = await platform.fetch(`/v1/audit?factId=${id}`, { headers: { authorization: `Bearer ${platform.adminKey}` } })
  return ((await response.json()) as { items: unknown[] }).items.length
}

test('two edges answer on one port, and each is shown', async () => {
  expect((await edges()).map(({ name, ready }) => `${name} ${ready}`)).toEqual(['edge-proxy true', 'edge-proxy-2 true'])
  const answered = await Promise.all(Array.from({ length: 60 }, complete))
  expect(new Set(answered.map((one) => one?.status))).toEqual(new Set([200]))
  for (const port of adminPorts()) {
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    expect(metrics).toMatch(/http_server_request_duration_seconds_count\{[^}]*route="\/v1\/chat\/completions"[^}]*\} [1-9]/)
  }
})

test('an edge that dies under load loses no audited answer, and the other keeps serving', async () => {
  const [, second] = await edges()
  const answers: (Answered | undefined)[] = []
  const broken: string[] = []
  let phase = 'before the kill'
  let done = false
  const load = Array.from({ length: 8 }, async () => {
    while (!done) {
      const begun = phase
      const answer = await complete()
      answers.push(answer)
      if (answer === undefined) broken.push(begun)
    }
  })
  await waitUntil(() => answers.length > 100)
  process.kill(second?.pid ?? 0, 'SIGKILL')
  const killedAt = answers.length
  await waitUntil(() => answers.length > killedAt + 100)
  await waitUntil(async () => (await edges()).every(({ pid }) => pid !== second?.pid))
  phase = 'when it was gone'
  await waitUntil(async () => (await edges()).every(({ ready }) => ready))
  const backAt = answers.length
  await waitUntil(() => answers.length > backAt + 100)
  done = true
  await Promise.all(load)
  const good = answers.flatMap((answer) => (answer ? [answer] : []))
  expect(new Set(good.map(({ status }) => status))).toEqual(new Set([200]))
  expect(new Set(good.map(({ id }) => id)).size).toBe(good.length)
  // Only what went to the one that died, while it died, may be missing.
  expect(broken).not.toContain('when it was gone')
  const isRecorded = ({ id }: Answered) => waitUntil(async () => (await entriesOf(id)) > 0, { timeoutMs: 20_000, message: `the entry of ${id}` })
  for (const answer of good.slice(Math.max(0, killedAt - 60), killedAt + 60)) await isRecorded(answer)
  for (const { id } of good.slice(0, 20)) expect(await entriesOf(id)).toBe(1)
})

test('more edges than one are refused in one process', async () => {
  const { code, stderr } = await platform.elder(['up', '--one-process', '--edges', '2'])
  expect(code).toBe(2)
  expect(stderr).toContain('--edges and --one-process cannot be combined')
})

test('streams that outlast a stop end with a word of why, on every edge', async () => {
  provider.behave({ do: 'streamForever', everyMs: 100 })
  const streams = await Promise.all(Array.from({ length: 8 }, () => platform.fetch('/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'stand-in-1', stream: true, messages: [{ role: 'user', content: 'hello' }] }) })))
  const ends = Promise.all(streams.map(async (stream) => (await stream.text()).trimEnd().split('\n').at(-1)))
  expect(await platform.down()).toMatchObject({ code: 0 })
  for (const end of await ends) expect(end).toContain('"code":"draining"')
})
