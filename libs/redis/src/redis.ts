import { Command } from 'ioredis'
import { Gauge } from 'prom-client'
import type { EnvReader } from '@elder/config'
import { retryDelayMs } from '@elder/errors'
import type { Dependency } from '@elder/lifecycle'
import type { Telemetry } from '@elder/telemetry'
import { restoreStringPrototype } from './string-prototype.ts'
import { TracedRedis } from './traced-redis.ts'

export type { TracedRedis as Redis } from './traced-redis.ts'

export interface RedisSettings {
  readonly url: string
}

export interface RedisParts {
  readonly telemetry: Telemetry
  readonly dependency: Dependency
  /** What is not answered by then, or a quarter later, fails. */
  readonly answerWithinMs?: number
}

export function readRedisSettings(e: EnvReader): RedisSettings {
  return { url: e.secretUrl('REDIS_URL', { protocols: ['redis', 'rediss'] }) }
}

const probeEveryMs = 2_000

/**
 * Returns at once, also when Redis is away, and connects in the background for as long as it takes.
 * While it is away every command fails at once with `unavailable`; nothing is queued or sent twice. `quit()` closes in any state.
 */
export function openRedis(settings: RedisSettings, { telemetry, dependency, answerWithinMs = 1_000 }: RedisParts): TracedRedis {
  restoreStringPrototype()
  const redis = new TracedRedis(
    settings.url,
    {
      connectTimeout: 2_000,
      lazyConnect: true,
      enableOfflineQueue: false,
      // A command whose connection was lost may have run: the caller decides whether to repeat it, not the client.
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      enableAutoPipelining: true,
      connectionName: telemetry.service,
      retryStrategy: (attempt) => retryDelayMs(attempt),
      // After a fail-over the old primary answers READONLY for ever: reconnect.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    },
    { tracer: telemetry.tracer, answerWithinMs },
  )
  let reason = 'not connected yet'
  let up = false
  const report = (answering: boolean) => {
    if (answering !== up) {
      if (answering) telemetry.logger.info('redis is connected')
      else telemetry.logger.warn({ reason }, 'redis is unavailable')
    }
    up = answering
    if (answering) dependency.up()
    else dependency.down(reason)
  }
  redis.on('error', (error: Error) => {
    reason = describe(error)
    if (redis.status !== 'ready') dependency.down(reason)
  })
  redis.on('ready', () => report(true))
  redis.on('close', () => {
    if (up) reason = 'the connection was closed'
    report(false)
  })
  // The socket of a frozen server stays open, so only a PING without an answer detects it.
  const probe = setInterval(() => {
    if (redis.status !== 'ready') return
    const ping = new Command('ping')
    redis.sendUnawaited(ping)
    ping.promise.then(
      () => report(true),
      (error: Error) => {
        reason = describe(error)
        report(false)
      },
    )
  }, probeEveryMs)
  probe.unref()
  redis.on('end', () => clearInterval(probe))
  measure(redis, telemetry)
  redis.connect().catch(() => {})
  return redis
}

function describe(error: Error): string {
  return error instanceof AggregateError && error.errors.length > 0 ? (error.errors[0] as Error).message : error.message
}

function measure(redis: TracedRedis, telemetry: Telemetry): void {
  const name = 'redis_client_connected'
  telemetry.metrics.removeSingleMetric(name)
  new Gauge({
    name,
    help: '1 while the connection to Redis is usable',
    registers: [telemetry.metrics],
    collect() {
      this.set(redis.status === 'ready' ? 1 : 0)
    },
  })
}
