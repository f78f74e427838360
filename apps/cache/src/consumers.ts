import { entriesInvalidated } from '@elder/contracts'
import type { Broker } from '@elder/messaging'
import type { NearCache } from './near-cache.ts'

/** Keeps the near cache in step with what other instances invalidate; emptied whenever they cannot be heard. */
export function hearInvalidations(broker: Broker, near: NearCache): () => void {
  const unsubscribe = broker.subscribe(entriesInvalidated, ({ keys, tags }) => near.drop(keys, tags))
  const stopWatching = broker.onConnectionChange((connected) => near.listen(connected))
  near.listen(broker.connected)
  return () => {
    stopWatching()
    unsubscribe()
  }
}
