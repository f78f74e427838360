/** The load generator: sends completions over a fixed number of connections for a while, or opens idle streams, and reports the latencies. */
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
  /** Ends early after this many requests. */
  readonly requests?: number
  /** Spreads the start of the connections over this time, because users do not start in the same millisecond. */
  readonly spreadMs?: number
  /** All connections send at once, and again when the last has its answer. */
  readonly inWaves?: boolean
  /** Opens streams and leaves them idle, instead of a load. */
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
  let sent = 0
  const continues = () => performance.now() < endsAt && sent < (order.requests ?? Number.POSITIVE_INFINITY)
  const ask = async (index: number) => {
    sent++
    const answer = await connections[index]?.ask(request)
    if (answer) answers.push(answer)
    else connections[index] = await Connection.open(order.port)
    if (answer?.status !== 200) failed++
  }
  const askRepeatedly = async (index: number) => {
    if (order.spreadMs !== undefined) await delay((order.spreadMs * index) / order.connections)
    while (continues()) await ask(index)
  }
  const indexes = [...connections.keys()]
  if (order.inWaves) while (continues()) await Promise.all(indexes.map(ask))
  else await Promise.all(indexes.map(askRepeatedly))
  for (const connection of connections) connection.close()
  const elapsed = (performance.now() - startedAt) / 1_000
  return summarise(answers, failed, elapsed)
}

async function openIdle(order: LoadOrder): Promise<LoadResult> {
  const request = requestOf(order)
  const startedAt = performance.now()
  const firsts: number[] = []
  let failed = 0
  // A few hundred at a time, because a burst of connections is not what this scenario measures.
  for (let opened = 0; opened < order.connections; opened += 200) {
    const wanted = Math.min(200, order.connections - opened)
    const some = (await Promise.allSettled(Array.from({ length: wanted }, () => Connection.open(order.port)))).flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    idle.push(...some)
    failed += wanted - some.length
    // The target accepts no more connections.
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
