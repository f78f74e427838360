import { Role } from '@elder/contracts/auth'
import { Meter, PolicyScope, UsagePolicy, Window } from '@elder/contracts/auth-usage'
import { Health } from '@elder/lifecycle'
import { openRedis, type Redis } from '@elder/redis'
import { testTelemetry, waitUntil } from '@elder/testkit'
import type { Edge, Rig } from './rig.ts'

export const { METER_REQUESTS: requests, METER_TOKENS: tokens, METER_COST: cost } = Meter
export const { WINDOW_MINUTE: minute, WINDOW_DAY: day, WINDOW_MONTH: month } = Window
export const { POLICY_SCOPE_KEY: ofKey, POLICY_SCOPE_USER: ofUser, POLICY_SCOPE_TEAM: ofTeam } = PolicyScope

type LimitRow = readonly [scope: PolicyScope, meter: Meter, window: Window, amount: number]

export interface Limited {
  readonly key: string
  readonly keyId: string
  readonly user: string
  readonly team: string
}

let made = 0

/** What people call a user or a team: never its id. */
export const nameOf = (id: string): string => `the ${id}`

/** A key of a user of a team of its own, under these limits. */
export function addLimited(rig: Rig, rows: readonly LimitRow[], { maxOutputTokens = 0, requestsPerMinute = 0, team = '' } = {}): Limited {
  const number = String(++made).padStart(3, '0')
  const limited = { key: `elder_limit${number}_${'k'.repeat(43)}`, keyId: `limit${number}`, user: `user${number}`, team: team || `team${number}` }
  const subjects = { [ofKey]: limited.keyId, [ofUser]: limited.user, [ofTeam]: limited.team } as Record<PolicyScope, string>
  const policies = rows.map(([scope, meter, window, amount]) => UsagePolicy.fromPartial({ scope, subject: subjects[scope], version: 1n, maxOutputTokens, limits: [{ meter, window, amount: BigInt(amount) }] }))
  rig.services.keys.set(limited.key, { principal: { subject: limited.user, name: nameOf(limited.user), role: Role.ROLE_DEVELOPER, keyId: limited.keyId }, requestsPerMinute, policies, teamId: limited.team, teamName: nameOf(limited.team) })
  return limited
}

/** What Redis holds of one counter: used, and reserved by requests under way. */
export interface Counted {
  readonly used: number
  readonly reserved: number
}

export interface Inspection {
  readonly redis: Redis
  of(name: string): Promise<Counted | undefined>
  keysOf(name: string): Promise<string[]>
}

/** A look into Redis beside the edges. Counters are named as `team:t1:tokens:day`. */
export async function inspect(rig: Rig): Promise<Inspection> {
  const redis = openRedis({ url: rig.backing.redisUrl }, { telemetry: await testTelemetry('inspection'), dependency: new Health().depend('redis', { required: false }) })
  rig.closers.push(() => redis.quit())
  await waitUntil(() => redis.status === 'ready')
  const keysOf = async (name: string) => [...(await redis.keys(`limit:${name}`)), ...(await redis.keys(`limit:${name}:*`))]
  return {
    redis,
    keysOf,
    async of(name) {
      const [key] = await keysOf(name)
      if (key === undefined) return undefined
      const fields = await redis.hgetall(key)
      const reserved = Object.entries(fields).filter(([field]) => /^\d+$/.test(field))
      return { used: Number(fields.u), reserved: reserved.reduce((sum, [, value]) => sum + Number(value), 0) }
    },
  }
}

/** The value of a metric, of all its series that hold these labels. */
export async function metric(edge: Pick<Edge, 'metrics'>, name: string, labels: Record<string, string> = {}): Promise<number> {
  const lines = (await edge.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  const fitting = lines.filter((line) => Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)))
  return fitting.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

/** Waits until these edges know of one another. */
export async function acquainted(...edges: Edge[]): Promise<void> {
  for (const edge of edges) await waitUntil(async () => (await metric(edge, 'elder_edge_limit_replicas')) === edges.length)
}
