import type { NatsConnection } from '@nats-io/nats-core'
import { ServiceError } from '@elder/errors'

/** Whether a link is connected, and whether it is usable: connected with every stream in place. */
export class LinkState {
  readonly #listeners = new Set<(connected: boolean) => void>()
  readonly #waiting = new Set<() => void>()
  #connected: NatsConnection | undefined
  #usable: NatsConnection | undefined

  get connected(): NatsConnection | undefined {
    return this.#connected
  }

  watch(listener: (connected: boolean) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves once the link is usable. Rejects when the signal fires. */
  async usable(signal: AbortSignal): Promise<NatsConnection> {
    while (!this.#usable) {
      signal.throwIfAborted()
      await new Promise<void>((resolve) => {
        const resume = () => {
          this.#waiting.delete(resume)
          signal.removeEventListener('abort', resume)
          resolve()
        }
        this.#waiting.add(resume)
        signal.addEventListener('abort', resume)
      })
    }
    signal.throwIfAborted()
    return this.#usable
  }

  async whileConnected<T>(answer: Promise<T>): Promise<T> {
    let unwatch = () => {}
    const loss = new Promise<never>((_, reject) => {
      unwatch = this.watch(() => reject(new ServiceError('unavailable', 'the connection was lost')))
    })
    try {
      return await Promise.race([answer, loss])
    } finally {
      unwatch()
    }
  }

  connect(connection: NatsConnection): void {
    this.#connected = connection
    for (const listener of this.#listeners) listener(true)
  }

  becomeUsable(connection: NatsConnection): void {
    this.#usable = connection
    for (const resume of this.#waiting) resume()
  }

  disconnect(): void {
    this.#connected = undefined
    this.#usable = undefined
    for (const listener of this.#listeners) listener(false)
  }
}
