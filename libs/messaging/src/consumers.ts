import { setTimeout as delay } from 'node:timers/promises'
import { AckPolicy, DeliverPolicy, JetStreamApiError, jetstreamManager, type ConsumerConfig } from '@nats-io/jetstream'
import { nanos, type NatsConnection } from '@nats-io/nats-core'
import { inboxOf } from '@elder/contracts'
import { retryDelayMs, ServiceError } from '@elder/errors'
import type { Telemetry } from '@elder/telemetry'
import { Handling } from './handling.ts'
import type { BrokerInternals } from './internals.ts'
import type { JetStreamMessage } from './jetstream-message.ts'
import { openPuller, type Puller } from './puller.ts'
import { maxOutageAttempts } from './settlement.ts'
import type { Batching, Subscription } from './subscription.ts'

export interface Consumers {
  /** Accepts no more messages, waits for running handlers, and aborts them after a few seconds. */
  drain(): Promise<void>
}

const pullExpiresMs = 10_000
/** More than the messages being handled, because messages that wait for redelivery count as well. */
const maxAckPending = 1_000
const consumerExists = new Set([10_013, 10_105, 10_148])

export function startConsumers(broker: BrokerInternals, telemetry: Telemetry, subscriptions: readonly Subscription[]): Consumers {
  const consumers = subscriptions.map((subscription) => new Consumer(broker, telemetry, subscription))
  return {
    async drain() {
      await Promise.all(consumers.map((consumer) => consumer.drain()))
    },
  }
}

/** One durable consumer, attached again whenever its connection or the consumer itself is lost. */
class Consumer {
  readonly #broker: BrokerInternals
  readonly #telemetry: Telemetry
  readonly #subscription: Subscription
  readonly #handling: Handling
  readonly #stopping = new AbortController()
  /** Aborts the handlers that are still running when the drain has waited long enough. */
  readonly #ending = new AbortController()
  readonly #inHand = new Set<Promise<void>>()
  readonly #stopWatching: () => void
  readonly #running: Promise<void>
  #puller: Puller | undefined
  #failures = 0

  constructor(broker: BrokerInternals, telemetry: Telemetry, subscription: Subscription) {
    this.#broker = broker
    this.#telemetry = telemetry
    this.#subscription = subscription
    this.#handling = new Handling(broker, telemetry, subscription, this.#ending.signal)
    this.#stopWatching = broker.link.watch((connected) => {
      if (!connected) this.#puller?.interrupt()
    })
    this.#running = this.#run()
  }

  async drain(): Promise<void> {
    this.#stopping.abort(new ServiceError('cancelled', 'the service is stopping'))
    this.#puller?.interrupt()
    this.#stopWatching()
    const patience = setTimeout(() => this.#ending.abort(new ServiceError('unavailable', 'the service is stopping', { retryAfterMs: 100 })), this.#subscription.patienceMs)
    await this.#running
    await Promise.all(this.#inHand)
    clearTimeout(patience)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    const { link } = this.#broker
    while (!signal.aborted) {
      try {
        const connection = await link.usable(signal)
        await ensureConsumer(connection, this.#subscription)
        await this.#consume(connection)
      } catch (error) {
        if (signal.aborted) return
        this.#telemetry.logger.warn({ err: error, consumer: this.#subscription.durable }, 'consumer lost; attaching again')
        link.repair()
        await delay(retryDelayMs(++this.#failures), undefined, { signal }).catch(() => {})
      }
    }
  }

  /** Returns when the connection is gone or the service stops; throws when the consumer is. */
  async #consume(connection: NatsConnection): Promise<void> {
    const { batching } = this.#subscription
    const arrived: JetStreamMessage[] = []
    const puller = openPuller(connection, inboxOf(this.#telemetry.service), this.#subscription, (message) => {
      if (this.#stopping.signal.aborted) message.nak(0)
      else if (batching) arrived.push(message)
      else this.#handle([message])
    })
    this.#puller = puller
    try {
      while (!this.#stopping.signal.aborted && this.#broker.link.connection === connection) {
        if (batching) await this.#pullBatch(puller, batching, arrived)
        else await this.#pullSingle(puller)
        this.#failures = 0
      }
    } finally {
      for (const message of arrived.splice(0)) message.nak(0)
      await puller.stop()
    }
  }

  /** Gathers a batch and waits for its handler: batches are handled one after the other. */
  async #pullBatch(puller: Puller, { max, waitMs }: Batching, arrived: JetStreamMessage[]): Promise<void> {
    if (arrived.length === 0) await puller.pull(1, pullExpiresMs)
    const missing = max - arrived.length
    if (arrived.length > 0 && missing > 0) await puller.pull(missing, waitMs)
    if (arrived.length === 0) return
    this.#handle(arrived.splice(0, max))
    await Promise.all(this.#inHand)
  }

  /** Pulls as many messages as there are free handlers. */
  async #pullSingle(puller: Puller): Promise<void> {
    const { concurrency } = this.#subscription
    await puller.pull(concurrency - this.#inHand.size, pullExpiresMs)
    if (this.#inHand.size >= concurrency) await Promise.race(this.#inHand)
  }

  #handle(messages: JetStreamMessage[]): void {
    const work: Promise<void> = this.#handling.process(messages).finally(() => this.#inHand.delete(work))
    this.#inHand.add(work)
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
