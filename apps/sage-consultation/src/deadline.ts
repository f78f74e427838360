import { ServiceError } from '@elder/errors'
import type { Database, Queryable } from '@elder/postgres'

/** What work gives, if it gives it before the deadline and while the caller is still there. */
export async function within<T>(work: Promise<T>, deadline: number, signal?: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let leave = () => {}
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), Math.max(0, deadline - Date.now()))
    leave = () => reject(new ServiceError('cancelled', 'the caller has left'))
    if (signal?.aborted) leave()
    signal?.addEventListener('abort', leave, { once: true })
  })
  try {
    return await Promise.race([work, over])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', leave)
  }
}

const longestReadMs = 15_000

/** Reads under a deadline that Postgres keeps too: nothing goes on running for a caller who no longer waits. */
export function withinDeadline<T>(database: Database, deadline: number, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const reading = database.transaction(async (tx) => {
    const left = Math.ceil(Math.min(deadline - Date.now(), longestReadMs))
    if (left <= 0) throw late()
    await tx.query(`select set_config('statement_timeout', $1, true)`, [String(left)])
    return work(tx)
  })
  return within(reading, deadline)
}

function late(): ServiceError {
  return new ServiceError('deadline_exceeded', 'there was no answer in time')
}
