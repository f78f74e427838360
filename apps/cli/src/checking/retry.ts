import { setTimeout as delay } from 'node:timers/promises'
import { retryDelayMs } from '@elder/errors'

const maxPauseMs = 5_000

export interface Retrying {
  readonly maxAttempts: number
  readonly until: AbortSignal
  mayPass(error: unknown): boolean
}

/** Retries with growing pauses, because a crashed service is restarted within seconds. */
export async function retry<Answer>({ maxAttempts, until, mayPass }: Retrying, ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (!mayPass(error) || attempt === maxAttempts || until.aborted) throw error
    }
    await delay(retryDelayMs(attempt, maxPauseMs), undefined, { signal: until })
  }
}
