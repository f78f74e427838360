import { placesOf } from './places.ts'
import { canConnect, probeReadiness, type MissingDependency } from './probe.ts'
import { isAlive, residentBytes } from './processes.ts'
import { readState, type State } from './state.ts'

/** The shape of `elder status --json`. */
export interface Status {
  readonly version: string
  readonly url: string
  readonly mode: State['mode']
  readonly services: readonly {
    readonly name: string
    readonly ready: boolean
    readonly pid: number | null
    /** Child processes included. */
    readonly rssBytes: number
    /** True if the memory is that of a process shared with other services. */
    readonly rssShared?: true
    readonly restarts: number
    readonly uptimeSeconds: number
    readonly reason?: string
    /** The dependencies that it does without while it cannot reach them. */
    readonly missing?: readonly MissingDependency[]
  }[]
  readonly backing: readonly { readonly name: string; readonly ready: boolean; readonly managed: boolean; readonly rssBytes: number; readonly place: string; readonly reason?: string }[]
}

/** The current state of a checkout's platform; undefined without a running supervisor. */
export async function readStatus(checkout: string): Promise<Status | undefined> {
  const state = readState(placesOf(checkout).state)
  if (!state || !isAlive(state.supervisor)) return undefined
  const { version, url, mode } = state
  const memory = residentBytes([...state.services, ...state.backing].flatMap(({ process }) => (process ? [process.pid] : [])))
  const rssBytes = (pid: number | undefined) => (pid === undefined ? 0 : (memory.get(pid) ?? 0))

  const services = state.services.map(async ({ name, process, adminPort, restarts, startedAt, phase, reason: endedBecause }) => {
    const { ready, reason, missing } = process ? await probeReadiness(adminPort, process.pid) : { ready: false, reason: '', missing: [] }
    const why = ready ? undefined : phase === 'waiting' ? `restarting after: ${endedBecause}` : reason || endedBecause
    return {
      name,
      ready,
      pid: process?.pid ?? null,
      rssBytes: rssBytes(process?.pid),
      ...(mode === 'one-process' ? { rssShared: true as const } : {}),
      restarts,
      uptimeSeconds: startedAt === undefined ? 0 : Math.floor((Date.now() - Date.parse(startedAt)) / 1_000),
      ...(why === undefined || why === '' ? {} : { reason: why }),
      ...(missing.length === 0 ? {} : { missing }),
    }
  })
  const backing = state.backing.map(async ({ name, managed, place, port, process, reason }) => {
    const host = managed ? '127.0.0.1' : place.slice(0, place.lastIndexOf(':'))
    const ready = await canConnect(host, port)
    return { name, ready, managed, rssBytes: rssBytes(process?.pid), place, ...(ready || reason === undefined ? {} : { reason }) }
  })
  return { version, url, mode, services: await Promise.all(services), backing: await Promise.all(backing) }
}
