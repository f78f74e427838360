import { createInbox, nanos, type Msg, type NatsConnection } from '@nats-io/nats-core'
import { jetStreamMessageOf, type JetStreamMessage } from './jetstream-message.ts'
import type { Subscription } from './subscription.ts'

/** Pulls messages of one durable consumer, with one request at a time. */
export interface Puller {
  /** Resolves when `count` messages have arrived or the time is over; rejects when the consumer is gone. */
  pull(count: number, expiresMs: number): Promise<void>
  /** Ends a running pull. */
  interrupt(): void
  /** Requests no more messages; those in transit still reach `onMessage`. */
  stop(): Promise<void>
}

/** Statuses with which the server ends a request although the consumer still exists. */
const requestOver = new Set([404, 408])

/**
 * The NATS client's own pull iterators drop messages that arrive between their end and the server's notice of it. Such a message would
 * wait for its redelivery. One inbox for the lifetime of the consumer loses nothing.
 */
export function openPuller(connection: NatsConnection, inboxPrefix: string, { stream, durable }: Pick<Subscription, 'stream' | 'durable'>, onMessage: (message: JetStreamMessage) => void): Puller {
  const inbox = createInbox(inboxPrefix)
  let missing = 0
  let finish: (fault?: Error) => void = () => {}

  const subscription = connection.subscribe(inbox, {
    callback: (error, raw) => {
      if (error) return finish(error)
      const message = jetStreamMessageOf(raw)
      if (!message) return statusArrived(raw)
      missing--
      onMessage(message)
      if (missing <= 0) finish()
    },
  })
  const statusArrived = (raw: Msg) => {
    const code = raw.headers?.code ?? 0
    if (code === 100) return
    finish(requestOver.has(code) ? undefined : new Error(`${code} ${raw.headers?.description ?? ''}`.trim()))
  }

  return {
    pull(count, expiresMs) {
      missing = count
      return new Promise<void>((resolve, reject) => {
        // A change of leader silently drops the request.
        const timer = setTimeout(() => finish(), expiresMs + 2_000)
        finish = (fault) => {
          clearTimeout(timer)
          finish = () => {}
          if (fault) reject(fault)
          else resolve()
        }
        try {
          connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, JSON.stringify({ batch: count, expires: nanos(expiresMs) }), { reply: inbox })
        } catch (error) {
          finish(error instanceof Error ? error : new Error(String(error)))
        }
      })
    },
    interrupt: () => finish(),
    async stop() {
      finish()
      if (!connection.isClosed() && !subscription.isClosed()) await subscription.drain().catch(() => {})
    },
  }
}
