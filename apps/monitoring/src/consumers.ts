import { heartbeat, heartbeatRequested } from '@elder/contracts'
import { onEvery, type Broker, type Subscription } from '@elder/messaging'
import type { RecordStore } from './records.ts'
import type { Sightings } from './sightings.ts'

/** Counts every kept fact. The name holds the position in the stream. */
export const subscriptions = (store: RecordStore): Subscription[] => [onEvery('monitoring-counters', { max: 200, waitMs: 200 }, (deliveries) => store.count(deliveries))]

export interface Listener {
  /** Since when heartbeats are heard without a gap; undefined: they cannot be heard now. */
  readonly since: number | undefined
  stop(): void
}

/** Notes every heartbeat, and since when it would have been heard. Asks for one at once, rather than know nothing for two seconds. */
export function hearHeartbeats(broker: Broker, sightings: Sightings): Listener {
  let since = broker.connected ? Date.now() : undefined
  const stopReceiving = broker.onSignal(heartbeat, (message) => sightings.saw(message, Date.now()))
  const ask = () => broker.sendSignal(heartbeatRequested, {})
  const stopWatching = broker.onConnectionChange((connected) => {
    since = connected ? Date.now() : undefined
    if (connected) ask()
  })
  return {
    get since() {
      return since
    },
    stop() {
      stopWatching()
      stopReceiving()
    },
  }
}
