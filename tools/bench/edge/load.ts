/** Sends completions over a fixed number of connections for a while and tells what it saw. */
import { Pool } from 'undici'

export interface LoadOrder {
  readonly origin: string
  readonly key: string
  readonly connections: number
  readonly stream: boolean
  readonly bodyBytes: number
  readonly seconds: number
}

export interface LoadResult {
  readonly requests: number
  readonly failed: number
  readonly perSecond: number
  readonly firstByteMs: { readonly p50: number; readonly p99: number }
  readonly totalMs: { readonly p50: number; readonly p99: number }
}

async function load({ origin, key, connections, stream, bodyBytes, seconds }: LoadOrder): Promise<LoadResult> {
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const body = JSON.stringify({ model: 'bench-1', stream, messages: [{ role: 'user', content: 'y'.repeat(bodyBytes) }] }).replace('"stream": true', '"stream":true')
  const headers = ['content-type', 'application/json', 'authorization', `Bearer ${key}`, 'x-elder-client', 'bench']
  const firsts: number[] = []
  const totals: number[] = []
  let failed = 0
  const endsAt = performance.now() + seconds * 1_000
  const once = () =>
    new Promise<void>((resolve) => {
      const startedAt = performance.now()
      let first = 0
      let ok = false
      pool.dispatch(
        { path: '/v1/chat/completions', method: 'POST', headers, body },
        {
          onRequestStart() {},
          onResponseStart: (_, status) => void (ok = status === 200),
          onResponseData: () => void (first ||= performance.now() - startedAt),
          onResponseEnd() {
            if (!ok) failed++
            firsts.push(first)
            totals.push(performance.now() - startedAt)
            resolve()
          },
          onResponseError() {
            failed++
            resolve()
          },
        },
      )
    })
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < endsAt) await once()
    }),
  )
  const elapsed = (performance.now() - startedAt) / 1_000
  await pool.close()
  return { requests: totals.length, failed, perSecond: totals.length / elapsed, firstByteMs: percentiles(firsts), totalMs: percentiles(totals) }
}

function percentiles(values: number[]): { p50: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

process.on('message', (order: LoadOrder) => void load(order).then((result) => process.send?.(result)))
process.once('disconnect', () => process.exit())
