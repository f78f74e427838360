/** What people's tools do all day, some of it rudely: each a request with the statuses that are right for it. */
import { randomInt } from 'node:crypto'

export interface Door {
  readonly url: string
  readonly key: string
  /** May make keys; undefined: no keys are made. */
  readonly adminKey: string | undefined
  /** A key that may ask once a minute. */
  readonly meagreKey: string | undefined
  readonly model: string
}

export interface Deed {
  readonly name: string
  /** How often, of a hundred. */
  readonly share: number
  /** What went wrong; undefined: nothing. */
  do(door: Door): Promise<string | undefined>
}

const post = (door: Door, path: string, body: unknown, { key = door.key, signal, accept }: { key?: string; signal?: AbortSignal; accept?: string } = {}) =>
  fetch(door.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-elder-client': 'soak', ...(accept !== undefined && { accept }) },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  })

const question = (door: Door, stream: boolean) => ({ model: door.model, stream, messages: [{ role: 'user', content: `question ${randomInt(1e9)} `.repeat(20) }] })

async function expectStatus(response: Response, ...right: number[]): Promise<string | undefined> {
  const text = await response.text()
  return right.includes(response.status) ? undefined : `${response.status} ${text.slice(0, 200)}`
}

async function streamed(door: Door): Promise<string | undefined> {
  const response = await post(door, '/v1/chat/completions', question(door, true))
  const text = await response.text()
  return response.status === 200 && text.includes('[DONE]') ? undefined : `${response.status} ${text.slice(-200)}`
}

async function abandoned(door: Door): Promise<string | undefined> {
  const leaving = new AbortController()
  const response = await post(door, '/v1/chat/completions', { ...question(door, true), user: 'bench-paced' }, { signal: leaving.signal })
  const reader = response.body?.getReader()
  await reader?.read()
  leaving.abort()
  return response.status === 200 ? undefined : `${response.status}`
}

async function keyMadeAndRevoked(door: Door): Promise<string | undefined> {
  if (door.adminKey === undefined) return undefined
  const made = await post(door, '/v1/keys', { userName: 'soak', role: 'developer', label: 'soak' }, { key: door.adminKey })
  const text = await made.text()
  if (made.status !== 201) return `${made.status} ${text.slice(0, 200)}`
  const { key, secret } = JSON.parse(text) as { key: { id: string }; secret: string }
  const used = await expectStatus(await post(door, '/v1/chat/completions', question(door, false), { key: secret }), 200)
  const revoked = await fetch(`${door.url}/v1/keys/${key.id}`, { method: 'DELETE', headers: { authorization: `Bearer ${door.adminKey}` } })
  return used ?? (await expectStatus(revoked, 200))
}

const check = (door: Door) => {
  const n = randomInt(1e9)
  return post(door, '/v1/checks', { files: [{ path: `soak/a${n}.py`, content: `def total${n}(values):\n    total = 0\n    for value in values:\n        total += value\n    return total\n` }] })
}

const listTools = (door: Door) => post(door, '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' }, { accept: 'application/json, text/event-stream' })

export const deeds: readonly Deed[] = [
  { name: 'completion', share: 48, do: async (door) => expectStatus(await post(door, '/v1/chat/completions', question(door, false)), 200) },
  { name: 'stream', share: 20, do: streamed },
  { name: 'stream left', share: 10, do: abandoned },
  { name: 'over a limit', share: 5, do: async (door) => expectStatus(await post(door, '/v1/chat/completions', question(door, false), { key: door.meagreKey ?? door.key }), 200, 429) },
  { name: 'wrong key', share: 3, do: async (door) => expectStatus(await post(door, '/v1/chat/completions', question(door, false), { key: `elder_${'x'.repeat(8)}_${'y'.repeat(43)}` }), 401) },
  { name: 'models', share: 3, do: async (door) => expectStatus(await fetch(`${door.url}/v1/models`, { headers: { authorization: `Bearer ${door.key}` } }), 200) },
  { name: 'check', share: 4, do: async (door) => expectStatus(await check(door), 200) },
  { name: 'mcp', share: 5, do: async (door) => expectStatus(await listTools(door), 200) },
  { name: 'key made, used, revoked', share: 2, do: keyMadeAndRevoked },
]

/** One of them, as often as its share says. */
export function anyDeed(): Deed {
  let at = randomInt(100)
  return deeds.find(({ share }) => (at -= share) < 0) ?? (deeds[0] as Deed)
}
