import { randomBytes } from 'node:crypto'
import { ServiceError } from '@elder/errors'
import { openScripts, type Redis } from '@elder/redis'
import type { Logger } from '@elder/telemetry'
import type { LimitMetrics } from './limit-metrics.ts'
import { alone, createRoll, type Replicas } from './replicas.ts'
import { scripts, type Script } from './scripts.ts'
import { createSettlements } from './settlements.ts'

export interface LinkSettings {
  /** The interval of the heartbeat, and how long an edge counts as alive after one. */
  readonly beatEveryMs: number
  readonly aliveMs: number
  /** How often an unavailable Redis is tried again. */
  readonly tryEveryMs: number
  /** Settlements are batched for this long. */
  readonly gatherMs: number
  /** The maximum number of settlements kept while Redis is away. */
  readonly keptSettlements: number
}

export const linkSettings: LinkSettings = { beatEveryMs: 5_000, aliveMs: 15_000, tryEveryMs: 1_000, gatherMs: 5, keptSettlements: 10_000 }

/** One edge's connection to the counters that all edges share. */
export interface RedisLink {
  /** False: this edge counts without Redis. */
  readonly isUp: boolean
  /** The edges that were alive when Redis was last reachable. */
  readonly replicas: Replicas
  /** When a call made now times out, by Redis' clock. */
  readonly patienceEndsAtMs: number
  /** Throws ServiceError when Redis does not answer; a later answer is passed to `onLate`. */
  run(script: Script, keys: readonly string[], values: readonly (string | number)[], onLate?: (answer: unknown) => void): Promise<unknown>
  /** Sends without waiting. What did not arrive is kept, and sent again when Redis is back. */
  settle(keys: string[], values: (string | number)[]): void
  /** The same for what was counted without Redis. */
  add(keys: string[], values: (string | number)[]): void
  close(): Promise<void>
}

export interface LinkParts {
  readonly redis: Redis
  readonly logger: Pick<Logger, 'warn' | 'info' | 'error'>
  readonly metrics: LimitMetrics
  /** Called when Redis is back without its data, and this edge still counts alone. */
  readonly onEmptied: () => void
  /** Called when Redis is back, before the first request to it. */
  readonly onBack: () => void
  readonly settings: LinkSettings
}

const replicasKey = 'limit:replicas'
/** Without an expiry, so that it goes only with all other data. */
const dataKey = 'limit:data'

export function linkRedis({ redis, logger, metrics, onEmptied, onBack, settings }: LinkParts): RedisLink {
  const id = randomBytes(8).toString('hex')
  const markKey = `limit:edge:${id}`
  const run = openScripts(redis, scripts, { unawaited: ['settle', 'add', 'raise', 'beat'] })
  const callRoll = createRoll(id, settings.aliveMs)
  const settlements = createSettlements({ run, markKey, most: settings.keptSettlements, logger, metrics, isUp: () => isUp, onAway: leave })
  let replicas: Replicas = alone
  let isUp = false
  let isAsking = false
  let isClosed = false
  let nextBeatAt = 0
  /** The mark of the data that this edge counted in last. */
  let data: string | undefined
  /** The other edges have still to report what they know to a Redis without data. */
  let isGathering = false
  /** No replicas have been listed since Redis was away. */
  let hasLeft = false
  /** How far Redis' clock is ahead of ours. */
  let aheadMs = 0

  function leave(error: unknown): void {
    if (!isUp) return
    isUp = false
    hasLeft = true
    nextBeatAt = 0
    metrics.alone.set(1)
    logger.warn({ err: error, replicas: replicas.count }, 'limits are counted by this edge alone')
    // It may only have been busy for a moment.
    if (!isClosed) setImmediate(() => void beat())
  }

  function comeBack(): void {
    isUp = true
    isGathering = false
    metrics.alone.set(0)
    settlements.sendKept()
    onBack()
    logger.info({ replicas: replicas.count }, 'limits are counted in redis')
  }

  async function ask(joins: 0 | 1): Promise<{ mark: string; ids: string[] }> {
    const [atMs, mark, ...ids] = (await run.beat([replicasKey, dataKey], [id, settings.aliveMs, joins])) as [string, string, ...string[]]
    aheadMs = Number(atMs) - performance.now()
    return { mark, ids }
  }

  function report(mark: string): void {
    if (data !== undefined && data !== mark) {
      logger.warn('redis has lost its data: this edge reports what it knows, and counts alone until the other edges have')
      isGathering = true
      // What it knows includes what was kept.
      settlements.forgetKept()
      onEmptied()
    }
    data = mark
    settlements.sendKept()
  }

  async function beat(): Promise<void> {
    if (isAsking || isClosed || redis.status !== 'ready') return
    isAsking = true
    try {
      // An edge that is listed in emptied data has reported what it knows.
      if (!isUp) report((await ask(0)).mark)
      const { mark, ids } = await ask(1)
      data = mark
      replicas = callRoll(ids, performance.now(), hasLeft)
      hasLeft = false
      metrics.replicas.set(replicas.count)
      // Sent again soon, so that edges that came back at the same time see each other.
      nextBeatAt = performance.now() + (isUp ? settings.beatEveryMs : settings.tryEveryMs)
      if (!isUp && !(isGathering && ids.length < replicas.count)) comeBack()
    } catch (error) {
      leave(error)
    } finally {
      isAsking = false
    }
  }

  const onReady = () => void beat()
  const onClose = () => leave(new ServiceError('unavailable', 'the connection to redis was closed'))
  redis.on('ready', onReady)
  redis.on('close', onClose)
  const timer = setInterval(() => void (performance.now() >= nextBeatAt && beat()), settings.tryEveryMs)
  timer.unref()
  metrics.alone.set(1)
  metrics.replicas.set(1)
  void beat()

  return {
    get isUp() {
      return isUp
    },
    get replicas() {
      return replicas
    },
    get patienceEndsAtMs() {
      return Math.ceil(performance.now() + aheadMs + redis.answerWithinMs)
    },
    async run(script, keys, values, onLate) {
      try {
        return await run[script](keys, values, onLate)
      } catch (error) {
        if (error instanceof ServiceError) leave(error)
        throw error
      }
    },
    settle: (keys, values) => settlements.deliver('settle', keys, values),
    add: (keys, values) => settlements.deliver('add', keys, values),
    async close() {
      isClosed = true
      clearInterval(timer)
      redis.off('ready', onReady)
      redis.off('close', onClose)
      // Sent after all settlements, so that its answer proves their arrival. If Redis is away, its entry for this edge expires.
      if (redis.status === 'ready') await run.part([replicasKey], [id]).catch((error: unknown) => logger.warn({ err: error }, 'redis was not told that this edge has gone'))
    },
  }
}
