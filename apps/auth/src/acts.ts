import { enqueue } from '@elder/messaging'
import type { Database, Queryable } from '@elder/postgres'
import type { Recorder } from './acting.ts'
import { lockLedger } from './ledger-store.ts'

/** Runs one act in a transaction of its own. */
export type Acts = <T>(work: (tx: Queryable, recorder: Recorder) => Promise<T>) => Promise<T>

/** Acts happen one after another, whoever's instance they are asked of. `committed` is called when an act's events wait in the outbox. */
export function createActs(database: Database, headKey: Uint8Array, committed: () => void): Acts {
  return async (work) => {
    const result = await database.transaction(async (tx) => {
      // Also what puts acts in a row: two of them cannot each take the last admin but one.
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
