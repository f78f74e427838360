import type { CoverageFacts } from '../../scoring/coverage.ts'
import { readPath, type Language } from '../../source-file.ts'
import { CoverageCollector, linesOf, outcomesOf, UnreadableReport, type FileLines } from './line-coverage.ts'
import { mapPaths } from './path-mapping.ts'
import { readReport } from './report-format.ts'

/** A report as it was sent. */
export interface ReportFile {
  readonly path: string
  readonly content: Uint8Array
  /** When the test run wrote it; undefined when the client did not say. */
  readonly modifiedAt: Date | undefined
}

/** A file whose coverage is judged: neither a test nor excluded by the policy. */
export interface CoverableFile {
  readonly path: string
  /** The number of its lines. */
  readonly lines: number
  /** The lines that are judged; undefined means all. */
  readonly changed: ReadonlySet<number> | undefined
  readonly language: Language
  /** New or changed lines of code. They count as uncovered when reports cover their language but do not name the file. */
  readonly newCode: readonly number[]
  readonly modifiedAt: Date | undefined
}

export interface CoverageReading {
  readonly facts: CoverageFacts
  /** The number of reported lines beyond the end of a file. */
  readonly ignoredLines: number
  /** The number of reported files that the repository does not have. */
  readonly ignoredFiles: number
}

const mostUncovered = 50

/** Combines the reports: a line is covered when any report says so. */
export function readCoverage(reports: readonly ReportFile[], files: readonly CoverableFile[]): CoverageReading {
  if (reports.length === 0) return unread('no coverage report was given')
  try {
    return read(reports, new Map(files.map((file) => [file.path, file])))
  } catch (error) {
    if (error instanceof UnreadableReport) return unread(error.message)
    throw error
  }
}

function read(reports: readonly ReportFile[], files: ReadonlyMap<string, CoverableFile>): CoverageReading {
  const merged = new CoverageCollector()
  const sources = reports.map(({ path }) => path)
  const languages = new Set<Language | undefined>()
  let ignoredFiles = 0
  for (const report of reports) {
    const reading = readOne(report)
    for (const name of reading.keys()) languages.add(readPath(name.replaceAll('\\', '/')).language)
    const mapping = mapPaths(reading.keys(), [...files.keys()])
    ignoredFiles += reading.size - mapping.size
    const newer = findNewer(report, [...mapping.values()], files)
    if (newer !== undefined) return unread(`${report.path} is older than ${newer}: run the tests again`)
    for (const [name, path] of mapping) merged.merge(path, reading.get(name) as FileLines)
  }
  const unreported = [...files.values()].filter(({ path, language, newCode }) => newCode.length > 0 && languages.has(language) && !merged.files.has(path))
  const late = unreported.find(({ modifiedAt }) => reports.every(({ modifiedAt: written }) => written !== undefined && modifiedAt !== undefined && modifiedAt > written))
  if (late !== undefined) return unread(`${sources.join(', ')} ${sources.length === 1 ? 'is' : 'are'} older than ${late.path}: run the tests again`)
  if (merged.files.size + unreported.length === 0) return { ...unread(`no file of this check is in ${sources.join(', ')}`), ignoredFiles }
  return { ...measure(merged.files, files, unreported, sources), ignoredFiles }
}

const unread = (reason: string): CoverageReading => ({ facts: { state: 'not_evaluated', reason }, ignoredLines: 0, ignoredFiles: 0 })

function readOne({ path, content }: ReportFile): Map<string, FileLines> {
  try {
    return readReport(content)
  } catch (error) {
    throw error instanceof UnreadableReport ? new UnreadableReport(`${path} ${error.message}`) : error
  }
}

/** A report that is older than a file says nothing about its present lines. */
function findNewer({ modifiedAt: written }: ReportFile, covered: readonly string[], files: ReadonlyMap<string, CoverableFile>): string | undefined {
  if (written === undefined) return undefined
  return covered.find((path) => (files.get(path)?.modifiedAt?.getTime() ?? 0) > written.getTime())
}

interface Sum {
  coverableLines: number
  coveredLines: number
  conditionOutcomes: number
  coveredConditionOutcomes: number
}

function measure(merged: ReadonlyMap<string, FileLines>, files: ReadonlyMap<string, CoverableFile>, unreported: readonly CoverableFile[], sources: readonly string[]): { facts: CoverageFacts; ignoredLines: number } {
  const sum: Sum = { coverableLines: 0, coveredLines: 0, conditionOutcomes: 0, coveredConditionOutcomes: 0 }
  const uncovered: string[] = []
  let ignoredLines = 0
  for (const [path, lines] of [...merged].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { lines: last = 0, changed } = files.get(path) ?? {}
    const told = [...linesOf(lines)]
    const there = told.filter(({ number }) => number <= last)
    ignoredLines += told.length - there.length
    const judged = changed === undefined ? there : there.filter(({ number }) => changed.has(number))
    const missed = judged.filter(({ number, hit }) => !addLine(sum, lines, number, hit))
    uncovered.push(...missed.slice(0, mostUncovered - uncovered.length).map(({ number }) => `${path}:${number}`))
  }
  for (const { path, newCode } of unreported) {
    sum.coverableLines += newCode.length
    uncovered.push(...newCode.slice(0, Math.max(0, mostUncovered - uncovered.length)).map((number) => `${path}:${number}`))
  }
  return { facts: { state: 'measured', ...sum, uncovered, sources }, ignoredLines }
}

/** Whether the line was executed, and every outcome of its conditions. */
function addLine(sum: Sum, lines: FileLines, number: number, hit: boolean): boolean {
  const outcomes = outcomesOf(lines, number)
  sum.coverableLines++
  sum.coveredLines += hit ? 1 : 0
  sum.conditionOutcomes += outcomes.total
  sum.coveredConditionOutcomes += outcomes.covered
  return hit && outcomes.covered === outcomes.total
}
