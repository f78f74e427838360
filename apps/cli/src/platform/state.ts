import { readFileSync } from 'node:fs'
import type { ProcessIdentity } from './processes.ts'

export type Phase = 'starting' | 'running' | 'waiting' | 'stopped'

/** A process that the supervisor keeps running, recorded at each change. */
export interface KeptState {
  readonly name: string
  readonly phase: Phase
  readonly process: ProcessIdentity | undefined
  readonly restarts: number
  /** Start of the current process, ISO. */
  readonly startedAt: string | undefined
  /** Why it last ended; absent if it never did, or has been healthy since. */
  readonly reason: string | undefined
}

export interface ServiceState extends KeptState {
  readonly adminPort: number
}

export interface BackingState extends KeptState {
  /** False: given by its URL, not started or stopped by Elder. */
  readonly managed: boolean
  /** Its data folder; for a given server, host and port. */
  readonly place: string
  readonly port: number
}

/** The state of one run of the platform. */
export interface State {
  readonly version: string
  readonly url: string
  readonly mode: 'processes' | 'one-process'
  readonly supervisor: ProcessIdentity
  /** Everything came up, keys exist and the smoke test passed. */
  readonly ready: boolean
  /** The provider's model that tools are configured with; absent without a provider. */
  readonly providerModel: string | undefined
  /** The time its services may take to stop. */
  readonly stopWithinMs: number
  readonly services: readonly ServiceState[]
  readonly backing: readonly BackingState[]
}

export function readState(file: string): State | undefined {
  return readJson(file) as State | undefined
}

/** The value in a JSON file that Elder wrote; undefined when there is no such file. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
