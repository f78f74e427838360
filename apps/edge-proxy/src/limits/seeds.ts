import type { UsageCounter } from '@elder/contracts/auth-usage'
import { toServiceError } from '@elder/errors'
import type { Logger } from '@elder/telemetry'
import type { Counter } from './counters.ts'
import type { LimitMetrics } from './limit-metrics.ts'

/** Asks auth for the usage in the current windows. */
export type AskUsage = (counters: UsageCounter[]) => Promise<readonly UsageCounter[]>

export interface Seeds {
  /** The usage so far of each counter. Concurrent requests share one call per counter. Never throws: without auth the usage is unknown. */
  usedOf(counters: readonly Counter[]): Promise<number[]>
}

export function createSeeds(ask: AskUsage, metrics: LimitMetrics, logger: Pick<Logger, 'warn'>): Seeds {
  const asked = new Map<string, Promise<number>>()

  async function fetch(counters: readonly Counter[]): Promise<number[]> {
    try {
      const answer = await ask(counters.map(({ scope, subject, meter, window }) => ({ scope, subject, meter, window, amount: 0n })))
      metrics.seeds.inc({ source: 'auth' }, counters.length)
      return counters.map((_, index) => Number(answer[index]?.amount ?? 0n))
    } catch (error) {
      metrics.seeds.inc({ source: 'nothing' }, counters.length)
      logger.warn({ err: toServiceError(error), counters: counters.map(({ key }) => key) }, 'auth does not tell what was used: these counters begin with nothing')
      return counters.map(() => 0)
    }
  }

  /** One promise for each counter, shared by all requests. */
  function askedFor(counters: readonly Counter[]): Promise<number>[] {
    const unasked = counters.filter(({ key }) => !asked.has(key))
    const answer = unasked.length > 0 ? fetch(unasked) : Promise.resolve([])
    unasked.forEach(({ key }, index) => asked.set(key, answer.then((all) => all[index] ?? 0).finally(() => asked.delete(key))))
    return counters.map(({ key }) => asked.get(key) ?? Promise.resolve(0))
  }

  return { usedOf: (counters) => Promise.all(askedFor(counters)) }
}
