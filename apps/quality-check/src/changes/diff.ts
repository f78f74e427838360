import { ServiceError } from '@elder/errors'
import { joinRanges, notEdited, type ChangedLines, type LineRange } from './changed-lines.ts'
import { readDiffPath } from './diff-path.ts'
import type { Replacement } from './weakened-tests.ts'

/** A file that a diff deletes. */
export interface RemovedFile {
  readonly path: string
  readonly lines: readonly string[]
}

/** A file that a diff changes or adds. */
export interface FileChange {
  /** The path as written, and without git's one-letter prefix ("b/"). */
  readonly paths: readonly string[]
  readonly changed: ChangedLines
  readonly replaced: readonly Replacement[]
}

interface Open {
  /** The path of the new version; undefined when the file is deleted. */
  path: string | undefined
  /** The path of the old version of a deleted file. */
  removedPath?: string
  isNew: boolean
  hasHunks: boolean
  readonly ranges: LineRange[]
  readonly replaced: Replacement[]
}

const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/
const maxBytes = 16 * 1_048_576

/** Reads a unified diff, git's or another's: renames, new and deleted files, binary files, quoted paths. Throws invalid_argument naming the line. */
export function parseDiff(text: string): FileChange[] {
  return openFiles(text).flatMap(({ path, isNew, hasHunks, ranges, replaced }) => (path === undefined ? [] : [{ paths: namesOf(path), changed: isNew ? 'all' : hasHunks ? joinRanges(ranges) : notEdited, replaced }]))
}

/** The files that a diff deletes, with their lines. */
export function parseRemoved(text: string): RemovedFile[] {
  return openFiles(text).flatMap(({ path, removedPath, replaced }) => (path !== undefined || removedPath === undefined ? [] : [{ path: namesOf(removedPath)[0] ?? removedPath, lines: replaced.flatMap(({ removed }) => removed) }]))
}

function openFiles(text: string): Open[] {
  if (text.length > maxBytes) throw new ServiceError('invalid_argument', `diff has ${text.length} characters, more than ${maxBytes}: send it in several checks`, { field: 'diff' })
  const lines = text.split('\n')
  const files: Open[] = []
  let at = 0
  while (at < lines.length) {
    const line = lineAt(lines, at)
    if (line.startsWith('@@')) at = readHunk(lines, at, files.at(-1))
    else if (line.startsWith('--- ') && lineAt(lines, at + 1).startsWith('+++ ')) at = readNames(lines, at, files)
    else at = readHeader(lines, at, files)
  }
  if (files.length === 0 && text.trim() !== '') throw bad(0, 'no file begins in it: send what git diff prints')
  return files
}

const lineAt = (lines: readonly string[], at: number): string => (lines[at] ?? '').replace(/\r$/, '')

function readHeader(lines: readonly string[], at: number, files: Open[]): number {
  const line = lineAt(lines, at)
  const last = files.at(-1)
  if (line.startsWith('diff --git ')) files.push({ path: undefined, isNew: false, hasHunks: false, ranges: [], replaced: [] })
  else if (line.startsWith('new file mode ') && last !== undefined) last.isNew = true
  else if (/^(rename|copy) to /.test(line) && last !== undefined) last.path = nameIn(line.replace(/^\w+ to /, ''), at)
  else if (line.startsWith('diff --cc ') || line.startsWith('diff --combined ')) throw bad(at, 'is a diff of a merge: send the diff of two versions')
  else if (line.startsWith('+++ ') || (line.startsWith('--- ') && last !== undefined)) throw bad(at, 'must stand in a pair, "--- old" before "+++ new"')
  else if (/^[+-](?!- ?$)/.test(line) && last !== undefined) throw bad(at, 'is outside of any hunk: the hunk before it says that it is shorter')
  return at + 1
}

function readNames(lines: readonly string[], at: number, files: Open[]): number {
  const [before, after] = [nameIn(lineAt(lines, at).slice(4), at), nameIn(lineAt(lines, at + 1).slice(4), at + 1)]
  const last = files.at(-1)
  const fresh = last === undefined || last.ranges.length > 0 || !lastHeaderIsGit(lines, at)
  const file = fresh ? { path: undefined, isNew: false, hasHunks: false, ranges: [], replaced: [] } : last
  if (fresh) files.push(file)
  file.path = after === '/dev/null' ? undefined : after
  if (after === '/dev/null') file.removedPath = before
  file.isNew ||= before === '/dev/null'
  return at + 2
}

// Only lines of git's extended header stand between "diff --git" and the names.
function lastHeaderIsGit(lines: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= 0; before--) {
    const line = lineAt(lines, before)
    if (line.startsWith('diff --git ')) return true
    if (!/^(index|old mode|new mode|new file mode|deleted file mode|similarity|dissimilarity|rename|copy) /.test(line)) return false
  }
  return false
}

function readHunk(lines: readonly string[], at: number, file: Open | undefined): number {
  const header = hunkHeader.exec(lineAt(lines, at))
  if (header === null) throw bad(at, 'is not a hunk header: "@@ -1,3 +1,4 @@"')
  if (file === undefined) throw bad(at, 'is a hunk before any file: "--- old" and "+++ new" are missing')
  file.hasHunks = true
  const [, , old = '1', start = '0', count = '1'] = header
  let oldLeft = Number(old)
  let newLeft = Number(count)
  if (newLeft > 0 && Number(start) === 0) throw bad(at, 'is a hunk whose new lines begin in line 0: lines are numbered from 1')
  // Of a hunk without new lines the header names the line before it.
  let number = Number(start) + (Number(count) === 0 ? 1 : 0)
  let next = at + 1
  let open: { line: number; added: number; removed: string[] } | undefined
  const replacement = () => {
    if (open === undefined) file.replaced.push((open = { line: number, added: 0, removed: [] }))
    return open
  }
  for (; oldLeft > 0 || newLeft > 0; next++) {
    const line = lines[next]
    const over = line === undefined || (line === '' && next === lines.length - 1)
    // Trimming a diff removes its last line if that is an empty context line.
    if (over && oldLeft === 1 && newLeft === 1) return next
    if (over) throw bad(at, `is a hunk that ends ${oldLeft + newLeft} lines too early`)
    const kind = line.charAt(0)
    if (kind === '+') {
      file.ranges.push({ first: number, last: number })
      replacement().added++
      number++
      newLeft--
    } else if (kind === '-') {
      replacement().removed.push(line.slice(1))
      oldLeft--
    } else if (kind === ' ' || kind === '' || kind === '\r') {
      open = undefined
      number++
      newLeft--
      oldLeft--
    } else if (kind !== '\\') throw bad(next, 'must begin with a blank, "+" or "-", as the lines of a hunk do')
    if (oldLeft < 0 || newLeft < 0) throw bad(next, `is one more than its hunk in line ${at + 1} has room for`)
  }
  return lineAt(lines, next).startsWith('\\') ? next + 1 : next
}

function nameIn(text: string, at: number): string {
  const path = readDiffPath(text)
  if (path === undefined) throw bad(at, 'has a path in quotes that do not close')
  return path
}

const namesOf = (path: string): string[] => (/^[a-z12]\//.test(path) ? [path.slice(2), path] : [path])

function bad(at: number, problem: string): ServiceError {
  return new ServiceError('invalid_argument', `diff: line ${at + 1} ${problem}`, { field: 'diff' })
}
