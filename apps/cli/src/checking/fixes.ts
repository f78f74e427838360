import { isUtf8 } from 'node:buffer'
import { closeSync, fchmodSync, fchownSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { describeFileError } from '../source-file.ts'
import { applySplices, combineEdits } from './edits.ts'
import type { Named } from './files.ts'
import type { Finding } from './report.ts'
import { unifiedDiff } from './unified-diff.ts'

export interface FixResult {
  /** The number of fixed findings in all files. */
  readonly findings: number
  /** The change of each file. */
  readonly diffs: readonly string[]
  /** Files that were not changed, and why. */
  readonly left: readonly { readonly name: string; readonly reason: string }[]
}

const bom = '\uFEFF'

/** Applies fixes that do not change behaviour, file by file: all of a file's fixes or none. */
export function applyFixes(files: readonly Named[], findings: readonly Finding[], cwd: string): FixResult {
  const diffs: string[] = []
  const left: { name: string; reason: string }[] = []
  let count = 0
  for (const file of files) {
    const safe = findings.filter((finding) => finding.file === file.name && finding.editsAreSafe === true)
    const text = textOf(file.content)
    if (safe.length === 0 || text === undefined) continue
    const { splices, fixed } = combineEdits(text, safe)
    if (fixed.length === 0) continue
    const start = file.content.length - Buffer.byteLength(text)
    const reason = replaceFile(resolve(cwd, file.name), file.content, Buffer.concat([file.content.subarray(0, start), Buffer.from(applySplices(text, splices))]))
    if (reason === undefined) {
      count += fixed.length
      diffs.push(unifiedDiff(file.name, text, splices))
    } else left.push({ name: file.name, reason })
  }
  return { findings: count, diffs, left }
}

/** Suggested fixes that need a review: a diff for each finding. */
export function offeredDiffs(files: readonly Named[], findings: readonly Finding[]): string[] {
  return findings.flatMap((finding) => {
    const text = textOf(files.find(({ name }) => name === finding.file)?.content ?? Buffer.alloc(0))
    if (finding.editsAreSafe === true || text === undefined) return []
    const { splices } = combineEdits(text, [finding])
    return splices.length === 0 ? [] : [`${finding.file}:${finding.line}:${finding.column}: ${finding.rule} offers, please review:\n${unifiedDiff(finding.file, text, splices)}`]
  })
}

/** Like the platform, does not count a byte order mark. */
function textOf(content: Buffer): string | undefined {
  if (!isUtf8(content)) return undefined
  const text = content.toString('utf8')
  return text.startsWith(bom) ? text.slice(1) : text
}

/** Replaces a file atomically, keeping its mode and owner. Returns the reason when that is impossible or not allowed. */
function replaceFile(name: string, before: Buffer, after: Buffer): string | undefined {
  let temporary: string | undefined
  try {
    const file = realpathSync(name)
    const { mode, uid, gid } = statSync(file)
    if ((mode & 0o222) === 0) return 'is read-only'
    const beside = join(dirname(file), `.${basename(file)}.elder-${process.pid}`)
    const fd = openSync(beside, 'wx', 0o600)
    temporary = beside
    try {
      writeFileSync(fd, after)
      fchmodSync(fd, mode & 0o7777)
      if (process.getuid?.() === 0) fchownSync(fd, uid, gid)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    // Checked last, so that a concurrent change is not lost.
    if (!readFileSync(file).equals(before)) return 'changed meanwhile'
    renameSync(beside, file)
    temporary = undefined
    return undefined
  } catch (error) {
    return describeFileError(error)
  } finally {
    if (temporary !== undefined) rmSync(temporary, { force: true })
  }
}
