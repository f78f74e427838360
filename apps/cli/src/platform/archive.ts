/** What `elder backup` writes and `elder restore` reads: this file first, .elder's lasting parts, and Postgres's folder as "data". */
export interface ArchiveManifest {
  readonly format: number
  readonly version: string
  readonly dataSchema: number
  /** UTC. */
  readonly createdAt: string
}

export const archiveFormat = 1
export const manifestName = 'elder-backup.json'

/** Parts of .elder that outlive a run. Programs are fetched again, logs stay behind. */
export const archived = ['data', 'secrets', 'credentials', 'settings.json', 'providers.json'].map((name) => `.elder/${name}`)
