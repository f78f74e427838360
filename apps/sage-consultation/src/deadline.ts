import { ServiceError } from '@elder/errors'
import type { Database, Queryable } from '@elder/postgres'

/** The result of work, if it arrives before the deadline and the caller still waits. */
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

/** Reads with a deadline that Postgres enforces, too, so that no query continues for a caller who has gone. */
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
