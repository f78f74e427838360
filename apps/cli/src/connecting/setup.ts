import { isAbsolute } from 'node:path'
import { usageError, type Env } from '../command.ts'
import type { Addition } from './addition.ts'
import type { FormatName } from './merge.ts'

/** The platform's address, and whose files to change. */
export interface Setup {
  readonly url: string
  readonly key: string
  /** The default model of a tool. */
  readonly model: string
  /** The model for completion while typing. Undefined: none is configured. */
  readonly autocompleteModel: string | undefined
  readonly embeddingModel: string | undefined
  readonly home: string
  /** Whether the files belong to the user, or to this repository and everybody who clones it. */
  readonly repository: string | undefined
  /** The absolute path of the launcher. */
  readonly elder: string
  readonly env: Env
}

export interface FilePlan {
  readonly file: string
  readonly format: FormatName
  /** It contains the key: only its owner may read it, and it is never in a repository. */
  readonly secret?: true
  readonly additions: readonly Addition[]
}

export interface Tool {
  readonly name: string
  readonly title: string
  /** It can be configured for a single repository, in files that may be committed. */
  readonly inRepository: boolean
  /** A path in the home folder that shows that the tool is probably used. */
  readonly traces: readonly string[]
  plan(setup: Setup): FilePlan[]
  /** Remaining manual steps and other notes. */
  remarks(setup: Setup): string[]
}

export const sagesModel = 'elder/sages'

/** An addition for each key of an object. */
export function keys(values: Readonly<Record<string, Addition['value']>>, at: readonly string[] = []): Addition[] {
  return Object.entries(values).map(([key, value]) => ({ at: [...at, key], value }))
}

/** A folder from an environment variable. An empty value counts as unset, and so does a relative path, whose base would be unclear. */
export function folderIn(env: Env, name: string, otherwise: string): string {
  const folder = env[name] || otherwise
  if (!isAbsolute(folder)) throw usageError(`${name} must be an absolute path, got ${JSON.stringify(folder)}`, `unset it, or export ${name}="$PWD/${folder}"`)
  return folder
}
