import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProvider, waitUntil, type ProviderStandIn } from '@elder/testkit'
import { bringUp, type Platform } from '../platform.ts'

const clients = 20
const services = ['auth', 'cache', 'quality-check', 'sage-consultation', 'monitoring', 'edge-proxy']
let provider: ProviderStandIn
let platform: Platform

beforeAll(async () => {
  provider = await startProvider({ models: ['stand-in-1'] })
  provider.behave({ do: 'answer', text: 'ok', delayMs: 60 })
  // The limit of one key is not what this test is about.
  platform = await bringUp(['--provider', provider.url, '--model', 'stand-in-1'], { ELDER_EDGE_PROXY_REQUESTS_PER_MINUTE: '1000000' })
})

afterAll(async () => {
  await platform?.dispose()
  await provider?.close()
})

const completions = '/v1/chat/completions'

interface Entry {
  factId: string
  target: string
}

/** Requests that were sent and whose answer, if there will be one, has not ended. */
let underWay = 0

async function listAudit(): Promise<Entry[]> {
  const entries: Entry[] = []
  let cursor = ''
  do {
    const response = await platform.fetch(`/v1/audit?limit=200&action=request${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, { headers: { authorization: `Bearer ${platform.adminKey}` } })
    const page = (await response.json()) as { items: Entry[]; nextCursor: string | null }
    entries.push(...page.items)
    cursor = page.nextCursor ?? ''
  } while (cursor !== '')
  return entries
}

/** The ids of all that is on record, the completion with which the platform tried itself as it came up among them: facts are told in the order of their ends. */
async function listRecorded(): Promise<Set<string>> {
  const response = await platform.fetch(completions, { method: 'POST', body: JSON.stringify({ model: 'stand-in-1', messages: [{ role: 'user', content: 'hello' }] }) })
  await response.text()
  const last = response.headers.get('x-request-id') ?? ''
  return waitUntil(async () => {
    const recorded = new Set((await listAudit()).map(({ factId }) => factId))
    return recorded.has(last) ? recorded : undefined
  })
}

/** Sends one request after another until told to stop; notes each x-request-id that came back. */
async function send(seen: Set<string>, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    underWay++
    try {
      const response = await platform.fetch(completions, { method: 'POST', body: JSON.stringify({ model: 'stand-in-1', stream: Math.random() < 0.5, messages: [{ role: 'user', content: 'hello' }] }) })
      seen.add(response.headers.get('x-request-id') ?? 'an answer without an id')
      await response.text()
    } catch {
      // The edge was dead for this one: no answer, so no id to look for.
    }
    underWay--
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('every answered request is audited once, whichever process is killed meanwhile', async () => {
  const before = await listRecorded()
  const seen = new Set<string>()
  const stop = new AbortController()
  const sending = Array.from({ length: clients }, () => send(seen, stop.signal))

  let cutOff = 0
  for (const name of services) {
    const pid = (await platform.status()).services.find((service) => service.name === name)?.pid as number
    // Nothing is sent between the count and the kill. Only what is under way through the edge itself may stay without an answer.
    if (name === 'edge-proxy') cutOff = underWay
    process.kill(pid, 'SIGKILL')
    const killedAt = Date.now()
    await waitUntil(async () => (await platform.status()).services.find((service) => service.name === name && service.ready && service.pid !== pid), { timeoutMs: 20_000, message: `${name} to be back` })
    console.log(`${name} was back after ${Date.now() - killedAt} ms`)
  }
  stop.abort()
  await Promise.all(sending)
  expect(seen.size).toBeGreaterThan(clients)

  const entries = await waitUntil(
    async () => {
      const now = await listAudit()
      const ids = new Set(now.map(({ factId }) => factId))
      return [...seen].every((id) => ids.has(id)) ? now : undefined
    },
    { timeoutMs: 30_000, message: 'an audit entry for every x-request-id' },
  )
  const ids = entries.map(({ factId }) => factId)
  expect(new Set(ids).size).toBe(ids.length)
  const unanswered = entries.filter(({ factId, target }) => target === completions && !seen.has(factId) && !before.has(factId))
  expect(cutOff).toBeGreaterThan(0)
  expect(unanswered.length).toBeLessThanOrEqual(cutOff)
  console.log(`${seen.size} answers, ${cutOff} requests under way when the edge was killed, ${unanswered.length} of them on the record without an answer`)

  const verified = await platform.elder(['audit', 'verify', '--json'])
  expect(verified).toMatchObject({ code: 0 })
  expect(JSON.parse(verified.stdout)).toMatchObject({ intact: true })
})
