import { State, type Cause, type DependencyHealth, type ServiceHealth } from '@elder/contracts/monitoring'
import { assess, type Assessment, type Listening } from './assessment.ts'
import { remedyFor, type Fault } from './remedies.ts'
import type { Sighting } from './sightings.ts'

/** The six services of the platform. Other senders of heartbeats are shown, too. */
export const platformServices = ['edge-proxy', 'auth', 'cache', 'quality-check', 'sage-consultation', 'monitoring'] as const

/** Without these, no request is served: the platform is down when one of them is. */
const publicPath: ReadonlySet<string> = new Set(['edge-proxy', 'auth'])

export interface Diagnosis {
  readonly state: State
  /** Root causes without their symptoms, the most consequential first. */
  readonly causes: Cause[]
  readonly services: ServiceHealth[]
  /** The number of parked messages; undefined when it is unknown. */
  readonly parked: number | undefined
}

/** The parked messages as a component of the platform. */
export const parkedMessages = 'parked-messages'

export interface Observation {
  /** Includes our own, which is always fresh. */
  readonly sightings: readonly Sighting[]
  /** The start of uninterrupted reception of heartbeats; undefined while none can be received. */
  readonly listeningSince: number | undefined
  readonly parked: number | undefined
}

/** Derives the platform's state and its causes from the heartbeats. Pure: the time is passed in as `now`. */
export function diagnose({ sightings, listeningSince, parked }: Observation, now: number): Diagnosis {
  const assessments = assessAll(sightings, { since: listeningSince, now })
  const roots = findRoots(assessments)
  if (listeningSince === undefined) blameBroker(roots, assessments)
  if (parked !== undefined && parked > 0) roots.set(parkedMessages, { component: parkedMessages, fault: 'parked', reason: `${parked === 1 ? 'a message was' : `${parked} messages were`} given up`, affects: new Set() })
  const causes = [...roots.values()]
    .sort((a, b) => severity(b, assessments) - severity(a, assessments) || a.component.localeCompare(b.component))
    .map(({ component, fault, reason, affects }): Cause => ({ component, reason, affects: [...affects].sort(), remedy: remedyFor(component, fault) }))
  const services = [...assessments.values()].map(({ name, state, version, instances, lastSeenAt, dependencies }): ServiceHealth => ({ name, state, version, instances, lastSeenAt, dependencies }))
  return { state: platformState(services), causes, services, parked }
}

function assessAll(sightings: readonly Sighting[], listening: Listening): Map<string, Assessment> {
  const expected: readonly string[] = platformServices
  const byService = Map.groupBy(sightings, ({ heartbeat }) => heartbeat.service)
  const others = [...byService.keys()].filter((name) => !expected.includes(name)).sort()
  const all = [...expected, ...others].map((name) => assess(name, byService.get(name) ?? [], listening, expected.includes(name)))
  // A service outside the six that has sent its farewell is no longer shown.
  return new Map(all.filter(({ name, trouble, instances }) => expected.includes(name) || instances > 0 || trouble).map((each) => [each.name, each]))
}

interface Root {
  readonly component: string
  readonly fault: Fault
  readonly reason: string
  readonly affects: Set<string>
}

/** One cause for each independent problem, with all services that it affects directly or through others. */
function findRoots(assessments: ReadonlyMap<string, Assessment>): Map<string, Root> {
  const roots = new Map<string, Root>()
  const root = (component: string, fault: Fault, reason: () => string): Root => {
    const known = roots.get(component) ?? { component, fault, reason: reason(), affects: new Set<string>() }
    roots.set(component, known)
    return known
  }

  /** The cause of a failing dependency of a service. */
  function explain(name: string, seenBy: string, path: readonly string[]): Root[] {
    const service = assessments.get(name)
    if (!service) return [root(name, 'dependency', () => describeDependency(name, assessments))]
    const { trouble } = service
    if (trouble) return [root(name, trouble.kind, () => trouble.reason)]
    const needs = failing(service).filter(({ required }) => required)
    if (service.state === State.STATE_DOWN && needs.length > 0 && !path.includes(name)) return needs.flatMap((need) => explain(need.name, name, [...path, name]))
    return [root(name, 'unreachable', () => `${seenBy} cannot reach it: ${reasonFrom(seenBy, name, assessments)}`)]
  }

  for (const service of assessments.values()) {
    const { trouble } = service
    if (trouble) root(service.name, trouble.kind, () => trouble.reason)
    for (const dependency of failing(service)) {
      for (const { component, affects } of explain(dependency.name, service.name, [service.name])) if (component !== service.name) affects.add(service.name)
    }
  }
  return roots
}

/** NATS is the cause, because no heartbeats arrive; everything else is older knowledge. */
function blameBroker(roots: Map<string, Root>, assessments: ReadonlyMap<string, Assessment>): void {
  const reason = reasonFrom('monitoring', 'nats', assessments) || 'not connected'
  const affects = new Set(assessments.keys())
  roots.set('nats', { component: 'nats', fault: 'dependency', reason: `${reason}; what is said of other services is from before`, affects })
}

function failing(service: ServiceHealth): DependencyHealth[] {
  return service.dependencies.filter(({ up }) => !up)
}

function reasonFrom(seenBy: string, name: string, assessments: ReadonlyMap<string, Assessment>): string {
  return assessments.get(seenBy)?.dependencies.find((dependency) => dependency.name === name && !dependency.up)?.reason ?? ''
}

/** The reason that most services report, and the services that do not report it. */
function describeDependency(name: string, assessments: ReadonlyMap<string, Assessment>): string {
  const reports = [...assessments.values()].flatMap((service) => service.dependencies.filter((each) => each.name === name).map((each) => ({ service: service.name, ...each })))
  const reasons = Map.groupBy(
    reports.filter(({ up }) => !up),
    ({ reason }) => reason,
  )
  const [reason = ''] = [...reasons].sort(([, a], [, b]) => b.length - a.length)[0] ?? []
  const reaching = reports.filter(({ up }) => up).map(({ service }) => service)
  return reaching.length === 0 ? reason : `${reason} (${reaching.join(', ')} still ${reaching.length === 1 ? 'reaches' : 'reach'} it)`
}

/** A cause that affects the public path ranks above any number of others. */
function severity({ component, affects }: Root, assessments: ReadonlyMap<string, Assessment>): number {
  const closes = [component, ...affects].some((name) => publicPath.has(name) && assessments.get(name)?.state === State.STATE_DOWN)
  const downs = [component, ...affects].filter((name) => assessments.get(name)?.state === State.STATE_DOWN).length
  return (closes ? 1_000_000 : 0) + downs * 1_000 + affects.size
}

function platformState(services: readonly ServiceHealth[]): State {
  const states = services.map(({ state }) => state)
  if (services.some(({ name, state }) => publicPath.has(name) && state === State.STATE_DOWN)) return State.STATE_DOWN
  if (states.every((state) => state === State.STATE_UP)) return State.STATE_UP
  return states.some((state) => state === State.STATE_DOWN || state === State.STATE_DEGRADED) ? State.STATE_DEGRADED : State.STATE_UNSPECIFIED
}
