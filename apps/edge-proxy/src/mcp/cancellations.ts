import type { RequestId } from './protocol.ts'

/** Running requests that their client can cancel with a notification. */
export interface Cancellations {
  /** Registers a request until `end` is called. */
  begin(owner: string, id: RequestId): { readonly signal: AbortSignal; end(): void }
  /** Does nothing if there is no such request: it may have ended, or run on another edge. */
  cancel(owner: string, id: RequestId): void
}

export function createCancellations(): Cancellations {
  const running = new Map<string, AbortController>()
  const keyOf = (owner: string, id: RequestId) => `${owner} ${typeof id} ${id}`
  return {
    begin(owner, id) {
      const key = keyOf(owner, id)
      const controller = new AbortController()
      running.set(key, controller)
      return {
        signal: controller.signal,
        end: () => {
          if (running.get(key) === controller) running.delete(key)
        },
      }
    },
    cancel: (owner, id) => running.get(keyOf(owner, id))?.abort(),
  }
}
