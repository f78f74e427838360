import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectionOptions, Msg, NatsConnection } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import { ServiceError } from '@elder/errors'
import type { Dependency } from '@elder/lifecycle'
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

  const lost = (reason: string) => {
    usable = false
    dependency.down(reason)
    if (!connected) return
    connected = false
    if (!ended.signal.aborted) logger.warn({ reason }, 'nats is away')
    for (const listener of listeners) listener(false)
  }
  const prepare = async (connection: NatsConnection) => {
    if (preparing) return
    preparing = true
    for (let attempt = 0; connected && current === connection && !ended.signal.aborted; attempt++) {
      try {
        await ensureStreams(connection, settings.replicas ?? 1)
        usable = true
        dependency.up()
        for (const resume of waiting) resume()
        break
      } catch (error) {
        dependency.down(`streams cannot be prepared: ${messageOf(error)}`)
        if (attempt === 0) logger.warn({ err: error }, 'the broker is connected but its streams cannot be prepared; trying on')
        await pause(attempt, ended.signal)
      }
    }
    preparing = false
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
    for (let attempt = 0; !ended.signal.aborted; attempt++) {
      try {
        const connection = await connect(optionsOf(settings, telemetry))
        attempt = 0
        current = connection
        if (ended.signal.aborted) return await connection.close()
        for (const attach of subscriptions) attach(connection)
        // `connected` promises that the subscriptions above hear everything from now on.
        await connection.flush()
        void follow(connection)
        arrived(connection)
        const error = await connection.closed()
        lost(error ? messageOf(error) : 'the connection was closed')
      } catch (error) {
        if (attempt === 0) logger.warn({ reason: messageOf(error) }, 'waiting for nats')
        lost(messageOf(error))
      }
      await pause(attempt, ended.signal)
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
      if (connected && current) void prepare(current)
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

async function pause(attempt: number, signal: AbortSignal): Promise<void> {
  const ms = Math.min(100 * 2 ** Math.min(attempt, 5), 2_000) * (0.5 + Math.random() / 2)
  await delay(ms, undefined, { signal }).catch(() => {})
}
