import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { neverSource } from './never-source.ts'
import { describeFileError } from './source-file.ts'

export interface Skipped {
  readonly path: string
  readonly reason: string
}

export interface Walked {
  /** Relative to the root, with "/" between parts, sorted. */
  readonly paths: readonly string[]
  /** Those that were entered, the root included as "". */
  readonly folders: readonly string[]
  readonly skipped: readonly Skipped[]
}

/** Every file below a folder that its .gitignore files, at any depth, do not ignore. Symbolic links are not followed. */
export function walkFiles(root: string): Walked {
  const paths: string[] = []
  const folders: string[] = []
  const skipped: Skipped[] = []

  // As in git, nearer files take precedence: the last matching rule decides.
  const isIgnored = (rules: readonly { base: string; rules: Ignore }[], path: string) => {
    for (const { base, rules: own } of rules.toReversed()) {
      const { ignored, unignored } = own.test(path.slice(base.length))
      if (ignored || unignored) return ignored
    }
    return false
  }
  const enter = (folder: string, outer: readonly { base: string; rules: Ignore }[]) => {
    folders.push(folder.slice(0, -1))
    const rules = [...outer]
    for (const file of folder === '' ? ['.git/info/exclude', '.gitignore'] : [`${folder}.gitignore`]) {
      const text = readIfPresent(join(root, file))
      if (text !== undefined) rules.push({ base: folder, rules: ignore().add(text) })
    }
    for (const entry of entriesOf(join(root, folder))) {
      if (typeof entry === 'string') {
        skipped.push({ path: folder, reason: entry })
        continue
      }
      const path = folder + entry.name
      if (neverSource.has(entry.name)) continue
      if (isIgnored(rules, entry.isDirectory() ? `${path}/` : path)) continue
      if (entry.isSymbolicLink()) skipped.push({ path, reason: 'is a symbolic link' })
      else if (entry.isFile()) paths.push(path)
      else if (!entry.isDirectory()) skipped.push({ path, reason: 'is not a regular file' })
      else if (isRepository(join(root, path))) skipped.push({ path, reason: 'is a repository of its own' })
      else enter(`${path}/`, rules)
    }
  }
  enter('', [])
  return { paths: paths.sort(), folders, skipped }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    return [describeFileError(error)]
  }
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Missing or unreadable: git ignores it then, too.
    return undefined
  }
}

function isRepository(folder: string): boolean {
  return lstatSync(join(folder, '.git'), { throwIfNoEntry: false }) !== undefined
}
