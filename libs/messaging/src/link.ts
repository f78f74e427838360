import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectionOptions, Msg, NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import { inboxOf } from '@elder/contracts'
import { retryDelayMs, ServiceError } from '@elder/errors'
import type { Dependency } from '@elder/lifecycle'
import type { Telemetry } from '@elder/telemetry'
import { CoreSubscriptions } from './core-subscriptions.ts'
import { LinkState } from './link-state.ts'
import type { BrokerSettings } from './settings.ts'
import { ensureStreams } from './streams.ts'

/** A connection to the broker that is made again whenever it is lost. */
export class Link {
  readonly #settings: BrokerSettings
  readonly #telemetry: Telemetry
  readonly #dependency: Dependency
  readonly #state = new LinkState()
  readonly #subscriptions = new CoreSubscriptions()
  readonly #ended = new AbortController()
  readonly #running: Promise<void>
  /** The latest connection, which may be closed or not yet usable. */
  #current: NatsConnection | undefined
  /** Aborted when the connection is lost, or when the streams are prepared again. */
  #preparation: AbortController | undefined

  constructor(settings: BrokerSettings, { telemetry, dependency }: { telemetry: Telemetry; dependency: Dependency }) {
    this.#settings = settings
    this.#telemetry = telemetry
    this.#dependency = dependency
    this.#running = this.#run()
  }

  /** Present while messages can be sent and received. */
  get connection(): NatsConnection | undefined {
    return this.#state.connected
  }

  /** Calls back when the connection is established or lost; returns the function that unsubscribes. */
  watch(listener: (connected: boolean) => void): () => void {
    return this.#state.watch(listener)
  }

  /** Resolves once connected with every stream in place. Rejects when the signal fires or the link closes. */
  usable(signal: AbortSignal): Promise<NatsConnection> {
    return this.#state.usable(AbortSignal.any([signal, this.#ended.signal]))
  }

  /** Resolves with the answer, or rejects as soon as the connection is lost: the client itself would wait for its timeout. */
  whileConnected<T>(answer: Promise<T>): Promise<T> {
    return this.#state.whileConnected(answer)
  }

  /** Makes a core subscription that lasts until it is cancelled. */
  subscribe(subject: string, callback: (message: Msg) => void): () => void {
    return this.#subscriptions.add(subject, callback, this.#current)
  }

  /** Creates missing streams again. To be called when no stream takes a subject. */
  repair(): void {
    const { connected } = this.#state
    if (connected && !this.#preparation) void this.#prepare(connected)
  }

  async close(): Promise<void> {
    this.#ended.abort(new ServiceError('cancelled', 'the broker connection is closing'))
    const connection = this.#current
    if (connection && !connection.isClosed()) {
      if (this.#state.connected) await Promise.race([connection.drain().catch(() => {}), delay(2_000, undefined, { ref: false })])
      await connection.close()
    }
    await this.#running
  }

  async #run(): Promise<void> {
    for (let failures = 1; !this.#ended.signal.aborted; failures++) {
      try {
        const connection = await connect(optionsOf(this.#settings, this.#telemetry))
        failures = 0
        this.#current = connection
        if (this.#ended.signal.aborted) return await connection.close()
        await this.#use(connection)
      } catch (error) {
        if (failures === 1) this.#telemetry.logger.warn({ reason: messageOf(error) }, 'waiting for nats')
        this.#lost(messageOf(error))
      }
      await pause(failures, this.#ended.signal)
    }
  }

  /** Returns when the connection is closed. */
  async #use(connection: NatsConnection): Promise<void> {
    this.#subscriptions.attachTo(connection)
    // From the moment it is connected, the subscriptions above promise to receive everything. A flush never settles if the connection closes meanwhile.
    await Promise.race([connection.flush(), connection.closed()])
    if (!connection.isClosed()) {
      void this.#follow(connection)
      this.#established(connection)
    }
    const error = await connection.closed()
    this.#lost(error ? messageOf(error) : 'the connection was closed')
  }

  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.#lost('the connection was lost')
      else if (status.type === 'reconnect') this.#established(connection)
      else if (status.type === 'error') this.#telemetry.logger.warn({ err: status.error }, 'nats reported an error')
    }
  }

  #established(connection: NatsConnection): void {
    if (!this.#state.connected) {
      this.#telemetry.logger.info('nats is connected')
      this.#state.connect(connection)
    }
    void this.#prepare(connection)
  }

  #lost(reason: string): void {
    this.#preparation?.abort()
    this.#preparation = undefined
    this.#dependency.down(reason)
    if (!this.#state.connected) return
    if (!this.#ended.signal.aborted) this.#telemetry.logger.warn({ reason }, 'nats is unavailable')
    this.#state.disconnect()
  }

  async #prepare(connection: NatsConnection): Promise<void> {
    this.#preparation?.abort()
    const preparation = new AbortController()
    this.#preparation = preparation
    const over = AbortSignal.any([preparation.signal, this.#ended.signal])
    for (let failures = 1; !over.aborted; failures++) {
      try {
        await ensureStreams(connection, this.#settings.replicas ?? 1, this.#telemetry.service)
        if (preparation.signal.aborted) return
        this.#dependency.up()
        this.#state.becomeUsable(connection)
        break
      } catch (error) {
        // A request that was running when the connection was lost fails late, when its failure no longer matters.
        if (preparation.signal.aborted) return
        this.#dependency.down(`streams cannot be prepared: ${messageOf(error)}`)
        if (failures === 1) this.#telemetry.logger.warn({ err: error }, 'the broker is connected but its streams cannot be prepared; it will be retried')
        await pause(failures, over)
      }
    }
    if (this.#preparation === preparation) this.#preparation = undefined
  }
}

function optionsOf(settings: BrokerSettings, telemetry: Telemetry): ConnectionOptions {
  const url = new URL(settings.url)
  const user = decodeURIComponent(url.username)
  const pass = decodeURIComponent(url.password)
  return {
    servers: `${url.hostname}:${url.port || 4222}`,
    name: telemetry.service,
    inboxPrefix: inboxOf(telemetry.service),
    ...(user !== '' && (pass === '' ? { token: user } : { user, pass })),
    ...(url.protocol === 'tls:' && { tls: {} }),
    timeout: 3_000,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => 100 + Math.random() * 500,
    pingInterval: 5_000,
    maxPingOut: 1,
    // A password that is wrong now may be right after a rotation.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}

async function pause(failures: number, signal: AbortSignal): Promise<void> {
  await delay(retryDelayMs(failures), undefined, { signal }).catch(() => {})
}
