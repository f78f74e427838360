import { isAbsolute } from 'node:path'
import { usageError, type Env } from '../command.ts'
import type { Addition } from './addition.ts'
import type { FormatName } from './merge.ts'

/** Where the platform is, and whose files are meant. */
export interface Setup {
  readonly url: string
  readonly key: string
  /** What a tool asks for when its user names nothing else. */
  readonly model: string
  /** For completing while somebody types. Undefined: the tool is given none. */
  readonly autocompleteModel: string | undefined
  readonly embeddingModel: string | undefined
  readonly home: string
  /** Where the files belong: to the user, or to this repository and everybody who clones it. */
  readonly repository: string | undefined
  /** The launcher, by its absolute path. */
  readonly elder: string
  readonly env: Env
}

export interface FilePlan {
  readonly file: string
  readonly format: FormatName
  /** It holds the key: nobody but its owner is to read it, and it is never a file of the repository. */
  readonly secret?: true
  readonly additions: readonly Addition[]
}

export interface Tool {
  readonly name: string
  readonly title: string
  /** It can be set up for one repository alone, in files that may be committed. */
  readonly inRepository: boolean
  /** Something of the tool's in this home: then it is probably used. */
  readonly traces: readonly string[]
  plan(setup: Setup): FilePlan[]
  /** What is still to be done by hand, or good to know. */
  remarks(setup: Setup): string[]
}

export const sagesModel = 'elder/sages'

/** An addition for each key of an object. */
export function keys(values: Readonly<Record<string, Addition['value']>>, at: readonly string[] = []): Addition[] {
  return Object.entries(values).map(([key, value]) => ({ at: [...at, key], value }))
}

/** A folder that the environment may name. Empty is as good as unset; from where a relative path would count nobody could say. */
export function folderIn(env: Env, name: string, otherwise: string): string {
  const folder = env[name] || otherwise
  if (!isAbsolute(folder)) throw usageError(`${name} must be an absolute path, got ${JSON.stringify(folder)}`, `unset it, or export ${name}="$PWD/${folder}"`)
  return folder
}
