import type { CheckMode } from '../policy/settings.ts'
import { notEdited, readRanges, type ChangedLines, type LineRange } from './changed-lines.ts'
import { pathProblem } from '../submission.ts'
import { parseDiff, parseRemoved, type FileChange, type RemovedFile } from './diff.ts'
import type { Replacement } from './weakened-tests.ts'

/** The parts of a request that say what was changed. */
export interface GivenChanges {
  readonly files: readonly { readonly path: string; readonly changedLines?: readonly LineRange[] }[]
  readonly diff: string
  /** Undefined: new code when changes are given, else as the policy says. */
  readonly mode: CheckMode | undefined
}

export interface Changes {
  readonly mode: CheckMode
  /** The lines of a file whose findings count. */
  of(path: string): ChangedLines
  /** Which new lines replaced which older ones, as far as the diff shows. */
  replacedIn(path: string): readonly Replacement[]
  /** The files that are deleted. */
  readonly removed: readonly RemovedFile[]
}

/** Decides the mode of a check and which lines count. A diff takes precedence over ranges; a file that the diff does not name has no changed line. */
export function readChanges({ files, diff, mode: requested }: GivenChanges, fromPolicy: CheckMode): Changes {
  const ranges = new Map(files.map(({ path, changedLines = [] }, index) => [path, readRanges(changedLines, `files[${index}].changedLines`)]))
  const byDiff = diff.trim() === '' ? undefined : matchFiles(files, diff)
  const given = byDiff !== undefined || [...ranges.values()].some((each) => each !== 'all')
  const mode = requested ?? (given ? 'new_code' : fromPolicy)
  if (mode !== 'new_code') return { mode, of: () => 'all', replacedIn: () => [], removed: [] }
  return { mode, of: (path) => (byDiff === undefined ? (ranges.get(path) ?? 'all') : (byDiff.get(path)?.changed ?? notEdited)), replacedIn: (path) => byDiff?.get(path)?.replaced ?? [], removed: byDiff === undefined ? [] : removedFiles(files, diff) }
}

function removedFiles(files: GivenChanges['files'], diff: string): RemovedFile[] {
  const known = new Set(files.map(({ path }) => path))
  return parseRemoved(diff).filter(({ path }) => !known.has(path) && pathProblem(path) === undefined)
}

function matchFiles(files: GivenChanges['files'], diff: string): Map<string, FileChange> {
  const known = new Set(files.map(({ path }) => path))
  const matched = new Map<string, FileChange>()
  for (const change of parseDiff(diff)) {
    const path = change.paths.find((each) => known.has(each))
    if (path !== undefined) matched.set(path, change)
  }
  return matched
}
