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
  /** Where the files stand that the live setting names. */
  readonly keysDirectory: string
  /** Follows the live setting; undefined as long as it was never set, JSON's null once it was unset. */
  readonly watch: (listener: (setting: { readonly valueJson: string } | undefined) => void) => () => void
  readonly providers: Pick<Providers, 'replace'>
  readonly health: Dependency
  readonly logger: Pick<Logger, 'info' | 'error'>
  readonly checkEveryMs: number
}

export interface SettingsSource {
  stop(): void
}

/**
 * Applies the provider settings: the live setting if there is one, else the file. Keys, certificates and the file are read again when they
 * change. Invalid settings are ignored and reported in the service's health.
 */
export function followSettings({ file, keysDirectory, watch, providers, health, logger, checkEveryMs }: SettingsSourceOptions): SettingsSource {
  let live: string | undefined
  let applied = ''
  let refused = ''
  let followed: readonly string[] = []
  let seen = ''
  let isStopped = false
  let running = Promise.resolve()

  async function load(): Promise<LoadResult> {
    if (live !== undefined) return loadProviders(live, { directory: keysDirectory, allowAbsolute: false })
    if (file === '') return { providers: [], files: [], faults: [] }
    try {
      return loadProviders(await readFile(file, 'utf8'), { directory: dirname(file), allowAbsolute: true })
    } catch (error) {
      return { providers: [], files: [], faults: [{ field: 'providers', problem: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}` }] }
    }
  }

  async function apply(): Promise<void> {
    const isLive = live !== undefined
    const before = signatureOf(followed)
    const loaded = await load()
    if (isStopped) return
    const read = [...(isLive || file === '' ? [] : [file]), ...loaded.files]
    // As they were before they were read; of others nobody knows, and they are looked at once more.
    seen = read.join() === followed.join() ? before : ''
    followed = read
    if (loaded.faults.length > 0) return refuse(isLive, loaded.faults.map(faultText))
    refused = ''
    health.up()
    const text = JSON.stringify(loaded.providers)
    if (text === applied) return
    const isFirst = applied === ''
    applied = text
    providers.replace(loaded.providers)
    if (!isFirst) logger.info({ providers: loaded.providers.map(({ name }) => name) }, 'the providers were replaced by those of the settings')
  }

  function refuse(isLive: boolean, faults: readonly string[]): void {
    const problem = `the ${isLive ? 'live setting providers' : 'file of providers'} is refused, the one before stays: ${faults.slice(0, 3).join('; ')}`
    health.down(problem)
    if (problem === refused) return
    refused = problem
    logger.error({ faults }, 'provider settings are refused, those before stay in use')
  }

  // One at a time, so that an older state is never applied after a newer one.
  const queue = () => {
    running = running.then(apply).catch((error: unknown) => logger.error({ err: error }, 'provider settings could not be taken over'))
  }

  const timer = setInterval(() => {
    if (followed.length > 0 && signatureOf(followed) !== seen) queue()
  }, checkEveryMs).unref()
  queue()
  const stopWatching = watch((setting) => {
    live = setting?.valueJson === 'null' ? undefined : setting?.valueJson
    queue()
  })
  return {
    stop() {
      isStopped = true
      clearInterval(timer)
      stopWatching()
    },
  }
}

/** Changes with the files; one that is not there has a signature too. */
function signatureOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false })
      return stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : 'absent'
    })
    .join()
}
