import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { addLimited, day, inspect, ofTeam, tokens, type Inspection } from '../limited.ts'
import { startRig, type Edge, type Rig } from '../rig.ts'
import { ask, directions, nameOf, type Direction, type Seen } from './client.ts'
import { misbehaviours, type Misbehaviour, type Outcome } from './misbehaviours.ts'
import { firstWords, lastWords, startRawProvider, type RawProvider, type Wire } from './provider.ts'

const rows = Object.entries(misbehaviours).map(([name, row], index): [string, Misbehaviour, string] => [name, row, `m${index}`])
const wires: readonly Wire[] = ['chat', 'messages', 'responses', 'completions', 'embeddings']
// For what is given up by the clock alone: everything else may take what a busy machine takes.
const soon = { firstByteMs: 800, wholeMs: 800, idleMs: 800 }
// An edge takes 200 providers.
const rowsPerEdge = 35

let rig: Rig
let edges: Edge[]
let inside: Inspection
let provider: RawProvider
beforeAll(async () => {
  const says = new Map(rows.map(([, row, id]) => [id, row.says]))
  provider = await startRawProvider((model, asked) => says.get(model.split('-')[2] ?? '')?.(asked))
  rig = await startRig()
  edges = await Promise.all(Array.from({ length: Math.ceil(rows.length / rowsPerEdge) }, (_, at) => startEdge(at)))
  inside = await inspect(rig)
})
afterAll(() => provider.close())

async function startEdge(at: number): Promise<Edge> {
  const base = (folder: string, wire: Wire) => ({ baseUrl: `http://127.0.0.1:${provider.port}/${folder}/v1`, ...(wire === 'messages' ? { dialect: 'anthropic' } : { apis: [wire] }) })
  const shared = wires.flatMap((wire) => [
    { name: `alone-${wire}`, models: [`alone-${wire}-*`], ...base('odd', wire) },
    { name: `soon-${wire}`, models: [`soon-${wire}-*`], timeouts: soon, ...base('odd', wire) },
    { name: `well-${wire}`, models: [`both-${wire}-*`], priority: 1, ...base('well', wire) },
  ])
  // One for each misbehaviour: which most requests fail at would be asked last.
  const odd = rows.slice(at * rowsPerEdge, (at + 1) * rowsPerEdge).flatMap(([, { isSlow }, id]) => wires.map((wire) => ({ name: `${id}-${wire}`, models: [`both-${wire}-${id}-*`], ...(isSlow && { timeouts: soon }), ...base('odd', wire) })))
  const file = `${rig.folder}/misbehaving-${at}.json`
  writeFileSync(file, JSON.stringify([...shared, ...odd]))
  return rig.startEdge({ PROVIDERS_FILE: file })
}

const everything = firstWords + lastWords
const anthropicTypes: Readonly<Record<string, string>> = { provider_timeout: 'timeout_error', provider_busy: 'overloaded_error', rate_limit_exceeded: 'rate_limit_error' }
const codeFor = ({ api }: Direction, code: string) => (api === 'messages' ? (anthropicTypes[code] ?? 'api_error') : code)
const answered = ({ api }: Direction): Seen => ({ status: 200, text: api === 'embeddings' ? '[1,0.5]' : everything, end: 'whole' })

function expected(direction: Direction, outcome: Outcome): Seen {
  if (outcome === 'answered') return answered(direction)
  if ('broken' in outcome) return { status: 200, text: firstWords, error: codeFor(direction, outcome.broken), end: 'error' }
  return { status: outcome.refused, error: codeFor(direction, outcome.code), ...(outcome.retryAfter !== undefined && { retryAfter: outcome.retryAfter }) }
}

const withSecond = (direction: Direction, outcome: Outcome) => (outcome !== 'answered' && 'refused' in outcome ? answered(direction) : expected(direction, outcome))
const modelOf = (provider: string, id: string, { api, wire, stream }: Direction) => `${provider}-${wire}-${id}-${api}-${stream}`
const outcomeOf = ({ whole, stream }: Misbehaviour, direction: Direction) => (direction.stream ? stream : whole)

test.each(rows)('a provider that %s: every client is told in its own words, or answered by a second provider', async (_, row, id) => {
  const edge = edges[Math.floor(Number(id.slice(1)) / rowsPerEdge)] as Edge
  const { key, team } = addLimited(rig, [[ofTeam, tokens, day, 1_000_000_000]])
  const cases = directions.filter((direction) => outcomeOf(row, direction) !== undefined && (!row.isCostly || direction.api === direction.wire))
  const ways = [
    { of: (direction: Direction) => modelOf(row.isSlow ? 'soon' : 'alone', id, direction), should: expected },
    { of: (direction: Direction) => modelOf('both', id, direction), should: withSecond },
  ].slice(0, row.isCostly ? 1 : 2)
  const seen: unknown[] = []
  for (const { of } of ways) seen.push(await named(cases, (direction) => ask(edge, direction, of(direction), key).catch(String)))
  expect(seen).toEqual(await Promise.all(ways.map(({ should }) => named(cases, (direction) => should(direction, outcomeOf(row, direction) as Outcome)))))
  await waitUntil(async () => (await inside.of(`team:${team}:tokens:day`))?.reserved === 0, { message: 'the reservations to be given back' })
  for (const model of ways.flatMap(({ of }) => cases.map(of))) {
    const sockets = provider.asked.get(model)?.filter(({ isOdd }) => isOdd).map(({ socket }) => socket) ?? []
    expect(sockets.length).toBeGreaterThan(0)
    await waitUntil(() => !row.isLast || sockets.every(({ closed }) => closed), { message: `the connection of ${model} to be closed` })
    expect(Math.max(...sockets.map(({ bytesWritten }) => bytesWritten))).toBeLessThan(row.atMostBytes ?? Infinity)
  }
})

async function named(cases: readonly Direction[], work: (direction: Direction) => unknown): Promise<object> {
  return Object.fromEntries(await Promise.all(cases.map(async (direction) => [nameOf(direction), await work(direction)])))
}
