import type { Range } from '../../finding.ts'

export type Ecosystem = 'npm' | 'PyPI'

/** When the package is needed: at run time, for development, optionally, or in the project that installs this one. */
export type DependencyRole = 'runtime' | 'development' | 'optional' | 'peer'

/** A dependency as a manifest declares it. */
export interface Declared extends Range {
  readonly name: string
  /** "^1.2.0", ">=2,<3"; empty: any. */
  readonly range: string
  readonly role: DependencyRole
  /** In Python: an environment marker ("; sys_platform == …") may exclude it here, so that a lock file need not contain it. */
  readonly conditional: boolean
}

export interface Manifest {
  readonly path: string
  readonly ecosystem: Ecosystem
  /** The folder whose files the manifest applies to; empty is the root. */
  readonly folder: string
  /** The name of the package that the manifest describes; empty when it has none. */
  readonly name: string
  readonly declared: readonly Declared[]
  readonly text: string
}

/** A package that a lock file pins. */
export interface Locked {
  readonly name: string
  readonly version: string
  /** Its line in the lock file. */
  readonly line: number
  /** The licence that the lock file states. */
  readonly licence?: string | undefined
}

export interface Lock {
  readonly path: string
  readonly ecosystem: Ecosystem
  readonly folder: string
  readonly packages: readonly Locked[]
  /** The ranges for which the lock was made, by the manifest's folder; undefined when the format does not store them. */
  readonly asked: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined
  /** Names of executables and of peer dependencies: uses that no import shows. */
  readonly programs: ReadonlyMap<string, readonly string[]>
  readonly peers: ReadonlySet<string>
  /** Whether it lists executables and peers. */
  readonly isDetailed: boolean
}

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Yields a folder and its parents, the nearest first; the root is empty. */
export function* foldersAbove(folder: string): Generator<string, void, undefined> {
  for (let at = folder; at !== ''; at = folderOf(at)) yield at
  yield ''
}

export const joinPath = (folder: string, rest: string): string => (folder === '' ? rest : `${folder}/${rest}`)
