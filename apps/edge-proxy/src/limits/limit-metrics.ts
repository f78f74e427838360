import type { Registry } from 'prom-client'
import { Meter } from '@elder/contracts/auth-usage'
import { Counter, Gauge } from '@elder/telemetry'
import { takeOf, type Claim } from './claim.ts'

export type LimitMetrics = ReturnType<typeof createLimitMetrics>

export type Limiter = 'redis' | 'local'

const meterNames: Readonly<Record<number, string>> = { [Meter.METER_REQUESTS]: 'requests', [Meter.METER_TOKENS]: 'tokens', [Meter.METER_COST]: 'cost' }

/** The metrics of limits. */
export function createLimitMetrics(registry: Registry) {
  const registers = [registry]
  const decisions = new Counter({ name: 'elder_edge_limit_decisions_total', help: 'Decisions of the limits, by limiter and meter.', labelNames: ['limiter', 'decision', 'meter'] as const, registers })
  const reserved = new Counter({ name: 'elder_edge_limit_reserved_total', help: 'Tokens and millionths of money reserved for requests under a limit.', labelNames: ['meter'] as const, registers })
  const settled = new Counter({ name: 'elder_edge_limit_settled_total', help: 'Tokens and millionths of money that those requests used.', labelNames: ['meter'] as const, registers })
  return {
    /** Counts `count` claims with the same amounts as this one, for each meter. */
    allow(limiter: Limiter, claim: Claim, count: number): void {
      for (const meter of claim.line.meters) {
        decisions.inc({ limiter, decision: 'allowed', meter: meterNames[meter] ?? '' }, count)
        if (meter !== Meter.METER_REQUESTS) reserved.inc({ meter: meterNames[meter] ?? '' }, count * takeOf(meter, claim))
      }
    },
    refuse: (limiter: Limiter, meter: Meter, count: number) => decisions.inc({ limiter, decision: 'refused', meter: meterNames[meter] ?? '' }, count),
    settle: (meter: Meter, amount: number) => settled.inc({ meter: meterNames[meter] ?? '' }, amount),
    alone: new Gauge({ name: 'elder_edge_limit_alone', help: '1 while this edge counts alone because Redis is away.', registers }),
    replicas: new Gauge({ name: 'elder_edge_limit_replicas', help: 'Edges that share the counters, as last seen in Redis.', registers }),
    seeds: new Counter({ name: 'elder_edge_limit_seeds_total', help: 'Counters of a day or month that were restored from auth, or started at zero because auth is away.', labelNames: ['source'] as const, registers }),
    dropped: new Counter({ name: 'elder_edge_limit_reservations_dropped_total', help: 'Reservations of edges that died, returned after they expired.', registers }),
    settlementsLost: new Counter({ name: 'elder_edge_limit_settlements_lost_total', help: 'Settlements that never reached Redis because too many were waiting.', registers }),
  }
}
