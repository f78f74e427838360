import { randomBytes } from 'node:crypto'
import { openScripts, type Redis, type Script } from '@elder/redis'
import type { Policy } from '@elder/resilience'
import { leaseMs, limits } from './limits.ts'
import type { SharedLease } from './lease.ts'
import type { SharedAnswer, SharedItem, SharedLookup, SharedStore } from './results.ts'
import { getScript, setScript } from './scripts.ts'
import { ServerRun } from './server-run.ts'

type Reply = string | number | Buffer | Reply[] | null

type Scripts = Readonly<Record<'get' | 'set', Script>>

/** The entries in Redis that all instances share. Throws while Redis is unavailable. */
export class RedisStore implements SharedStore {
  readonly #redis: Redis
  readonly #policy: Policy
  readonly #scripts: Scripts
  readonly #serverRun: ServerRun

  constructor(redis: Redis, policy: Policy) {
    this.#redis = redis
    this.#policy = policy
    this.#scripts = openScripts(redis, { get: getScript, set: setScript }, { encoding: null })
    this.#serverRun = new ServerRun(redis)
  }

  get(lookups: readonly SharedLookup[]): Promise<SharedAnswer[]> {
    return this.#policy.execute(async () => {
      const runId = await this.#serverRun.id()
      const args = lookups.flatMap(({ key, tags, known }) => [key, known ?? '', tags.length, ...sorted(tags)])
      const replies = await this.#run('get', runId, [seed(), leaseMs, limits.answerBytes, ...args])
      return replies.map((reply) => readAnswer(reply as Reply[], runId))
    })
  }

  set(items: readonly SharedItem[]): Promise<boolean[]> {
    return this.#policy.execute(async () => {
      const runId = await this.#serverRun.id()
      const current = items.filter((item) => isLeaseOf(runId, item))
      const replies = current.length === 0 ? [] : await this.#run('set', runId, [seed(), leaseMs, ...current.flatMap(setArguments)])
      const kept = new Set(current.filter((_, index) => replies[index] === 1))
      return items.map((item) => kept.has(item))
    })
  }

  invalidate(keys: readonly string[], tags: readonly string[]): Promise<void> {
    return this.#policy.execute(async () => {
      const prefix = prefixOf(await this.#serverRun.id())
      await this.#redis.unlink(...keys.flatMap((key) => [`${prefix}entry:${key}`, `${prefix}lease:${key}`]), ...tags.map((tag) => `${prefix}tag:${tag}`))
    })
  }

  #run(script: keyof Scripts, runId: string, args: (string | number | Buffer)[]): Promise<Reply[]> {
    return this.#redis.follow('EVALSHA', () => this.#scripts[script]([prefixOf(runId)], args)) as Promise<Reply[]>
  }
}

const prefixOf = (runId: string) => `cache:${runId}:`

function setArguments({ key, id, ttlMs, value, tags, lease }: SharedItem): (string | number | Buffer)[] {
  const tokens = sorted(tags).flatMap((tag, index) => [tag, lease?.tagTokens[index] ?? ''])
  return [key, id, ttlMs, value, lease?.keyToken ?? '', tags.length, ...tokens]
}

/** The beginning of all tokens that one call creates. */
const seed = () => `${randomBytes(9).toString('base64url')}-`

// A lease contains the tokens in this order.
const sorted = (tags: readonly string[]) => [...tags].sort()

function isLeaseOf(runId: string, { tags, lease }: SharedItem): boolean {
  return lease === undefined || (lease.runId === runId && lease.tagTokens.length === tags.length)
}

function readAnswer(reply: Reply[], runId: string): SharedAnswer {
  const [kind, ...rest] = reply
  switch (String(kind)) {
    case 'same':
      return { outcome: 'same' }
    case 'found': {
      const [id, value, ttlMs, tags] = rest as [Buffer, Buffer, number, Buffer[]]
      return { outcome: 'found', id: String(id), value, ttlMs, tags: tags.map(String) }
    }
    default: {
      const [keyToken = '', ...tagTokens] = rest.map(String)
      const lease: SharedLease = { runId, keyToken, tagTokens }
      return { outcome: 'missed', lease }
    }
  }
}

