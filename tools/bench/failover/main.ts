/**
 * Sends completions while one of two providers is killed and started again, several times, and prints how many failed and how often
 * providers were called. The edge runs as a separate process, with all features on.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Connection } from '../edge/connection.ts'
import { key, startEdge } from '../edge/edge.ts'
import { cpuMicros, startListener } from '../edge/program.ts'

const requests = Number(process.argv[2] ?? 10_000)
const deaths = Number(process.argv[3] ?? 5)
const clients = 50
const closers: (() => unknown)[] = []
const here = (file: string) => join(import.meta.dirname, file)

try {
  process.exitCode = (await run()) === 0 ? 0 : 1
} finally {
  for (const close of closers.reverse()) await close()
}

async function run(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'elder-failover-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  const startOne = (port: number) => startListener(here('../edge/provider.ts'), [String(port)], 1)
  let mortal = await startOne(0)
  const steady = await startOne(0)
  closers.push(
    () => mortal.stop(),
    () => steady.stop(),
  )
  const edge = await startEdge({
    folder,
    cacheFolder: join(tmpdir(), 'elder-bench-cache'),
    provider: `http://127.0.0.1:${mortal.port}`,
    nodeFlags: [],
    main: here('../../../apps/edge-proxy/src/main.ts'),
    traced: false,
    guarded: false,
    defer: (close) => closers.push(close),
  })
  writeFileSync(join(folder, 'providers.json'), JSON.stringify([mortal, steady].map(({ port }, index) => ({ name: `provider-${index + 1}`, baseUrl: `http://127.0.0.1:${port}/v1`, breaker: { failures: 5, pauseMs: 100 } }))))
  await delay(2_500)

  const seen = { sent: 0, answered: 0, failed: 0, slowestMs: 0 }
  const before = cpuMicros(edge.pid)
  const work = Promise.all(Array.from({ length: clients }, () => client(edge.port, seen)))
  for (let death = 1; death <= deaths; death++) {
    await passed(seen, (requests * (death - 0.5)) / deaths)
    mortal.child.kill('SIGKILL')
    await passed(seen, (requests * (death - 0.2)) / deaths)
    mortal = await startOne(mortal.port)
  }
  await work
  const cpu = (cpuMicros(edge.pid) - before) / requests
  process.stdout.write(`${seen.failed} of ${requests} requests failed while a provider died ${deaths} times under ${clients} clients; the slowest took ${seen.slowestMs.toFixed(0)} ms; ${cpu.toFixed(0)} us CPU each\n`)
  return seen.failed
}

async function passed(seen: { readonly sent: number }, count: number): Promise<void> {
  while (seen.sent < count) await delay(5)
}

async function client(port: number, seen: { sent: number; answered: number; failed: number; slowestMs: number }): Promise<void> {
  const body = JSON.stringify({ model: 'bench-20ms', messages: [{ role: 'user', content: 'y'.repeat(1_000) }] })
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: edge\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`
  const request = Buffer.from(head + body)
  const connection = await Connection.open(port)
  while (seen.sent < requests) {
    seen.sent++
    const startedAt = performance.now()
    const answer = await connection.ask(request)
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - startedAt)
    if (answer?.status === 200) seen.answered++
    else seen.failed++
    if (!answer) break
  }
  connection.close()
}
