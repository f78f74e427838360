import { repositoryCheckChanged } from '@elder/contracts'
import type { Broker } from '@elder/messaging'
import type { ChangeSignals } from './repository-checks.ts'

/** Signals over the broker that a check has changed, to every instance including this one. */
export function openChangeSignals(broker: Broker): ChangeSignals & { close(): void } {
  const listeners = new Map<string, Set<() => void>>()
  const tell = (checkId: string) => {
    for (const heard of listeners.get(checkId) ?? []) heard()
  }
  const stop = broker.onSignal(repositoryCheckChanged, ({ checkId }) => tell(checkId))
  return {
    announce(checkId) {
      broker.sendSignal(repositoryCheckChanged, { checkId })
      if (!broker.connected) tell(checkId)
    },
    listen(checkId, heard) {
      const own = listeners.get(checkId) ?? new Set()
      listeners.set(checkId, own.add(heard))
      return () => {
        own.delete(heard)
        if (own.size === 0) listeners.delete(checkId)
      }
    },
    close: stop,
  }
}
