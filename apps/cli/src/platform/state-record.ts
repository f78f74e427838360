import { rmSync } from 'node:fs'
import { writePrivately } from '@elder/backing'
import pkg from '../../package.json' with { type: 'json' }
import type { Env } from '../command.ts'
import type { Backing } from './backing.ts'
import type { Places } from './places.ts'
import { identify } from './processes.ts'
import type { Reporter } from './progress.ts'
import type { RunningServices } from './running-services.ts'
import { stopWithinMs } from './services.ts'
import type { UpOptions } from './settings.ts'
import type { State } from './state.ts'

export interface StateRecordParts {
  readonly places: Places
  readonly env: Env
  readonly options: UpOptions
  readonly url: string
  readonly report: Reporter
}

/** The state file of the running platform, which the other commands read. */
export class StateRecord {
  readonly #parts: StateRecordParts
  #isReady = false
  backing: Backing | undefined
  services: RunningServices | undefined
  providerModel: string | undefined

  constructor(parts: StateRecordParts) {
    this.#parts = parts
  }

  becameReady(): void {
    this.#isReady = true
    this.#write()
  }

  /** Writes the current state. A disk that becomes full later must not end the running platform, so a failure is only reported. */
  update(): void {
    try {
      this.#write()
    } catch (error) {
      this.#parts.report({ kind: 'detail', text: `the state cannot be recorded: ${error instanceof Error ? error.message : String(error)}` })
    }
  }

  remove(): void {
    rmSync(this.#parts.places.state, { force: true })
  }

  #write(): void {
    const { places, env, options, url } = this.#parts
    const state: State = {
      version: pkg.version,
      url,
      mode: options.oneProcess ? 'one-process' : 'processes',
      supervisor: identify(process.pid),
      ready: this.#isReady,
      providerModel: this.providerModel,
      stopWithinMs: stopWithinMs(env),
      services: this.services?.states() ?? [],
      backing: this.backing?.states() ?? [],
    }
    writePrivately(places.state, JSON.stringify(state))
  }
}
