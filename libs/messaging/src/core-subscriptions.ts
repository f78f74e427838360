import type { Msg, NatsConnection } from '@nats-io/nats-core'

/** Core subscriptions that outlive connections: each is made again on every new one. */
export class CoreSubscriptions {
  readonly #attachments = new Set<(connection: NatsConnection) => void>()

  /** Subscribes on `current`, unless it is closed, and on every later connection. Returns the function that cancels. */
  add(subject: string, callback: (message: Msg) => void, current: NatsConnection | undefined): () => void {
    let cancel = () => {}
    const attach = (connection: NatsConnection) => {
      const subscription = connection.subscribe(subject, {
        callback: (error, message) => {
          if (!error) callback(message)
        },
      })
      cancel = () => subscription.unsubscribe()
    }
    this.#attachments.add(attach)
    if (current && !current.isClosed()) attach(current)
    return () => {
      this.#attachments.delete(attach)
      cancel()
    }
  }

  attachTo(connection: NatsConnection): void {
    for (const attach of this.#attachments) attach(connection)
  }
}
