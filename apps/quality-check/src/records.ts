import { ServiceError } from '@elder/errors'
import type { OutboxRelay } from '@elder/messaging'
import type { Database } from '@elder/postgres'
import type { Policy } from '@elder/resilience'
import type { Logger } from '@elder/telemetry'
import type { CompletedCheck } from './checks.ts'
import { createCheckStore, type CheckStore } from './store.ts'

export interface Records {
  /** Records a check if it can. Never throws: a check is worth its answer without its record. */
  readonly add: (check: CompletedCheck) => Promise<void>
  close(): Promise<void>
}

export interface RecordsOptions {
  /** Settles once Postgres has answered and is migrated. */
  readonly open: (signal: AbortSignal) => Promise<Database>
  readonly relay: (database: Database) => OutboxRelay
  readonly policy: Policy
  readonly logger: Logger
  readonly onLost: () => void
}

/** Opens the database in the background, so that checks are answered meanwhile. What cannot be recorded is counted, and said once an outage. */
export function openRecords({ open, relay, policy, logger, onLost }: RecordsOptions): Records {
  const closing = new AbortController()
  let current: { store: CheckStore; outbox: OutboxRelay; database: Database } | undefined
  let losing = false
  const opened = open(closing.signal).then(
    (database) => {
      current = { database, store: createCheckStore(database), outbox: relay(database) }
    },
    (error: unknown) => {
      if (!closing.signal.aborted) logger.error({ err: error }, 'the database cannot be used, checks will not be recorded')
    },
  )

  async function write(check: CompletedCheck): Promise<void> {
    if (current === undefined) throw new ServiceError('unavailable', 'Postgres has not answered yet')
    await current.store.add(check)
    current.outbox.nudge()
  }

  return {
    async add(check) {
      try {
        await policy.execute(() => write(check))
        if (losing) logger.info('checks are recorded again')
        losing = false
      } catch (error) {
        onLost()
        if (!losing) logger.error({ err: error, check: check.id }, 'checks are answered but not recorded')
        losing = true
      }
    },
    async close() {
      closing.abort()
      await opened
      await current?.outbox.stop()
      await current?.database.close()
    },
  }
}
