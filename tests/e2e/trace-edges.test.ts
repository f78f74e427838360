import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '@elder/testkit'
import { bringUp, type Platform } from '../platform.ts'

let receiver: OtlpReceiver
let platform: Platform
let folder: string

beforeAll(async () => {
  receiver = await startOtlpReceiver()
  folder = mkdtempSync(join(tmpdir(), 'elder-trace-'))
  platform = await bringUp([], { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
})

afterAll(async () => {
  await platform?.dispose()
  await receiver?.close()
  rmSync(folder, { recursive: true })
})

interface Want {
  readonly service: string
  readonly kind: ReceivedSpan['kind']
  readonly name: RegExp
}

const edge: Want = { service: 'edge-proxy', kind: 'SERVER', name: /^POST \/v1\/checks$/ }

/** The edges of one check: each span and the one that it descends from, or is linked to where one span serves many checks. */
const edges: { child: Want; parent: Want }[] = (() => {
  const toQuality: Want = { service: 'edge-proxy', kind: 'CLIENT', name: /QualityCheckService\/Check$/ }
  const quality: Want = { service: 'quality-check', kind: 'SERVER', name: /QualityCheckService\/Check$/ }
  const toCache: Want = { service: 'quality-check', kind: 'CLIENT', name: /CacheService\/Get$/ }
  const cache: Want = { service: 'cache', kind: 'SERVER', name: /CacheService\/Get$/ }
  const redis: Want = { service: 'cache', kind: 'CLIENT', name: /^(EVALSHA|EVAL|MGET|GET|HMGET)/ }
  const record: Want = { service: 'quality-check', kind: 'INTERNAL', name: /^record checks$/ }
  const insert: Want = { service: 'quality-check', kind: 'CLIENT', name: /^INSERT/ }
  const publish: Want = { service: 'quality-check', kind: 'PRODUCER', name: /^publish elder\.quality\.check_completed\.v1$/ }
  const count: Want = { service: 'monitoring', kind: 'CONSUMER', name: /^process / }
  const write: Want = { service: 'monitoring', kind: 'CLIENT', name: /^(INSERT|WITH)/ }
  return [
    { child: toQuality, parent: edge },
    { child: quality, parent: toQuality },
    { child: toCache, parent: quality },
    { child: cache, parent: toCache },
    { child: redis, parent: cache },
    { child: record, parent: quality },
    { child: insert, parent: record },
    { child: publish, parent: quality },
    { child: count, parent: publish },
    { child: write, parent: count },
  ]
})()

const fits = (span: ReceivedSpan, want: Want) => span.service === want.service && span.kind === want.kind && want.name.test(span.name)

test('one check is one trace, from the edge to Postgres, and what is done for many at once is linked to it', async () => {
  // Another text each time: what was checked before is answered without asking the cache.
  writeFileSync(join(folder, 'demo.py'), `def f(x):\n    return eval(x)  # ${randomUUID()}\n`)
  const check = await platform.elder(['check', '--format', 'json', 'demo.py'], { cwd: folder })
  expect(check.code).toBe(1)

  let missing: string[] = []
  const isWhole = (received: readonly ReceivedSpan[]) => {
    // The smoke test of `up` was a check too: the last one is ours.
    const root = received.findLast((span) => fits(span, edge))
    const ours = root ? received.map((span) => [span, ...causesOf(span, received)]).filter((line) => line.includes(root)) : []
    missing = edges.filter(({ child, parent }) => !ours.some(([span, ...causes]) => span && fits(span, child) && causes.some((cause) => fits(cause, parent)))).map(({ child, parent }) => `${child.service} ${child.name} under ${parent.service} ${parent.name}`)
    return missing.length === 0
  }
  await receiver.waitForSpans(isWhole, { timeoutMs: 20_000 }).catch((error: unknown) => {
    throw new Error(`missing: ${missing.join(', ')}`, { cause: error })
  })
})

/** Its parent and what it is linked to, and theirs in turn. */
function causesOf(span: ReceivedSpan, all: readonly ReceivedSpan[]): ReceivedSpan[] {
  const ids = new Set([span.parentSpanId, ...span.links.map(({ spanId }) => spanId)])
  return all.filter(({ spanId }) => ids.has(spanId)).flatMap((cause) => [cause, ...causesOf(cause, all)])
}
