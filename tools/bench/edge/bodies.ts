/** Measures the edge's peak memory under many large bodies at once: node tools/bench/edge/bodies.ts [BODIES] [MILLION BYTES] */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFlagsOf } from '../../../apps/cli/src/platform/services.ts'
import { key, startEdge } from './edge.ts'
import { residentMiB } from './program.ts'

const [bodies = 20, millionBytes = 31.5] = process.argv.slice(2).map(Number)
const thinkingMs = 2_000
const closers: (() => unknown)[] = []
// Reads the whole body before it answers, with a delay.
const provider = createServer((request, response) => void request.resume().on('end', () => setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[]}'), thinkingMs)))
await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
const folder = mkdtempSync(join(tmpdir(), 'elder-edge-bodies-'))
closers.push(() => provider.close().closeAllConnections(), () => rmSync(folder, { recursive: true, force: true }))
const cacheFolder = join(tmpdir(), 'elder-bench-cache')
mkdirSync(cacheFolder, { recursive: true })

async function ask(port: number, body: Buffer<ArrayBuffer>): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body })
  await response.arrayBuffer()
  return response.status
}

const peakMiB = (pid: number) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024

try {
  const edge = await startEdge({
    folder,
    cacheFolder,
    provider: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
    nodeFlags: nodeFlagsOf('edge-proxy'),
    main: join(import.meta.dirname, '../../../apps/edge-proxy/src/main.ts'),
    traced: false,
    guarded: false,
    defer: (close) => void closers.push(close),
  })
  const before = residentMiB(edge.pid)
  const body = Buffer.from(JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: 'word '.repeat(millionBytes * 200_000) }] }))
  const statuses = await Promise.all(Array.from({ length: bodies }, () => ask(edge.port, body)))
  const answered = statuses.filter((status) => status === 200).length
  const refused = statuses.filter((status) => status === 503).length
  process.stdout.write(`${bodies} bodies of ${millionBytes} MB at once: ${answered} answered, ${refused} refused with 503; ${before.toFixed(0)} MiB before, ${peakMiB(edge.pid).toFixed(0)} MiB peak\n`)
} finally {
  for (const close of closers.reverse()) await close()
}
