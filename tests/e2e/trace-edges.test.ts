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
  writeFileSync(join(folder, 'demo.py'), 'def f(x):\n    return eval(x)\n')
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

/** The edges of one check: each span and the one that must be its parent. */
const edges: { child: Want; parent: Want }[] = (() => {
  const edge: Want = { service: 'edge-proxy', kind: 'SERVER', name: /^POST \/v1\/checks$/ }
  const toQuality: Want = { service: 'edge-proxy', kind: 'CLIENT', name: /QualityCheckService\/Check$/ }
  const quality: Want = { service: 'quality-check', kind: 'SERVER', name: /QualityCheckService\/Check$/ }
  const toCache: Want = { service: 'quality-check', kind: 'CLIENT', name: /CacheService\/Get$/ }
  const cache: Want = { service: 'cache', kind: 'SERVER', name: /CacheService\/Get$/ }
  const redis: Want = { service: 'cache', kind: 'CLIENT', name: /^(EVALSHA|EVAL|MGET|GET|HMGET)/ }
  const insert: Want = { service: 'quality-check', kind: 'CLIENT', name: /^INSERT/ }
  const publish: Want = { service: 'quality-check', kind: 'PRODUCER', name: /^publish elder\.quality\.check_completed\.v1$/ }
  return [
    { child: toQuality, parent: edge },
    { child: quality, parent: toQuality },
    { child: toCache, parent: quality },
    { child: cache, parent: toCache },
    { child: redis, parent: cache },
    { child: insert, parent: quality },
    { child: publish, parent: quality },
  ]
})()

const fits = (span: ReceivedSpan, want: Want) => span.service === want.service && span.kind === want.kind && want.name.test(span.name)

test('one check is one trace, from the edge to Postgres, and the facts about it are linked to it', async () => {
  const check = await platform.elder(['check', '--format', 'json', 'demo.py'], { cwd: folder })
  expect(check.code).toBe(1)

  let trace: readonly ReceivedSpan[] = []
  const spans = await receiver.waitForSpans(
    (received) => {
      // The smoke test of `up` was a check too: the last one is ours.
      const root = received.findLast((span) => fits(span, edges[0]?.parent as Want))
      trace = received.filter(({ traceId }) => traceId === root?.traceId)
      return edges.every(({ child }) => trace.some((span) => fits(span, child))) && processSpanOf(received, trace) !== undefined
    },
    { timeoutMs: 20_000 },
  )
  const byId = new Map(trace.map((span) => [span.spanId, span]))

  for (const { child, parent } of edges) {
    const candidates = trace.filter((span) => fits(span, child))
    const joined = candidates.some((span) => ancestorsOf(span, byId).some((ancestor) => fits(ancestor, parent)))
    expect(joined, `${child.service} ${String(child.name)} under ${parent.service} ${String(parent.name)}`).toBe(true)
  }

  // Counted in a batch, so linked to the publish and not its child; and written to Postgres under that span.
  const processed = processSpanOf(spans, trace) as ReceivedSpan
  expect(processed).toMatchObject({ service: 'monitoring', kind: 'CONSUMER' })
  expect(spans.some((span) => span.parentSpanId === processed.spanId && span.service === 'monitoring' && span.attributes['db.system.name'] === 'postgresql')).toBe(true)
})

/** The span that consumed the published fact: its child, or linked to it. */
function processSpanOf(all: readonly ReceivedSpan[], trace: readonly ReceivedSpan[]): ReceivedSpan | undefined {
  const published = trace.find(({ kind, name }) => kind === 'PRODUCER' && name.includes('check_completed'))
  return all.find((span) => span.kind === 'CONSUMER' && (span.parentSpanId === published?.spanId || span.links.some(({ spanId }) => spanId === published?.spanId)))
}

function ancestorsOf(span: ReceivedSpan, byId: ReadonlyMap<string, ReceivedSpan>): ReceivedSpan[] {
  const parent = byId.get(span.parentSpanId)
  return parent ? [parent, ...ancestorsOf(parent, byId)] : []
}
