import { writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { startRig, developerKey, type Edge, type Rig } from '../rig.ts'
import { ask, directions, nameOf, type Direction, type Seen } from './client.ts'
import { begin, chunk, chunked, firstWords, head, lastWords, startRawProvider, type RawProvider, type Wire } from './provider.ts'

const wires: readonly Wire[] = ['chat', 'messages', 'responses', 'completions', 'embeddings']
// For the streams and for the answers in one piece: only these may end what never ends by itself.
const limits = { LONGEST_STREAM_MS: '1000', WHOLE_ANSWER_TIMEOUT_MS: '1000', FIRST_BYTE_TIMEOUT_MS: '600000', IDLE_TIMEOUT_MS: '600000' }

const kinds = ['early', 'late', 'early-both'] as const
const modelOf = (kind: (typeof kinds)[number], { api, wire, stream }: Direction) => `${kind}-${wire}-${api}-${stream}`

let rig: Rig
let edge: Edge
let provider: RawProvider
beforeAll(async () => {
  provider = await startRawProvider((model, asked) => dripForever(asked.socket, model.startsWith('early') ? head(asked, chunked) : begin(asked)))
  rig = await startRig()
  const base = (folder: string, wire: Wire) => ({ baseUrl: `http://127.0.0.1:${provider.port}/${folder}/v1`, ...(wire === 'messages' ? { dialect: 'anthropic' } : { apis: [wire] }) })
  const wells = wires.map((wire) => ({ name: `well-${wire}`, models: [`early-both-${wire}-*`], priority: 1, ...base('well', wire) }))
  // One for each model: a provider that others have seen fail would be asked last.
  const odd = kinds.flatMap((kind) => directions.map((direction) => ({ name: modelOf(kind, direction), models: [modelOf(kind, direction)], ...base('odd', direction.wire) })))
  const file = `${rig.folder}/dripping.json`
  writeFileSync(file, JSON.stringify([...wells, ...odd]))
  edge = await rig.startEdge({ ...limits, PROVIDERS_FILE: file })
})
afterAll(() => provider.close())

/** One byte in a chunk of its own, again and again: never silent, and never an end of line. */
function dripForever(socket: Socket, first: string): void {
  socket.setNoDelay()
  socket.write(first)
  const timer = setInterval(() => void socket.write(chunk('x')), 10)
  socket.once('close', () => clearInterval(timer))
}

const codeFor = ({ api }: Direction) => (api === 'messages' ? 'timeout_error' : 'provider_timeout')
const refused = (direction: Direction): Seen => ({ status: 504, error: codeFor(direction) })
const broken = (direction: Direction): Seen => ({ status: 200, text: firstWords, error: codeFor(direction), end: 'error' })
const answered = ({ api }: Direction): Seen => ({ status: 200, text: api === 'embeddings' ? '[1,0.5]' : firstWords + lastWords, end: 'whole' })

test.each<[string, (typeof kinds)[number], (direction: Direction) => Seen]>([
  ['from its first byte is refused', 'early', refused],
  ['in the middle is ended with an error', 'late', (direction) => (direction.stream ? broken(direction) : refused(direction))],
  ['from its first byte is answered by a second provider', 'early-both', answered],
])('an answer that drips without end %s, by the limit of the edge alone', async (_, kind, should) => {
  const seen = await Promise.all(directions.map(async (direction) => [nameOf(direction), await ask(edge, direction, modelOf(kind, direction), developerKey).catch(String)] as const))
  expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(directions.map((direction) => [nameOf(direction), should(direction)])))
  const sockets = directions.flatMap((direction) => provider.asked.get(modelOf(kind, direction)) ?? []).filter(({ isOdd }) => isOdd)
  expect(sockets.length).toBe(directions.length)
  await waitUntil(() => sockets.every(({ socket }) => socket.closed), { message: 'the connections to be closed' })
})
