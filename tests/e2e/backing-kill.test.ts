import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { bringUp, type Platform } from '../platform.ts'
import { startProviderProcess, type ProviderProcess } from '../provider-process.ts'

const clients = 20
/** What a client that stays within its limit may send in all, and how much of that while something is away. */
const allowance = 60
const spentEachTime = 8
const model = 'stand-in-1'

let providers: [ProviderProcess, ProviderProcess]
let platform: Platform
beforeAll(async () => {
  // Slow enough that every client always has a request under way.
  const provider = () => startProviderProcess({ do: 'answer', text: 'ok', delayMs: 60 })
  providers = await Promise.all([provider(), provider()])
  platform = await bringUp([], { ELDER_EDGE_PROXY_REQUESTS_PER_MINUTE: '1000000' })
})
afterAll(async () => {
  await platform?.dispose()
  for (const provider of providers ?? []) await provider.kill()
})

/** What an admin gets and puts; throws when that is refused. */
async function admin<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await platform.fetch(path, { method, headers: { authorization: `Bearer ${platform.adminKey}` }, ...(body && { body: JSON.stringify(body) }) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return JSON.parse(text) as T
}

interface Row {
  /** Of an entry of the audit record. */
  readonly factId?: string
  /** Of a day's usage. */
  readonly requests?: number
}

async function all(path: string): Promise<Row[]> {
  const rows: Row[] = []
  let cursor = ''
  do {
    const page = await admin<{ items: Row[]; nextCursor: string | null }>('GET', `${path}&limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    rows.push(...page.items)
    cursor = page.nextCursor ?? ''
  } while (cursor !== '')
  return rows
}

interface Key {
  readonly id: string
  readonly secret: string
}

async function createKey(userName: string, limits: readonly object[] = []): Promise<Key> {
  const { key, secret } = await admin<{ key: { id: string }; secret: string }>('POST', '/v1/keys', { userName, role: 'developer' })
  if (limits.length > 0) await admin('PUT', `/v1/usage-policies/key/${key.id}`, { baseVersion: 0, limits })
  return { id: key.id, secret }
}

/** Both providers under one model, and under one more name for it. */
async function setProviders(alias: string): Promise<void> {
  const { version } = await admin<{ version: number }>('GET', '/v1/settings/providers').catch(() => ({ version: 0 }))
  const value = providers.map(({ url }, index) => ({ name: `provider-${index + 1}`, baseUrl: url, models: [model], aliases: { [alias]: model } }))
  await admin('PUT', '/v1/settings/providers', { baseVersion: version, value })
}

interface Form {
  readonly path: string
  readonly stream: boolean
  /** With what a whole answer of this form ends. */
  readonly end: RegExp
}

const forms: readonly Form[] = [
  { path: '/v1/chat/completions', stream: false, end: /"total_tokens":\d+\}\}$/ },
  { path: '/v1/chat/completions', stream: true, end: /data: \[DONE\]\n\n$/ },
  { path: '/v1/messages', stream: false, end: /"output_tokens":\d+.*\}$/ },
  { path: '/v1/messages', stream: true, end: /event: message_stop\ndata: .*\n\n$/ },
]

function post(key: Key, { path, stream }: Pick<Form, 'path' | 'stream'>, asked = model): Promise<Response> {
  const body = { model: asked, stream, max_tokens: 5, messages: [{ role: 'user', content: 'hello' }] }
  return platform.fetch(path, { method: 'POST', headers: { authorization: `Bearer ${key.secret}` }, body: JSON.stringify(body) })
}

const complete = async (key: Key, asked = model) => {
  const response = await post(key, { path: '/v1/chat/completions', stream: false }, asked)
  await response.text()
  return response.status
}

interface Load {
  readonly ids: string[]
  readonly failures: string[]
  /** Resolves when each client has had time for as many more answers as this. */
  more(each: number): Promise<void>
  stop(): Promise<void>
}

/** Clients that send one completion after another, in every form, and note what was wrong with an answer. */
function startLoad(key: Key): Load {
  const ids: string[] = []
  const failures: string[] = []
  let isOver = false
  const sendOne = async (form: Form) => {
    try {
      const response = await post(key, form)
      ids.push(response.headers.get('x-request-id') ?? 'an answer without an id')
      const text = await response.text()
      if (response.status !== 200 || !form.end.test(text)) failures.push(`${form.path} ${form.stream ? 'stream' : 'whole'} ${response.status} ${text.slice(-300)}`)
    } catch (error) {
      failures.push(`${form.path} ${String(error)} ${String((error as Error).cause)}`)
    }
  }
  const sending = Array.from({ length: clients }, async (_, client) => {
    for (let turn = client; !isOver; turn++) await sendOne(forms[turn % forms.length] as Form)
  })
  return {
    ids,
    failures,
    async more(each) {
      const enough = ids.length + failures.length + each * clients
      await waitUntil(() => ids.length + failures.length >= enough)
    },
    async stop() {
      isOver = true
      await Promise.all(sending)
    },
  }
}

interface Kept {
  readonly name: string
  readonly phase: string
  readonly process?: { readonly pid: number }
  readonly adminPort?: number
}

function keptOf(name: string): Kept {
  const { services, backing } = JSON.parse(readFileSync(join(platform.checkout, '.elder/run/state.json'), 'utf8')) as { services: Kept[]; backing: Kept[] }
  const kept = [...services, ...backing].find((one) => one.name === name)
  if (!kept) throw new Error(`the platform does not run ${name}`)
  return kept
}

/** Whether the edge reaches everything it leans on, and whether auth does. */
async function isWhole(): Promise<boolean> {
  const { services } = await admin<{ services: { name: string; dependencies: { up: boolean }[] }[] }>('GET', '/v1/health')
  const readiness = await fetch(`http://127.0.0.1:${keptOf('auth').adminPort}/readyz`)
  return readiness.ok && services.length === 6 && services.every(({ dependencies }) => dependencies.every(({ up }) => up))
}

async function edgeMetric(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${keptOf('edge-proxy').adminPort}/metrics`)).text()
  return Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1])
}

/** Kills what the supervisor keeps; resolves once another one is up in its place. */
async function killKept(name: string, whileAway: () => Promise<void>): Promise<void> {
  const pid = keptOf(name).process?.pid as number
  process.kill(pid, 'SIGKILL')
  await whileAway()
  await waitUntil(() => keptOf(name).phase === 'running' && keptOf(name).process?.pid !== pid, { message: `${name} to be started again` })
  await waitUntil(isWhole, { message: `everything to be well after ${name} was killed` })
}

/** Settings that change, keys that are made and revoked: all of it is heard again. */
async function expectControl(occasion: string): Promise<void> {
  const key = await createKey(`user-${occasion}`)
  await setProviders(`after-${occasion}`)
  await waitUntil(async () => (await complete(key, `after-${occasion}`)) === 200, { message: `the setting that was changed after ${occasion}` })
  await admin('DELETE', `/v1/keys/${key.id}`)
  await waitUntil(async () => (await complete(key)) === 401, { message: `the key that was revoked after ${occasion}` })
}

const requestsOf = async ({ id }: Key) => (await all(`/v1/usage?scope=key&subject=${id}`)).reduce((sum, { requests = 0 }) => sum + requests, 0)

test('completions go on whatever is killed, and all of them are recorded, counted and limited', async () => {
  await setProviders('at-first')
  const busy = await createKey('busy', [
    { meter: 'requests', window: 'day', amount: 10_000_000 },
    { meter: 'tokens', window: 'day', amount: 1_000_000_000 },
  ])
  const thrifty = await createKey('thrifty', [{ meter: 'requests', window: 'day', amount: allowance }])
  await waitUntil(async () => (await complete(thrifty)) === 200)
  let spent = 1
  const spend = async (count: number) => {
    const statuses = await Promise.all(Array.from({ length: count }, () => complete(thrifty)))
    expect(statuses).toEqual(statuses.map(() => 200))
    spent += count
  }
  await spend(spentEachTime)
  await waitUntil(async () => (await requestsOf(thrifty)) === spent)

  const load = startLoad(busy)
  await load.more(3)
  for (const name of ['redis', 'nats', 'postgres', 'auth']) {
    await killKept(name, async () => {
      await spend(spentEachTime)
      await load.more(3)
    })
    await expectControl(name)
    expect(load.failures).toEqual([])
  }

  // A Redis that hung comes back with what it held.
  const redis = keptOf('redis').process?.pid as number
  process.kill(redis, 'SIGSTOP')
  try {
    await waitUntil(async () => (await edgeMetric('elder_edge_limit_alone')) === 1)
    await spend(spentEachTime)
  } finally {
    process.kill(redis, 'SIGCONT')
  }
  await waitUntil(async () => (await edgeMetric('elder_edge_limit_alone')) === 0)

  const [first] = providers
  await first.kill()
  await load.more(3)
  await first.start()
  await load.more(3)
  await load.stop()
  expect(load.failures).toEqual([])

  const rest = await Promise.all(Array.from({ length: allowance }, () => complete(thrifty)))
  expect(rest.filter((status) => status === 200).length).toBe(allowance - spent)
  expect(new Set(rest)).toEqual(new Set([200, 403]))

  for (const [key, requests] of [[busy, load.ids.length], [thrifty, allowance]] as const) {
    await waitUntil(async () => (await requestsOf(key)) >= requests, { message: 'the usage of every completion' })
    expect(await requestsOf(key)).toBe(requests)
  }

  const entriesOf = async () => {
    const counts = new Map<string, number>()
    for (const { factId = '' } of await all('/v1/audit?action=request')) counts.set(factId, (counts.get(factId) ?? 0) + 1)
    return load.ids.map((id) => counts.get(id) ?? 0)
  }
  const entries = await waitUntil(async () => entriesOf().then((counts) => (counts.includes(0) ? undefined : counts)), { message: 'an audit entry for every x-request-id' })
  expect(new Set(load.ids).size).toBe(load.ids.length)
  expect(entries).toEqual(load.ids.map(() => 1))

  const verified = await platform.elder(['audit', 'verify', '--json'])
  expect(verified).toMatchObject({ code: 0 })
  expect(JSON.parse(verified.stdout)).toMatchObject({ intact: true })
  console.log(`${load.ids.length} completions, none failed`)
})
