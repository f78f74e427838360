import { Meter } from '@elder/contracts/auth-usage'
import { takeOf, type Claim, type Grant } from './claim.ts'
import type { LimitMetrics } from './limit-metrics.ts'
import { isMinute, isReserved, type Held } from './plan.ts'
import type { RedisLink } from './redis-link.ts'
import type { Use } from './reservation.ts'
import { createSettling } from './settling.ts'

export interface Corrections {
  /** Replaces what a claim took by its real usage, except for limits before index `from`. */
  correct(claim: Claim, grant: Grant | undefined, use: Use, from: 0 | 1): void
  /** Sends the batched corrections. */
  deliver(): void
}

export interface CorrectionsParts {
  readonly link: Pick<RedisLink, 'isUp' | 'settle'>
  readonly metrics: LimitMetrics
  readonly gatherMs: number
}

/** Corrects this edge's counters when a request's real usage is known, and those in Redis if the request was counted there. */
export function createCorrections({ link, metrics, gatherMs }: CorrectionsParts): Corrections {
  const settling = createSettling((keys, values) => link.settle(keys, values), gatherMs)

  function correctOne(claim: Claim, { keys, beganAtMs: begun, generation }: Grant, use: Use, index: number): void {
    const { counter } = claim.line.held[index] as Held
    const [key, beganAtMs] = [keys[index] ?? '', begun[index] ?? 0]
    const field = generation !== undefined && isReserved(counter) ? generation : 'u'
    const [taken, used] = [takeOf(counter.meter, claim), usedOf(counter.meter, use)]
    if (field === 'u' && used === taken) return
    const isNow = counter.key === key && (!isMinute(counter) || counter.beganAtMs === beganAtMs)
    const isUnheard = field === 'u' && !link.isUp
    if (isNow && field !== 'u') counter.reserved -= taken
    if (isNow && isUnheard) counter.alone += used - taken
    else if (isNow && counter.known !== undefined) counter.known += used - taken
    if (!isUnheard && (isNow || !isMinute(counter))) settling.change(counter, key, field, beganAtMs, taken, used)
  }

  return {
    correct(claim, grant, use, from) {
      const { held, meters, isMetered } = claim.line
      if (!grant || held.length === from) return
      for (let index = from; index < held.length; index++) correctOne(claim, grant, use, index)
      if (isMetered) for (const meter of meters) if (meter !== Meter.METER_REQUESTS) metrics.settle(meter, usedOf(meter, use))
    },
    deliver: settling.deliver,
  }
}

function usedOf(meter: Meter, use: Use): number {
  if (meter === Meter.METER_TOKENS) return use.tokens
  return meter === Meter.METER_COST ? use.costMicros : use.requests
}
