import { SpanKind, type Context } from '@opentelemetry/api'
import { jetstream, type JetStreamClient } from '@nats-io/jetstream'
import { errors, type Msg, type NatsConnection } from '@nats-io/nats-core'
import type { EventType, JobType, Schema, SignalType } from '@elder/contracts'
import type { Setting } from '@elder/contracts/auth-settings'
import { ServiceError } from '@elder/errors'
import type { Dependency } from '@elder/lifecycle'
import { contextFrom, inSpan, traceparentOf, type Telemetry } from '@elder/telemetry'
import { attributesOf } from './attributes.ts'
import { startConsumers, type Consumers } from './consumers.ts'
import { header, headersOf } from './headers.ts'
import { internals, type BrokerInternals, type PublishOptions } from './internals.ts'
import { Link } from './link.ts'
import { messagingMetrics } from './metrics.ts'
import { watchSetting } from './settings-watch.ts'
import type { BrokerSettings } from './settings.ts'
import type { Subscription } from './subscription.ts'

export interface Broker {
  readonly connected: boolean
  /** Calls back when the connection is established or lost; returns the function that unsubscribes. */
  onConnectionChange(listener: (connected: boolean) => void): () => void
  /** Resolves once the stream has stored the message. The id is derived from the fact, so that a repeat is recognised; `facts` is how many facts the message holds. */
  publish<T>(type: EventType<T> | JobType<T>, message: T, options: PublishedAs): Promise<void>
  /** The same for a message that is already encoded. Do not change the bytes before the promise resolves. */
  publishEncoded<T>(type: EventType<T> | JobType<T>, message: Uint8Array, options: PublishedAs): Promise<void>
  /** Sends a message that is not stored: only current listeners receive it, and it is dropped while the broker is away. */
  sendSignal<T>(type: SignalType<T>, message: T): void
  onSignal<T>(type: SignalType<T>, handler: (message: T) => void): () => void
  /** Delivers each fact published from now on to this instance, at most once: nothing is stored, repeated or caught up on. */
  subscribe<T>(type: EventType<T>, handler: (message: T) => void): () => void
  /** Starts the durable consumers. They attach once connected, and create missing streams and consumers again. */
  consume(subscriptions: Subscription[]): Consumers
  /**
   * Watches one live setting. The first call gives its current value, undefined when it was never set; each later call gives a new
   * value, also one set while the broker was away. There is no call before the broker was reached once. Returns the function that stops it.
   */
  watchSetting(name: string, listener: (setting: Setting | undefined) => void): () => void
  close(): Promise<void>
  readonly [internals]: BrokerInternals
}

export interface PublishedAs {
  readonly id: string
  readonly parent?: Context
  readonly facts?: number
}

const publishTimeoutMs = 5_000

const clients = new WeakMap<NatsConnection, JetStreamClient>()
function clientOf(connection: NatsConnection): JetStreamClient {
  const client = clients.get(connection) ?? jetstream(connection, { timeout: publishTimeoutMs })
  clients.set(connection, client)
  return client
}

/** Returns at once; connects and reconnects in the background, without limit. */
export function connectBroker(settings: BrokerSettings, options: { telemetry: Telemetry; dependency: Dependency }): Broker {
  const { telemetry } = options
  const link = new Link(settings, options)
  const metrics = messagingMetrics(telemetry.metrics)
  const replicas = settings.replicas ?? 1

  const publishEncoded = (subject: string, body: Uint8Array, { id, parent, headers = {} }: PublishOptions) =>
    inSpan(
      telemetry.tracer,
      { name: `publish ${subject}`, kind: SpanKind.PRODUCER, attributes: attributesOf('publish', 'send', subject, id, body), ...(parent && { parent }) },
      async () => {
        const { connection } = link
        if (!connection) throw new ServiceError('unavailable', 'the broker is not connected')
        const all = headersOf({ ...commonHeaders(telemetry, subject), [header.messageId]: id, ...headers, [header.traceparent]: traceparentOf() })
        try {
          await link.whileConnected(clientOf(connection).publish(subject, body, { headers: all }))
        } catch (error) {
          if (isUntaken(error)) link.repair()
          throw translate(error, subject, body, connection)
        }
        metrics.published.inc({ subject })
      },
    )

  const listen = <T>(subject: string, schema: Schema<T>, handle: (message: T, raw: Msg) => void) =>
    link.subscribe(subject, (raw) => {
      try {
        handle(schema.decode(raw.data), raw)
      } catch (error) {
        telemetry.logger.warn({ err: error, subject }, 'the handler of a signal or event failed')
      }
    })

  const broker: Broker = {
    get connected() {
      return link.connection !== undefined
    },
    onConnectionChange: (listener) => link.watch(listener),
    publish: (type, message, options) => broker.publishEncoded(type, type.schema.encode(message).finish(), options),
    publishEncoded: ({ subject }, message, { id, parent, facts = 1 }) =>
      publishEncoded(subject, message, { id, parent, ...(facts > 1 && { headers: { [header.factCount]: String(facts) } }) }),
    sendSignal(type, message) {
      link.connection?.publish(type.subject, type.schema.encode(message).finish(), { headers: headersOf(commonHeaders(telemetry, type.subject)) })
    },
    onSignal: (type, handler) => listen(type.subject, type.schema, handler),
    subscribe: (type, handler) =>
      listen(type.subject, type.schema, (message, raw) => {
        const id = raw.headers?.get(header.messageId) ?? ''
        const parent = contextFrom(raw.headers?.get(header.traceparent))
        void inSpan(
          telemetry.tracer,
          { name: `process ${type.subject}`, kind: SpanKind.CONSUMER, attributes: attributesOf('process', 'process', type.subject, id, raw.data), parent },
          async () => handler(message),
        ).catch((error: unknown) => telemetry.logger.error({ err: error, subject: type.subject }, 'the handler of an event failed'))
      }),
    consume: (subscriptions) => startConsumers(broker[internals], telemetry, subscriptions),
    watchSetting: (name, listener) => watchSetting(link, telemetry, replicas, name, listener),
    close: () => link.close(),
    [internals]: { link, replicas, publishEncoded },
  }
  return broker
}

function commonHeaders(telemetry: Telemetry, subject: string): Record<string, string> {
  return {
    [header.contentType]: 'application/protobuf',
    [header.producer]: telemetry.service,
    [header.schemaVersion]: /\.(v\d+)$/.exec(subject)?.[1] ?? 'v1',
  }
}

function translate(error: unknown, subject: string, body: Uint8Array, connection: NatsConnection): ServiceError {
  const limit = connection.info?.max_payload ?? 0
  if (limit > 0 && body.byteLength >= limit) {
    return new ServiceError('invalid_argument', `a message of ${body.byteLength} bytes for ${subject} is over the broker's limit of ${limit}`, { cause: error })
  }
  const why = isUntaken(error) ? 'no stream takes it' : error instanceof Error ? error.message : String(error)
  return new ServiceError('unavailable', `${subject} could not be published: ${why}`, { cause: error })
}

/** No stream took the message: it was deleted, or has no leader at the moment. */
function isUntaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error instanceof errors.NoRespondersError || (error instanceof errors.RequestError && error.isNoResponders()) || isUntaken(error.cause)
}
