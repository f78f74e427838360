import { readFileSync } from 'node:fs'
import type { ProcessIdentity } from './processes.ts'

export type Phase = 'starting' | 'running' | 'waiting' | 'stopped'

/** One process that the supervisor keeps running, as it writes it down at each change. */
export interface KeptState {
  readonly name: string
  readonly phase: Phase
  readonly process: ProcessIdentity | undefined
  readonly restarts: number
  /** ISO, of the process that runs now. */
  readonly startedAt: string | undefined
  /** Why it ended last; absent when it never did, or has been well since. */
  readonly reason: string | undefined
}

export interface ServiceState extends KeptState {
  readonly adminPort: number
}

export interface BackingState extends KeptState {
  /** False: given by its URL, not ours to start or stop. */
  readonly managed: boolean
  /** Where its data is; for one that was given, host and port. */
  readonly place: string
  readonly port: number
}

/** What one run of the platform consists of. */
export interface State {
  readonly version: string
  readonly url: string
  readonly mode: 'processes' | 'one-process'
  readonly supervisor: ProcessIdentity
  /** Everything came up, keys exist and the smoke test passed. */
  readonly ready: boolean
  /** The provider's model that tools are pointed at; absent without a provider. */
  readonly providerModel: string | undefined
  /** What its services may take to stop. */
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
