import { basename } from 'node:path'
import type { Logger } from '@elder/telemetry'
import { StageFailure } from '../placed-diagnostic.ts'
import { createRepositoryThread } from '../thread.ts'
import { stampOf } from './osv-source.ts'
import type { KnownVulnerability, PackageVersion } from './osv-index.ts'

/** Looks up known vulnerabilities. */
export interface Vulnerabilities {
  /** Returns undefined when no source is configured. Throws StageFailure when the source cannot be used. */
  find(packages: readonly PackageVersion[], signal: AbortSignal): Promise<{ readonly found: readonly KnownVulnerability[]; readonly source: string } | undefined>
  close(): Promise<void>
}

export interface VulnerabilitiesOptions {
  /** The path of an OSV zip, or of a folder of records and zips. Empty: no source. */
  readonly path: string
  readonly entry: URL
  readonly timeLimitMs: number
  readonly logger: Logger
}

/** Loads the source in a background thread, and again when it has changed. A lookup before that waits. */
export function openVulnerabilities({ path, entry, timeLimitMs, logger }: VulnerabilitiesOptions): Vulnerabilities {
  if (path === '') return { find: async () => undefined, close: async () => undefined }
  const closing = new AbortController()
  const thread = createRepositoryThread({ entry, timeLimitMs })
  let stamp: string | undefined
  let loaded = load()

  async function load(before?: string): Promise<string> {
    try {
      // Taken before reading, so that a change in the meantime causes another reading.
      stamp = await stampOf(path).catch(() => undefined)
      const { advisories, newest, problem } = await thread.ask('load vulnerabilities', { path }, closing.signal)
      if (problem !== '') throw new StageFailure(`${basename(path)} ${problem}`)
      logger.info({ advisories, newest }, 'known vulnerabilities are loaded')
      return `${basename(path)} (${advisories} advisories, the newest of ${newest.slice(0, 10)})`
    } catch (error) {
      if (!closing.signal.aborted) logger.error({ err: error }, before === undefined ? 'known vulnerabilities cannot be looked up' : 'newer known vulnerabilities cannot be read, the older ones stay')
      if (before === undefined) throw error
      return before
    }
  }

  /** Loads the current source if needed. One that cannot be read is retried when it has changed. */
  async function current(): Promise<string> {
    const before = await loaded.catch(() => undefined)
    if ((await stampOf(path).catch(() => undefined)) !== stamp) loaded = load(before)
    return loaded
  }

  loaded.catch(() => undefined)
  return {
    async find(packages, signal) {
      const source = await current()
      return { source, found: await thread.ask('find vulnerabilities', { packages }, signal) }
    },
    async close() {
      closing.abort(new StageFailure('the service is stopping'))
      await thread.close()
    },
  }
}
