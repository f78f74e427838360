import { setTimeout as delay } from 'node:timers/promises'
import { AckPolicy, DeliverPolicy, JetStreamApiError, jetstreamManager, type ConsumerConfig } from '@nats-io/jetstream'
import { nanos, type NatsConnection } from '@nats-io/nats-core'
import { inboxOf } from '@elder/contracts'
import { ServiceError } from '@elder/errors'
import { retryDelayMs } from '@elder/lifecycle'
import type { Telemetry } from '@elder/telemetry'
import { Handling } from './handling.ts'
import type { BrokerInternals } from './internals.ts'
import type { JetStreamMessage } from './jetstream-message.ts'
import { openPuller, type Puller } from './puller.ts'
import { maxOutageAttempts } from './settlement.ts'
import type { Subscription } from './subscription.ts'

export interface Consumers {
  /** Accepts no more messages, waits for running handlers, and aborts them after a few seconds. */
  drain(): Promise<void>
}

const pullExpiresMs = 10_000
/** More than the messages being handled, because messages that wait for redelivery count as well. */
const maxAckPending = 1_000
const consumerExists = new Set([10_013, 10_105, 10_148])

export function startConsumers(broker: BrokerInternals, telemetry: Telemetry, subscriptions: readonly Subscription[]): Consumers {
  const consumers = subscriptions.map((subscription) => startConsumer(broker, telemetry, subscription))
  return {
    async drain() {
      await Promise.all(consumers.map((consumer) => consumer.drain()))
    },
  }
}

function startConsumer(broker: BrokerInternals, telemetry: Telemetry, subscription: Subscription): Consumers {
  const stopping = new AbortController()
  const ending = new AbortController()
  const handling = new Handling(broker, telemetry, subscription, ending.signal)
  const inHand = new Set<Promise<void>>()
  let puller: Puller | undefined
  const unwatch = broker.link.watch((connected) => {
    if (!connected) puller?.interrupt()
  })

  const run = async () => {
    for (let faults = 0; !stopping.signal.aborted; ) {
      try {
        const connection = await broker.link.usable(stopping.signal)
        await ensureConsumer(connection, subscription)
        await consumeOver(connection, () => {
          faults = 0
        })
      } catch (error) {
        if (stopping.signal.aborted) return
        telemetry.logger.warn({ err: error, consumer: subscription.durable }, 'consumer lost; attaching again')
        broker.link.repair()
        await delay(retryDelayMs(++faults), undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  /** Returns when the connection is gone or the service stops; throws when the consumer is. */
  const consumeOver = async (connection: NatsConnection, worked: () => void) => {
    const arrived: JetStreamMessage[] = []
    const start = (messages: JetStreamMessage[]) => {
      const work: Promise<void> = handling.process(messages).finally(() => inHand.delete(work))
      inHand.add(work)
    }
    const { batching, concurrency } = subscription
    puller = openPuller(connection, inboxOf(telemetry.service), subscription, (message) => {
      if (stopping.signal.aborted) message.nak(0)
      else if (batching) arrived.push(message)
      else start([message])
    })
    try {
      while (!stopping.signal.aborted && broker.link.connection === connection) {
        if (batching) {
          if (arrived.length === 0) await puller.pull(1, pullExpiresMs)
          const missing = batching.max - arrived.length
          if (arrived.length > 0 && missing > 0) await puller.pull(missing, batching.waitMs)
          if (arrived.length > 0) {
            start(arrived.splice(0, batching.max))
            await Promise.all(inHand)
          }
        } else {
          await puller.pull(concurrency - inHand.size, pullExpiresMs)
          if (inHand.size >= concurrency) await Promise.race(inHand)
        }
        worked()
      }
    } finally {
      for (const message of arrived.splice(0)) message.nak(0)
      await puller.stop()
    }
  }
  const running = run()

  return {
    async drain() {
      stopping.abort(new ServiceError('cancelled', 'the service is stopping'))
      puller?.interrupt()
      unwatch()
      const patience = setTimeout(() => ending.abort(new ServiceError('unavailable', 'the service is stopping', { retryAfterMs: 100 })), subscription.patienceMs)
      await running
      await Promise.all(inHand)
      clearTimeout(patience)
    },
  }
}

async function ensureConsumer(connection: NatsConnection, { stream, durable, filter, ackWaitMs }: Subscription): Promise<void> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const config: Partial<ConsumerConfig> & { durable_name: string } = {
    durable_name: durable,
    filter_subject: filter,
    ack_policy: AckPolicy.Explicit,
    // A new or lost durable starts at the beginning of the stream, so that nothing is missed. Repeats are recognised.
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_ack_pending: maxAckPending,
    // We park long before. The broker's own limit only stops messages that crash the service each time.
    max_deliver: maxOutageAttempts * 2,
  }
  try {
    await manager.consumers.add(stream, config)
  } catch (error) {
    if (!(error instanceof JetStreamApiError && consumerExists.has(error.code))) throw error
    await manager.consumers.update(stream, durable, config)
  }
}

