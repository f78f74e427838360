import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Dependency } from '@elder/lifecycle'
import type { Logger } from '@elder/telemetry'
import type { Providers } from './providers.ts'
import { faultText } from './provider-settings.ts'
import { loadProviders, type LoadResult } from './setting-files.ts'

export interface SettingsSourceOptions {
  /** Empty: none. */
  readonly file: string
  /** The directory of the files that the live setting names. */
  readonly keysDirectory: string
  /** Follows the live setting; undefined as long as it was never set, JSON's null once it was unset. */
  readonly watch: (listener: (setting: { readonly valueJson: string } | undefined) => void) => () => void
  readonly providers: Pick<Providers, 'replace'>
  readonly health: Dependency
  readonly logger: Pick<Logger, 'info' | 'error'>
  readonly checkEveryMs: number
}

/**
 * Applies the provider settings: the live setting if there is one, else the file. Keys, certificates and the file are read again when they
 * change. Invalid settings are ignored and reported in the service's health.
 */
export function followSettings(options: SettingsSourceOptions): SettingsSource {
  return new SettingsSource(options)
}

class SettingsSource {
  readonly #options: SettingsSourceOptions
  readonly #timer: NodeJS.Timeout
  readonly #stopWatching: () => void
  /** The JSON text of the live setting. */
  #live: string | undefined
  #applied = ''
  #refused = ''
  #files: readonly string[] = []
  #signature = ''
  #isStopped = false
  #running = Promise.resolve()

  constructor(options: SettingsSourceOptions) {
    this.#options = options
    this.#timer = setInterval(() => {
      if (this.#files.length > 0 && signatureOf(this.#files) !== this.#signature) this.#enqueue()
    }, options.checkEveryMs).unref()
    this.#enqueue()
    this.#stopWatching = options.watch((setting) => {
      this.#live = setting?.valueJson === 'null' ? undefined : setting?.valueJson
      this.#enqueue()
    })
  }

  stop(): void {
    this.#isStopped = true
    clearInterval(this.#timer)
    this.#stopWatching()
  }

  // One at a time, so that an older state is never applied after a newer one.
  #enqueue(): void {
    this.#running = this.#running.then(() => this.#load()).catch((error: unknown) => this.#options.logger.error({ err: error }, 'provider settings could not be applied'))
  }

  async #load(): Promise<void> {
    const { file } = this.#options
    const isLive = this.#live !== undefined
    const before = signatureOf(this.#files)
    const loaded = await this.#read()
    if (this.#isStopped) return
    const files = [...(isLive || file === '' ? [] : [file]), ...loaded.files]
    // Taken before the files were read, so that a change during the read is noticed. New files have none yet and are read once more.
    this.#signature = files.join() === this.#files.join() ? before : ''
    this.#files = files
    if (loaded.faults.length > 0) this.#refuse(isLive, loaded.faults.map(faultText))
    else this.#apply(loaded.providers)
  }

  async #read(): Promise<LoadResult> {
    const { file, keysDirectory } = this.#options
    if (this.#live !== undefined) return loadProviders(this.#live, { directory: keysDirectory, allowAbsolute: false })
    if (file === '') return { providers: [], files: [], faults: [] }
    try {
      return loadProviders(await readFile(file, 'utf8'), { directory: dirname(file), allowAbsolute: true })
    } catch (error) {
      return { providers: [], files: [], faults: [{ field: 'providers', problem: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}` }] }
    }
  }

  #apply(loaded: LoadResult['providers']): void {
    const { providers, health, logger } = this.#options
    this.#refused = ''
    health.up()
    const text = JSON.stringify(loaded)
    if (text === this.#applied) return
    const isFirst = this.#applied === ''
    this.#applied = text
    providers.replace(loaded)
    if (!isFirst) logger.info({ providers: loaded.map(({ name }) => name) }, 'the providers were replaced by those of the settings')
  }

  #refuse(isLive: boolean, faults: readonly string[]): void {
    const { health, logger } = this.#options
    const problem = `the ${isLive ? 'live setting providers' : 'file of providers'} is invalid, the previous settings stay in use: ${faults.slice(0, 3).join('; ')}`
    health.down(problem)
    if (problem === this.#refused) return
    this.#refused = problem
    logger.error({ faults }, 'provider settings are invalid, the previous ones stay in use')
  }
}

/** Changes whenever one of the files changes, appears or disappears. */
function signatureOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false })
      return stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : 'absent'
    })
    .join()
}
