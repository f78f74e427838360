import { setTimeout as delay } from 'node:timers/promises'
import { ServiceError } from '@elder/errors'
import type { OutboxRelay } from '@elder/messaging'
import type { Database } from '@elder/postgres'
import type { Policy } from '@elder/resilience'
import { inSpan, spanForMany, traceparentOf, type Telemetry } from '@elder/telemetry'
import type { CompletedCheck } from '../check-run.ts'
import { createBacklog } from './backlog.ts'
import { writeChecks } from './check-writer.ts'
import { readBaseline, thinOut } from './history.ts'

export interface Records {
  /** Queues a check to be written in a batch. Checks are lost when the process ends before that, or when the queue is full while Postgres is away; the latter are counted. */
  readonly add: (check: CompletedCheck) => void
  readonly readBaseline: (repository: string) => Promise<Map<string, Set<string>>>
  /** The database for readers. Throws unavailable before Postgres has answered. */
  readonly database: () => Database
  readonly relay: () => void
  close(): Promise<void>
}

export interface RecordsOptions {
  /** Resolves when Postgres has answered and is migrated. */
  readonly open: (signal: AbortSignal) => Promise<Database>
  readonly relay: (database: Database) => OutboxRelay
  readonly policy: Policy
  readonly telemetry: Pick<Telemetry, 'tracer' | 'logger'>
  readonly retentionDays: number
  readonly onLost: (checks: number) => void
}

const retryMs = 1_000
const thinEveryMs = 3_600_000
const farewellMs = 3_000
// A transaction costs the same for one check as for thirty.
const gatherMs = 500

/** Connects to the database in the background, so that checks are answered meanwhile, and writes records after the answers. */
export function openRecords({ open, relay, policy, telemetry, retentionDays, onLost }: RecordsOptions): Records {
  const { tracer, logger } = telemetry
  const closing = new AbortController()
  const backlog = createBacklog()
  let current: { outbox: OutboxRelay; database: Database } | undefined
  let timer: NodeJS.Timeout | undefined
  let failing = false
  let writing = Promise.resolve()
  const opened = open(closing.signal).then(
    (database) => {
      current = { database, outbox: relay(database) }
      timer = setInterval(() => void thin(database), thinEveryMs)
      timer.unref()
      startWriting()
    },
    (error: unknown) => {
      if (!closing.signal.aborted) logger.error({ err: error }, 'the database cannot be used, checks will not be recorded')
    },
  )

  function database(): Database {
    if (current === undefined) throw new ServiceError('unavailable', 'Postgres has not answered yet', { retryAfterMs: retryMs })
    return current.database
  }

  let busy = false
  let gathering: NodeJS.Timeout | undefined
  function startWriting(): void {
    clearTimeout(gathering)
    gathering = undefined
    if (busy || current === undefined || backlog.size === 0) return
    busy = true
    writing = writeAll().finally(() => {
      busy = false
      if (!closing.signal.aborted) startWriting()
    })
  }

  async function writeAll(): Promise<void> {
    for (let batch = backlog.first(); batch.length > 0; batch = backlog.first()) {
      const failure = await write(batch)
      if (failure === undefined) backlog.done(batch.length)
      else if (isPassing(failure)) {
        if (closing.signal.aborted) return
        await delay(retryMs, undefined, { signal: closing.signal }).catch(() => undefined)
      } else if (backlog.narrow()) continue
      else {
        // A check that Postgres always rejects must not block the others.
        logger.error({ err: failure, check: batch[0]?.id }, 'a check cannot be recorded')
        backlog.done(1)
        onLost(1)
      }
    }
  }

  async function write(batch: readonly CompletedCheck[]): Promise<unknown> {
    try {
      const span = spanForMany('record checks', batch.map(({ traceparent }) => traceparent))
      await inSpan(tracer, span, () => policy.execute(() => writeChecks(database(), batch)))
      current?.outbox.nudge()
      if (failing) logger.info('checks are recorded again')
      failing = false
      return undefined
    } catch (error) {
      if (!failing) logger.error({ err: error, waiting: backlog.size }, 'checks are answered but not recorded yet')
      failing = true
      return error
    }
  }

  async function thin(on: Database): Promise<void> {
    try {
      await thinOut(on, retentionDays)
    } catch (error) {
      logger.warn({ err: error }, 'old checks could not be thinned out, trying again in an hour')
    }
  }

  return {
    add(check) {
      if (check.transient) return
      if (!backlog.add({ ...check, traceparent: traceparentOf() })) onLost(1)
      else gathering ??= setTimeout(startWriting, gatherMs)
    },
    database,
    relay: () => current?.outbox.nudge(),
    readBaseline: (repository) => readBaseline(database(), repository),
    async close() {
      startWriting()
      await Promise.race([writing, delay(farewellMs, undefined, { ref: false })])
      closing.abort()
      await opened
      clearInterval(timer)
      await writing
      if (backlog.size > 0) onLost(backlog.size)
      await current?.outbox.stop()
      await current?.database.close()
    },
  }
}

// Whether a retry may succeed. Any other error is a row that Postgres rejects, or a bug.
function isPassing(error: unknown): boolean {
  return error instanceof ServiceError && ['unavailable', 'deadline_exceeded', 'resource_exhausted', 'aborted', 'cancelled'].includes(error.code)
}
