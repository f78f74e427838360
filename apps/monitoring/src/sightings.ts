import type { Heartbeat } from '@elder/contracts/monitoring-events'

/** The latest that one instance said of itself, and when it was heard here. */
export interface Sighting {
  readonly heartbeat: Heartbeat
  /** In ms since the epoch, by our clock. */
  readonly seenAt: number
}

const maxInstances = 1_000
const forgetAfterMs = 5 * 60_000

/** Keeps the latest heartbeat of each instance; those not heard of for five minutes are forgotten. */
export function createSightings() {
  // In the order of the last heartbeat, oldest first.
  const byInstance = new Map<string, Sighting>()
  return {
    saw(heartbeat: Heartbeat, now: number): void {
      const known = byInstance.get(heartbeat.instance)
      // Its farewell may overtake a heartbeat.
      if (known?.heartbeat.stopping) return
      byInstance.delete(heartbeat.instance)
      byInstance.set(heartbeat.instance, { heartbeat, seenAt: now })
      for (const [instance, { seenAt }] of byInstance) {
        if (byInstance.size <= maxInstances && now - seenAt <= forgetAfterMs) break
        byInstance.delete(instance)
      }
    },
    list: (): Sighting[] => [...byInstance.values()],
  }
}

export type Sightings = ReturnType<typeof createSightings>
