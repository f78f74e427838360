import { basename } from 'node:path'
import type { Logger } from '@elder/telemetry'
import { StageFailure } from '../placed-diagnostic.ts'
import { createRepositoryThread } from '../thread.ts'
import type { KnownVulnerability, PackageVersion } from './osv-index.ts'

/** Where known vulnerabilities are looked up. */
export interface Vulnerabilities {
  /** Undefined: no source is configured. Throws StageFailure when it cannot be used. */
  find(packages: readonly PackageVersion[], signal: AbortSignal): Promise<{ readonly found: readonly KnownVulnerability[]; readonly source: string } | undefined>
  close(): Promise<void>
}

export interface VulnerabilitiesOptions {
  /** An OSV zip, or a folder of records and zips. Empty: none. */
  readonly path: string
  readonly entry: URL
  readonly timeLimitMs: number
  readonly logger: Logger
}

/** Reads the source once, in the background, in a thread of its own; who asks before waits for it. */
export function openVulnerabilities({ path, entry, timeLimitMs, logger }: VulnerabilitiesOptions): Vulnerabilities {
  if (path === '') return { find: async () => undefined, close: async () => undefined }
  const closing = new AbortController()
  const thread = createRepositoryThread({ entry, timeLimitMs })
  const loaded = thread.ask('load vulnerabilities', { path }, closing.signal).then(
    ({ advisories, newest, problem }) => {
      if (problem !== '') throw new StageFailure(`${basename(path)} ${problem}`)
      logger.info({ advisories, newest }, 'known vulnerabilities are loaded')
      return `${basename(path)} (${advisories} advisories, the newest of ${newest.slice(0, 10)})`
    },
  )
  loaded.catch((error: unknown) => {
    if (!closing.signal.aborted) logger.error({ err: error }, 'known vulnerabilities cannot be looked up')
  })
  return {
    async find(packages, signal) {
      const source = await loaded
      return { source, found: await thread.ask('find vulnerabilities', { packages }, signal) }
    },
    async close() {
      closing.abort(new StageFailure('the service is stopping'))
      await thread.close()
    },
  }
}
