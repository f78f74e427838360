import { heartbeat, heartbeatRequested } from '@elder/contracts'
import { onEvery, type Broker, type Subscription } from '@elder/messaging'
import type { RecordStore } from './records.ts'
import type { Sightings } from './sightings.ts'

/** Counts every event. The consumer's name identifies its position in the stream. */
export const subscriptions = (store: RecordStore): Subscription[] => [onEvery('monitoring-counters', { max: 200, waitMs: 200 }, (deliveries) => store.count(deliveries))]

export interface Listener {
  /** The start of uninterrupted reception of heartbeats; undefined while none can be received. */
  readonly since: number | undefined
  stop(): void
}

/** Records heartbeats and the period in which they can be received. Requests them at once, instead of knowing nothing for two seconds. */
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
