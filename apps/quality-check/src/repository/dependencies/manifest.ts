import type { Range } from '../../finding.ts'

export type Ecosystem = 'npm' | 'PyPI'

/** For running, for developing, for some, or for whoever uses the package. */
export type DependencyRole = 'runtime' | 'development' | 'optional' | 'peer'

/** A dependency as a manifest asks for it. */
export interface Declared extends Range {
  readonly name: string
  /** "^1.2.0", ">=2,<3"; empty: any. */
  readonly range: string
  readonly role: DependencyRole
  /** In Python: it may not be wanted here ("; sys_platform == …"), so no lock need have it. */
  readonly conditional: boolean
}

export interface Manifest {
  readonly path: string
  readonly ecosystem: Ecosystem
  /** The folder that it speaks for; empty is the root. */
  readonly folder: string
  /** Of the package itself; empty when it has none. */
  readonly name: string
  readonly declared: readonly Declared[]
  readonly text: string
}

/** A package as a lock file pins it. */
export interface Locked {
  readonly name: string
  readonly version: string
  /** Where it stands in the lock file. */
  readonly line: number
  /** As the lock file tells it. */
  readonly licence?: string | undefined
}

export interface Lock {
  readonly path: string
  readonly ecosystem: Ecosystem
  readonly folder: string
  readonly packages: readonly Locked[]
  /** What the lock says a manifest asked for, by the manifest's folder; undefined when the format does not keep it. */
  readonly asked: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined
  /** Names of programs, and names that others want beside them: uses that no import shows. */
  readonly programs: ReadonlyMap<string, readonly string[]>
  readonly peers: ReadonlySet<string>
  /** It knows programs and peers. */
  readonly isDetailed: boolean
}

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** A folder and those around it, the nearest first; the root is empty. */
export function* foldersAbove(folder: string): Generator<string, void, undefined> {
  for (let at = folder; at !== ''; at = folderOf(at)) yield at
  yield ''
}

export const joinPath = (folder: string, rest: string): string => (folder === '' ? rest : `${folder}/${rest}`)
