import { enqueue } from '@elder/messaging'
import type { Database, Queryable } from '@elder/postgres'
import type { Recorder } from './acting.ts'
import { lockLedger } from './ledger-store.ts'

/** Runs one change in its own transaction. */
export type Acts = <T>(work: (tx: Queryable, recorder: Recorder) => Promise<T>) => Promise<T>

/** Changes run one after another, across all instances. `committed` is called when the events of a change are in the outbox. */
export function createActs(database: Database, headKey: Uint8Array, committed: () => void): Acts {
  return async (work) => {
    const result = await database.transaction(async (tx) => {
      // This lock also serialises changes: otherwise two of them could each remove one of the last two admins.
      const ledger = await lockLedger(tx, headKey)
      return await work(tx, {
        async record(fact) {
          await ledger.append([fact])
        },
        announce: (type, event, factId) => enqueue(tx, type, event, factId),
      })
    })
    committed()
    return result
  }
}
