import type { Analysis, OnSeen } from '../analysis.ts'
import type { CheckEvent, CheckOrder, FileReport } from '../check-run.ts'
import { orderFindings, type Diagnostic, type Finding } from '../finding.ts'
import { weakenedTests } from '../changes/weakened-tests.ts'
import { withFingerprints } from '../fingerprint.ts'
import { readPath, readSource, type FileClass, type SourceText, type Unreadable } from '../source-file.ts'
import { expired } from './ignoring.ts'
import { createFileJudge, judgedLines, type FileJudge, type Terms } from './judged-file.ts'
import { isWholeRepository } from './whole-repository.ts'
import { createListing, type Listing } from './listing.ts'

export interface FileOutcome {
  readonly path: string
  /** The findings that count. */
  readonly findings: readonly Finding[]
  /** The number of lines that are judged. */
  readonly lines: number
  readonly gap: boolean
  readonly report: FileReport
}

/** A submitted file, before its content is read. */
export interface Entry {
  readonly path: string
  readonly fileClass: FileClass
  /** Why the policy excludes it; undefined when it does not. */
  readonly excluded: string | undefined
  /** Decodes the content. Called on demand: a cached result needs no text, and the text of a finished file is not kept in memory. */
  readonly read: () => SourceText | Unreadable
}

/** A file that is being analysed. */
interface OpenFile {
  /** Publishes those of the diagnostics that count. */
  readonly add: OnSeen
  /** Publishes the remaining findings and the file's result. */
  conclude(analysis: Analysis, cached: boolean): void
}

export interface JudgedFiles {
  begin(entry: Entry): OpenFile
  /** Outcomes in the order of submission. */
  outcomes(): FileOutcome[]
  /** Judges diagnostics that need more than one file: of an import, of a deleted test. */
  judgeMore(diagnostics: readonly (Diagnostic & { readonly path: string })[]): void
}

interface JudgedFile {
  readonly entry: Entry
  readonly analysis: Analysis
  readonly cached: boolean
  readonly listing: Listing
  readonly judge: FileJudge
}

const nothingAccepted: ReadonlySet<string> = new Set()

/** Judges the files of one check as their diagnostics arrive, and pushes findings and results to the caller. */
export function judgeFiles({ policy, changes, accepted, scope }: CheckOrder, entries: readonly Entry[], now: () => Date, push: (event: CheckEvent) => void): JudgedFiles {
  const done = new Map<string, JudgedFile>()
  const removed: JudgedFile[] = []
  const wholeRepository = isWholeRepository({ scope, mode: changes.mode })

  function begin(entry: Entry): OpenFile {
    const { path, fileClass } = entry
    const terms: Terms = { policy, changed: changes.of(path), accepted: accepted?.get(path) ?? nothingAccepted, wholeRepository, now: now() }
    const listing = createListing((finding) => push({ kind: 'finding', path, finding }))
    let judge: FileJudge | undefined
    return {
      add(seen, ignores) {
        judge ??= createFileJudge(path, { fileClass, ignores }, terms)
        listing.add(judge.judge(seen))
      },
      conclude(analysis, cached) {
        judge ??= createFileJudge(path, analysis, terms)
        const findings = judge.judge(analysis.seen)
        const late = judge.judge([...expiredIn(entry, analysis), ...weakenedIn(entry)])
        listing.end(late.length === 0 ? findings : orderFindings([...findings, ...late]))
        const file: JudgedFile = { entry, analysis, cached, listing, judge }
        done.set(path, file)
        push({ kind: 'file', file: reportOf(file) })
      },
    }
  }

  function expiredIn({ read }: Entry, { ignores }: Analysis) {
    const problems = expired(ignores, policy.suppressions.maxDays, now())
    return problems.length === 0 ? [] : withFingerprints(textOf(read()), problems)
  }

  function weakenedIn({ path, fileClass, read }: Entry) {
    const replaced = fileClass === 'test' ? changes.replacedIn(path) : []
    if (!replaced.some(({ removed }) => removed.length > 0)) return []
    const source = read()
    return source.kind === 'text' ? withFingerprints(source.text, weakenedTests(source.text, source.language, replaced)) : []
  }

  /** A file that the change deletes has findings, but no result of its own. */
  function openRemoved(path: string): JudgedFile {
    const { fileClass } = readPath(path)
    const analysis: Analysis = { status: 'checked', reason: '', gap: false, lines: 0, fileClass, seen: [], ignores: [], repeatable: false }
    const listing = createListing((finding) => push({ kind: 'finding', path, finding }))
    const judge = createFileJudge(path, analysis, { policy, changed: changes.of(path), accepted: accepted?.get(path) ?? nothingAccepted, wholeRepository, now: now() })
    const file: JudgedFile = { entry: { path, fileClass, excluded: undefined, read: () => readSource(path, new Uint8Array()) }, analysis, cached: false, listing, judge }
    removed.push(file)
    return file
  }

  return {
    begin,
    outcomes: () => [...entries.flatMap(({ path }) => done.get(path) ?? []), ...removed].map((file) => outcomeOf(file, judgedLines(file.analysis, changes.of(file.entry.path)))),
    judgeMore(diagnostics) {
      for (const [path, of] of Map.groupBy(diagnostics, (each) => each.path)) {
        const file = done.get(path) ?? openRemoved(path)
        file.listing.end(file.judge.judge(withFingerprints(textOf(file.entry.read()), of)))
      }
    },
  }
}

function textOf(file: SourceText | Unreadable): string {
  return file.kind === 'text' ? file.text : ''
}

function reportOf({ entry: { path }, analysis: { status, reason }, cached, judge }: JudgedFile): FileReport {
  return { path, cached, status, reason, ...judge.tally }
}

function outcomeOf(file: JudgedFile, lines: number): FileOutcome {
  const { entry, analysis, listing } = file
  return { path: entry.path, findings: listing.all, lines, gap: analysis.gap, report: reportOf(file) }
}
