import { randomBytes } from 'node:crypto'
import { ServiceError } from '@elder/errors'
import { openScripts, type Redis } from '@elder/redis'
import type { Policy } from '@elder/resilience'
import { leaseMs, limits } from './limits.ts'
import type { SharedLease } from './lease.ts'
import type { SharedAnswer, SharedItem, SharedStore } from './results.ts'
import { getScript, setScript } from './scripts.ts'

type Reply = string | number | Buffer | Reply[] | null

/** The entries in Redis that all instances share. Throws while Redis is unavailable. */
export function redisStore(redis: Redis, policy: Policy): SharedStore {
  const scripts = openScripts(redis, { get: getScript, set: setScript }, { encoding: null })
  let life: Promise<string> | undefined
  const forget = () => {
    life = undefined
  }
  redis.on('close', forget)

  /**
   * The prefix for this run of the Redis server. A restarted or replaced server may have an older state in
   * which invalidated entries are valid, so nothing from an earlier run is read.
   */
  async function prefix(): Promise<{ life: string; prefix: string }> {
    const asked = (life ??= redis.info('server').then(lifeOf))
    try {
      const known = await asked
      // The connection was lost during the call: the answer may come from another server.
      if (life !== asked) throw new ServiceError('unavailable', 'redis is unavailable: the connection was replaced')
      return { life: known, prefix: `cache:${known}:` }
    } catch (error) {
      if (life === asked) forget()
      throw error
    }
  }

  function run(script: keyof typeof scripts, keyPrefix: string, args: (string | number | Buffer)[]): Promise<Reply[]> {
    return redis.follow('EVALSHA', () => scripts[script]([keyPrefix], args)) as Promise<Reply[]>
  }

  return {
    get: (lookups) =>
      policy.execute(async () => {
        const now = await prefix()
        const args = lookups.flatMap(({ key, tags, known }) => [key, known ?? '', tags.length, ...sorted(tags)])
        const replies = await run('get', now.prefix, [seed(), leaseMs, limits.answerBytes, ...args])
        return replies.map((reply) => readAnswer(reply as Reply[], now.life))
      }),
    set: (items) =>
      policy.execute(async () => {
        const now = await prefix()
        const fitting = items.filter((item) => fits(item, now.life))
        const args = fitting.flatMap(({ key, id, ttlMs, value, tags, lease }) => [
          key,
          id,
          ttlMs,
          value,
          lease?.keyToken ?? '',
          tags.length,
          ...sorted(tags).flatMap((tag, index) => [tag, lease?.tagTokens[index] ?? '']),
        ])
        const replies = fitting.length === 0 ? [] : await run('set', now.prefix, [seed(), leaseMs, ...args])
        const kept = new Set(fitting.filter((_, index) => replies[index] === 1))
        return items.map((item) => kept.has(item))
      }),
    invalidate: (keys, tags) =>
      policy.execute(async () => {
        const { prefix: start } = await prefix()
        await redis.unlink(...keys.flatMap((key) => [`${start}entry:${key}`, `${start}lease:${key}`]), ...tags.map((tag) => `${start}tag:${tag}`))
      }),
  }
}

/** The beginning of all tokens that one call creates. */
const seed = () => `${randomBytes(9).toString('base64url')}-`

// A lease contains the tokens in this order.
const sorted = (tags: readonly string[]) => [...tags].sort()

function fits({ tags, lease }: SharedItem, life: string): boolean {
  return lease === undefined || (lease.life === life && lease.tagTokens.length === tags.length)
}

/** A server that does not report its run id counts as a new one each time it is asked. */
function lifeOf(info: string): string {
  return /^run_id:([0-9a-f]{16})/m.exec(info)?.[1] ?? randomBytes(8).toString('hex')
}

function readAnswer(reply: Reply[], life: string): SharedAnswer {
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
      const lease: SharedLease = { life, keyToken, tagTokens }
      return { outcome: 'missed', lease }
    }
  }
}

