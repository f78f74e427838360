import type { Heartbeat } from '@elder/contracts/monitoring-events'

/** The latest heartbeat of an instance, and when it arrived. */
export interface Sighting {
  readonly heartbeat: Heartbeat
  /** In ms since the epoch, by the local clock. */
  readonly seenAt: number
}

const maxInstances = 1_000
const forgetAfterMs = 5 * 60_000

/** Keeps the latest heartbeat of each instance for five minutes. */
export function createSightings() {
  // In the order of the latest heartbeat, oldest first.
  const byInstance = new Map<string, Sighting>()
  return {
    saw(heartbeat: Heartbeat, now: number): void {
      const known = byInstance.get(heartbeat.instance)
      // A farewell may arrive before an earlier heartbeat.
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
