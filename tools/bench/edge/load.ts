/** Sends completions over a fixed number of connections for a while and tells what it saw; or opens streams that stay open. */
import { setTimeout as delay } from 'node:timers/promises'
import { Connection, type Answer } from './connection.ts'

export interface LoadOrder {
  readonly port: number
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly model: string
  readonly connections: number
  readonly stream: boolean
  readonly bodyBytes: number
  readonly seconds: number
  /** Ends sooner when so many have been asked. */
  readonly requests?: number
  /** The connections begin one after another over so long: a hundred developers do not press a key in the same millisecond. */
  readonly spreadMs?: number
  /** All ask at one instant, and again when the last of them has its answer. */
  readonly inWaves?: boolean
  /** Streams that are opened and left so, instead of a load. */
  readonly idle?: boolean
}

export interface Percentiles {
  readonly p50: number
  readonly p99: number
}

export interface LoadResult {
  readonly requests: number
  readonly failed: number
  readonly perSecond: number
  readonly firstByteMs: Percentiles
  readonly totalMs: Percentiles
}

let idle: Connection[] = []

function requestOf({ key, headers, model, stream, bodyBytes }: LoadOrder): Buffer {
  const body = JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'y'.repeat(bodyBytes) }] })
  const all = { host: 'bench', authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), 'x-elder-client': 'bench', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST /v1/chat/completions HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const request = requestOf(order)
  const connections = await Promise.all(Array.from({ length: order.connections }, () => Connection.open(order.port)))
  const answers: Answer[] = []
  let failed = 0
  const startedAt = performance.now()
  const endsAt = startedAt + order.seconds * 1_000
  let asked = 0
  const goesOn = () => performance.now() < endsAt && asked < (order.requests ?? Number.POSITIVE_INFINITY)
  const ask = async (place: number) => {
    asked++
    const answer = await connections[place]?.ask(request)
    if (answer) answers.push(answer)
    else connections[place] = await Connection.open(order.port)
    if (answer?.status !== 200) failed++
  }
  const askOn = async (place: number) => {
    if (order.spreadMs !== undefined) await delay((order.spreadMs * place) / order.connections)
    while (goesOn()) await ask(place)
  }
  const places = connections.map((_, place) => place)
  if (order.inWaves) while (goesOn()) await Promise.all(places.map(ask))
  else await Promise.all(places.map(askOn))
  for (const connection of connections) connection.close()
  const elapsed = (performance.now() - startedAt) / 1_000
  return summarise(answers, failed, elapsed)
}

async function openIdle(order: LoadOrder): Promise<LoadResult> {
  const request = requestOf(order)
  const startedAt = performance.now()
  const firsts: number[] = []
  let failed = 0
  // A few hundred at a time: a crowd at the door is another scenario.
  for (let opened = 0; opened < order.connections; opened += 200) {
    const wanted = Math.min(200, order.connections - opened)
    const some = (await Promise.allSettled(Array.from({ length: wanted }, () => Connection.open(order.port)))).flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    idle.push(...some)
    failed += wanted - some.length
    // Whoever is full is full: no need to find that out again and again.
    if (failed > 1_000) break
    await Promise.all(
      some.map(async (connection) => {
        const began = performance.now()
        const first = await new Promise<boolean>((resolve) => void connection.ask(request, () => resolve(true)).then(() => resolve(false)))
        if (first) firsts.push(performance.now() - began)
        else failed++
      }),
    )
  }
  const elapsed = (performance.now() - startedAt) / 1_000
  await delay(order.seconds * 1_000)
  return summarise(firsts.map((firstByteMs) => ({ status: 200, firstByteMs, totalMs: firstByteMs })), failed, elapsed)
}

function summarise(answers: readonly Answer[], failed: number, elapsed: number): LoadResult {
  return { requests: answers.length, failed, perSecond: answers.length / elapsed, firstByteMs: percentiles(answers.map(({ firstByteMs }) => firstByteMs)), totalMs: percentiles(answers.map(({ totalMs }) => totalMs)) }
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

async function obey(order: LoadOrder | 'close'): Promise<void> {
  if (order === 'close') {
    for (const connection of idle) connection.close()
    idle = []
    process.send?.('closed')
  } else process.send?.(await (order.idle ? openIdle(order) : load(order)))
}

process.on('message', (order: LoadOrder | 'close') => void obey(order))
process.once('disconnect', () => process.exit())
