import { State, type DependencyHealth, type ServiceHealth } from '@elder/contracts/monitoring'
import type { Sighting } from './sightings.ts'

/** Heartbeats are sent every 2 s: after three missing ones the instance counts as gone. */
const missingAfterMs = 6_000
const crashWindowMs = 2 * 60_000
const crashesInWindow = 3
const startingForMs = 20_000

/** Problems of a service itself, as opposed to its dependencies. */
export interface Trouble {
  readonly kind: 'absent' | 'crashing' | 'instance_lost' | 'not_ready'
  readonly reason: string
}

/** The state of one service, derived from its heartbeats and their absence. */
export interface Assessment extends ServiceHealth {
  readonly trouble: Trouble | undefined
}

export interface Listening {
  /** The start of uninterrupted reception of heartbeats; undefined while none can be received. */
  readonly since: number | undefined
  readonly now: number
}

export function assess(name: string, sightings: readonly Sighting[], listening: Listening, expected: boolean): Assessment {
  const { now, since } = listening
  const present: Sighting[] = []
  const missing: Sighting[] = []
  for (const sighting of sightings) {
    if (sighting.heartbeat.stopping) continue
    // While no heartbeats can be received, their absence says nothing, so the last state is kept.
    const silentMs = since === undefined ? 0 : now - Math.max(sighting.seenAt, since)
    if (silentMs > missingAfterMs) missing.push(sighting)
    else present.push(sighting)
  }
  const latest = sightings.reduce<Sighting | undefined>((best, each) => (best && best.seenAt >= each.seenAt ? best : each), undefined)
  const dependencies = mergeDependencies(present)
  const ready = present.filter(({ heartbeat }) => heartbeat.ready)
  const trouble = findTrouble({ present, missing, ready: ready.length, dependencies, latest, listening, expected })
  return {
    name,
    version: latest?.heartbeat.version ?? '',
    instances: present.length,
    lastSeenAt: latest ? new Date(latest.seenAt) : undefined,
    dependencies,
    trouble,
    state: stateOf(),
  }

  function stateOf(): State {
    if (trouble?.kind === 'absent') return State.STATE_DOWN
    if (present.length === 0) return State.STATE_UNSPECIFIED
    if (ready.length === 0) return State.STATE_DOWN
    const whole = ready.length === present.length && dependencies.every(({ up }) => up) && !trouble && since !== undefined
    return whole ? State.STATE_UP : State.STATE_DEGRADED
  }
}

interface Evidence {
  readonly present: readonly Sighting[]
  readonly missing: readonly Sighting[]
  readonly ready: number
  readonly dependencies: readonly DependencyHealth[]
  readonly latest: Sighting | undefined
  readonly listening: Listening
  readonly expected: boolean
}

function findTrouble({ present, missing, ready, dependencies, latest, listening: { now, since }, expected }: Evidence): Trouble | undefined {
  const crashes = missing.filter(({ seenAt }) => now - seenAt < crashWindowMs).length
  const crashReason = `ended ${crashes} times within 2 min without saying so`
  if (present.length === 0) {
    if (crashes >= crashesInWindow) return { kind: 'absent', reason: `${crashReason}; not seen for ${seconds(now - (latest?.seenAt ?? now))}` }
    if (missing.length === 0 && !expected) return undefined
    if (latest) return { kind: 'absent', reason: latest.heartbeat.stopping ? `stopped on purpose ${seconds(now - latest.seenAt)} ago` : `not seen for ${seconds(now - latest.seenAt)}` }
    // Reception has just begun, or is impossible: the absence of heartbeats says nothing yet.
    return since !== undefined && now - since > missingAfterMs ? { kind: 'absent', reason: 'has sent no heartbeat' } : undefined
  }
  if (crashes >= crashesInWindow) return { kind: 'crashing', reason: crashReason }
  const lost = missing.filter((one) => !present.some((other) => replaces(other, one)))
  if (lost.length > 0) return { kind: 'instance_lost', reason: `${lost.length} of ${lost.length + present.length} instances not seen for ${seconds(now - Math.max(...lost.map(({ seenAt }) => seenAt)))}` }
  if (ready === 0 && dependencies.every(({ up, required }) => up || !required)) {
    const age = now - Math.min(...present.map(({ heartbeat, seenAt }) => heartbeat.startedAt?.getTime() ?? seenAt))
    return { kind: 'not_ready', reason: age < startingForMs ? 'is starting' : 'is not ready, though what it needs is there' }
  }
  return undefined
}

/** An instance that started when another one went silent has replaced it. Heartbeats are 2 s apart. */
function replaces(present: Sighting, missing: Sighting): boolean {
  return (present.heartbeat.startedAt?.getTime() ?? 0) >= missing.seenAt - 2_000
}

/** A dependency is up for a service when it is up for each of its instances. */
function mergeDependencies(present: readonly Sighting[]): DependencyHealth[] {
  const merged = new Map<string, DependencyHealth>()
  for (const dependency of present.flatMap(({ heartbeat }) => heartbeat.dependencies)) {
    const known = merged.get(dependency.name)
    if (!known || (known.up && !dependency.up)) merged.set(dependency.name, { ...dependency })
  }
  return [...merged.values()].sort((a, b) => a.name.localeCompare(b.name))
}

export function seconds(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`
}
