import { ServiceError } from '@elder/errors'
import type { Script as RunScript } from '@elder/redis'
import type { Logger } from '@elder/telemetry'
import type { LimitMetrics } from './limit-metrics.ts'

interface Settlement {
  readonly script: 'settle' | 'add'
  readonly keys: string[]
  readonly values: (string | number)[]
  /** Under which it was sent last; 0: it never was. */
  number: number
}

/** What this edge tells the counters without waiting for an answer. */
export interface Settlements {
  /** At once, or kept for a Redis that is away. */
  deliver(script: Settlement['script'], keys: string[], values: (string | number)[]): void
  /** Redis knows the number of this edge's last settlement: what stands under it or before has arrived, though nobody heard of it. */
  sendKept(mark: number): void
}

export interface SettlementsParts {
  readonly run: Readonly<Record<Settlement['script'], RunScript>>
  /** Where Redis keeps the number. */
  readonly markKey: string
  readonly most: number
  readonly logger: Pick<Logger, 'error'>
  readonly metrics: LimitMetrics
  readonly isUp: () => boolean
  readonly onAway: (error: ServiceError) => void
}

export function createSettlements({ run, markKey, most, logger, metrics, isUp, onAway }: SettlementsParts): Settlements {
  const kept: Settlement[] = []
  let lastNumber = 0

  function send(settlement: Settlement): void {
    settlement.number = ++lastNumber
    run[settlement.script]([markKey, ...settlement.keys], [settlement.number, ...settlement.values]).catch((error: unknown) => {
      if (!(error instanceof ServiceError)) return logger.error({ err: error }, 'a settlement was refused by redis')
      keep(settlement)
      return onAway(error)
    })
  }

  function keep(settlement: Settlement): void {
    kept.push(settlement)
    if (kept.length <= most) return
    kept.shift()
    metrics.settlementsLost.inc()
  }

  return {
    deliver(script, keys, values) {
      const settlement = { script, keys, values, number: 0 }
      if (isUp()) send(settlement)
      else keep(settlement)
    },
    sendKept(mark) {
      for (const settlement of kept.splice(0)) if (settlement.number === 0 || settlement.number > mark) send(settlement)
    },
  }
}
