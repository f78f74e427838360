import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectionOptions, Msg, NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import { ServiceError } from '@elder/errors'
import { retryDelayMs, type Dependency } from '@elder/lifecycle'
import type { Telemetry } from '@elder/telemetry'
import type { BrokerSettings } from './settings.ts'
import { ensureStreams } from './streams.ts'

/** One lasting connection to the broker, whatever becomes of the sockets under it. */
export interface Link {
  /** Present while messages can be sent and received. */
  readonly connection: NatsConnection | undefined
  watch(listener: (connected: boolean) => void): () => void
  /** Resolves once connected with every stream in place. Rejects when the signal fires or the link closes. */
  usable(signal: AbortSignal): Promise<NatsConnection>
  /** The answer, or a failure as soon as the connection is lost: the client itself would wait for its time-out. */
  whileConnected<T>(answer: Promise<T>): Promise<T>
  /** A core subscription that lasts until cancelled. */
  subscribe(subject: string, callback: (message: Msg) => void): () => void
  /** Makes missing streams again. For whoever was told that nobody takes a subject. */
  repair(): void
  close(): Promise<void>
}

export function openLink(settings: BrokerSettings, { telemetry, dependency }: { telemetry: Telemetry; dependency: Dependency }): Link {
  const { logger } = telemetry
  const ended = new AbortController()
  const listeners = new Set<(connected: boolean) => void>()
  const subscriptions = new Set<(connection: NatsConnection) => void>()
  const waiting = new Set<() => void>()
  let current: NatsConnection | undefined
  let connected = false
  let usable = false
  let preparing = false
  // One more at each arrival and each loss: what an earlier one began is over.
  let era = 0

  const lost = (reason: string) => {
    era++
    usable = false
    preparing = false
    dependency.down(reason)
    if (!connected) return
    connected = false
    if (!ended.signal.aborted) logger.warn({ reason }, 'nats is away')
    for (const listener of listeners) listener(false)
  }
  const prepare = async (connection: NatsConnection) => {
    const turn = ++era
    preparing = true
    for (let failures = 1; era === turn && !ended.signal.aborted; failures++) {
      try {
        await ensureStreams(connection, settings.replicas ?? 1)
        if (era !== turn) return
        usable = true
        dependency.up()
        for (const resume of waiting) resume()
        break
      } catch (error) {
        // A request that was under way when the connection went fails late; by then it is about nothing.
        if (era !== turn) return
        dependency.down(`streams cannot be prepared: ${messageOf(error)}`)
        if (failures === 1) logger.warn({ err: error }, 'the broker is connected but its streams cannot be prepared; trying on')
        await pause(failures, ended.signal)
      }
    }
    if (era === turn) preparing = false
  }
  const arrived = (connection: NatsConnection) => {
    if (!connected) {
      connected = true
      logger.info('nats is connected')
      for (const listener of listeners) listener(true)
    }
    void prepare(connection)
  }
  const follow = async (connection: NatsConnection) => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') lost('the connection was lost')
      else if (status.type === 'reconnect') arrived(connection)
      else if (status.type === 'error') logger.warn({ err: status.error }, 'nats reported an error')
    }
  }
  const run = async () => {
    for (let failures = 1; !ended.signal.aborted; failures++) {
      try {
        const connection = await connect(optionsOf(settings, telemetry))
        failures = 0
        current = connection
        if (ended.signal.aborted) return await connection.close()
        for (const attach of subscriptions) attach(connection)
        // `connected` promises that the subscriptions above hear everything from now on.
        // A flush that is under way when the connection closes never ends.
        await Promise.race([connection.flush(), connection.closed()])
        if (!connection.isClosed()) {
          void follow(connection)
          arrived(connection)
        }
        const error = await connection.closed()
        lost(error ? messageOf(error) : 'the connection was closed')
      } catch (error) {
        if (failures === 1) logger.warn({ reason: messageOf(error) }, 'waiting for nats')
        lost(messageOf(error))
      }
      await pause(failures, ended.signal)
    }
  }
  const running = run()

  return {
    get connection() {
      return connected ? current : undefined
    },
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async usable(signal) {
      const over = AbortSignal.any([signal, ended.signal])
      while (!(usable && current)) {
        over.throwIfAborted()
        await new Promise<void>((resolve) => {
          const resume = () => {
            waiting.delete(resume)
            over.removeEventListener('abort', resume)
            resolve()
          }
          waiting.add(resume)
          over.addEventListener('abort', resume)
        })
      }
      over.throwIfAborted()
      return current
    },
    async whileConnected(answer) {
      let unwatch = () => {}
      const loss = new Promise<never>((_, reject) => {
        const listener = () => reject(new ServiceError('unavailable', 'the connection was lost'))
        listeners.add(listener)
        unwatch = () => listeners.delete(listener)
      })
      try {
        return await Promise.race([answer, loss])
      } finally {
        unwatch()
      }
    },
    subscribe(subject, callback) {
      let cancel = () => {}
      const attach = (connection: NatsConnection) => {
        const subscription = connection.subscribe(subject, {
          callback: (error, message) => {
            if (!error) callback(message)
          },
        })
        cancel = () => subscription.unsubscribe()
      }
      subscriptions.add(attach)
      if (current && !current.isClosed()) attach(current)
      return () => {
        subscriptions.delete(attach)
        cancel()
      }
    },
    repair() {
      if (connected && current && !preparing) void prepare(current)
    },
    async close() {
      ended.abort(new ServiceError('cancelled', 'the broker connection is closing'))
      if (current && !current.isClosed()) {
        if (connected) await Promise.race([current.drain().catch(() => {}), delay(2_000, undefined, { ref: false })])
        await current.close()
      }
      await running
    },
  }
}

function optionsOf(settings: BrokerSettings, telemetry: Telemetry): ConnectionOptions {
  const url = new URL(settings.url)
  const user = decodeURIComponent(url.username)
  const pass = decodeURIComponent(url.password)
  return {
    servers: `${url.hostname}:${url.port || 4222}`,
    name: telemetry.service,
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
