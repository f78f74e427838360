import { ServiceError } from '@elder/errors'
import type { Script as RunScript } from '@elder/redis'
import type { Logger } from '@elder/telemetry'
import type { LimitMetrics } from './limit-metrics.ts'

interface Settlement {
  readonly script: 'settle' | 'add'
  readonly keys: string[]
  readonly values: (string | number)[]
  /** The number by which Redis recognizes a repeated settlement; 0: it was never sent. */
  number: number
}

/** Updates of the counters that are sent without waiting for an answer. */
export interface Settlements {
  /** Sends at once, or keeps the settlement while Redis is away. */
  deliver(script: Settlement['script'], keys: string[], values: (string | number)[]): void
  /** Sends what was kept, in order and under the old numbers, so that settlements whose answers were lost are counted once. */
  sendKept(): void
  /** Drops what was kept. */
  forgetKept(): void
}

export interface SettlementsParts {
  readonly run: Readonly<Record<Settlement['script'], RunScript>>
  /** The key under which Redis keeps the number of the last settlement. */
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
    settlement.number ||= ++lastNumber
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
    sendKept() {
      const { sent = [], unsent = [] } = Object.groupBy(kept.splice(0), ({ number }) => (number > 0 ? 'sent' : 'unsent'))
      for (const settlement of [...sent, ...unsent]) send(settlement)
    },
    forgetKept() {
      kept.length = 0
    },
  }
}
