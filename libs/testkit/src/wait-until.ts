import { setTimeout as delay } from 'node:timers/promises'

export interface WaitOptions {
  timeoutMs?: number
  /** What was waited for, in the words of the failure. */
  message?: string
}

/** Asks again and again until the answer is neither false nor null nor undefined; a condition that throws counts as not yet. */
export async function waitUntil<T>(condition: () => T | Promise<T>, options: WaitOptions = {}): Promise<NonNullable<T>> {
  const { timeoutMs = 30_000, message = 'the condition' } = options
  const end = Date.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value !== false && value !== null && value !== undefined) return value
      last = value
    } catch (error) {
      last = error
    }
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for ${message}; last: ${String(last)}`, last instanceof Error ? { cause: last } : undefined)
    await delay(10)
  }
}
