import { statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { usageError } from '../command.ts'
import { describeFileError, encodeContent, readSource } from '../source-file.ts'

/** A report of a test run, as the platform takes it. */
export interface CoverageFile {
  readonly path: string
  readonly content: string
  readonly encoding?: 'base64'
  readonly modifiedAt: string
}

const maxNamedBytes = 16 * 1024 * 1024
// What nobody asked for must not cost much.
const maxFoundBytes = 4 * 1024 * 1024

/** Where test runs leave their reports: the first of each kind. */
const usualPlaces = ['coverage/lcov.info', 'lcov.info', 'coverage/coverage-final.json', 'coverage.xml', 'coverage/cobertura-coverage.xml', 'coverage.json', 'target/site/jacoco/jacoco.xml', 'build/reports/jacoco/test/jacocoTestReport.xml']

/** The reports that were named. One that cannot be read ends the command. */
export function readNamedCoverage(names: readonly string[], root: string, cwd: string): CoverageFile[] {
  return names.map((name) => {
    const file = resolve(cwd, name)
    try {
      const report = readReport(file, root, maxNamedBytes)
      if (typeof report === 'object') return report
      throw usageError(`--coverage ${name} ${report}`)
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === undefined ? error : usageError(`--coverage ${name} ${describeFileError(error)}`)
    }
  })
}

/** What a test run left in a usual place since the files were last touched. An older report would only be told to be too old. */
export function findCoverage(root: string, files: readonly string[]): CoverageFile[] {
  const reports = usualPlaces.map((place) => join(root, place)).flatMap((file) => {
    const stat = statSync(file, { throwIfNoEntry: false })
    return stat?.isFile() && stat.size <= maxFoundBytes ? [{ file, mtimeMs: stat.mtimeMs }] : []
  })
  if (reports.length === 0) return []
  const newest = Math.max(0, ...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0))
  const fresh = reports.find(({ mtimeMs }) => mtimeMs >= newest)
  const report = fresh && readReport(fresh.file, root, maxFoundBytes)
  return typeof report === 'object' ? [report] : []
}

/** A report, or in a few words why it is none. */
function readReport(file: string, root: string, maxBytes: number): CoverageFile | string {
  const source = readSource(file, maxBytes)
  if ('refused' in source) return source.refused
  return { path: relative(root, file), ...encodeContent(source.content), modifiedAt: statSync(file).mtime.toISOString() }
}
