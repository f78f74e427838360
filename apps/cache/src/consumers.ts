import { entriesInvalidated } from '@elder/contracts'
import type { Broker } from '@elder/messaging'
import type { NearCache } from './near-cache.ts'

/** Applies the invalidations of other instances to the near cache, which is cleared whenever these events cannot be received. */
export function hearInvalidations(broker: Broker, near: NearCache): () => void {
  const unsubscribe = broker.subscribe(entriesInvalidated, ({ keys, tags }) => near.drop(keys, tags))
  const stopWatching = broker.onConnectionChange((connected) => near.listen(connected))
  near.listen(broker.connected)
  return () => {
    stopWatching()
    unsubscribe()
  }
}
