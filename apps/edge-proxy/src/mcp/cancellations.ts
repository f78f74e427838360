import type { RequestId } from './protocol.ts'

/** Requests under way that their client can still cancel by a message of its own. */
export interface Cancellations {
  /** Ends with the function it returns. */
  begin(owner: string, id: RequestId): { readonly signal: AbortSignal; end(): void }
  /** Does nothing when there is none: it may have ended meanwhile, or run on another edge. */
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
