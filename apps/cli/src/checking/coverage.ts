import { existsSync, globSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { usageError } from '../command.ts'
import { describeFileError, encodeContent, readSource } from '../source-file.ts'
import type { Named } from './files.ts'

/** A coverage report in the form of the platform's API. */
export interface CoverageFile {
  readonly path: string
  readonly content: string
  readonly encoding?: 'base64'
  readonly modifiedAt: string
}

export interface CoveragePlace {
  readonly root: string
  readonly cwd: string
  /** The text of elder.yaml. */
  readonly policy: string | undefined
  /** The files to check; undefined means the whole repository. */
  readonly files: readonly Named[] | undefined
}

const maxNamedBytes = 16 * 1024 * 1024
// A check of an edit should not take longer because of a report that was not requested.
const maxFoundBytes = 1024 * 1024
const maxReports = 50

/** The usual locations of reports. Of each line the first existing one is used, because the others have the same content. */
const usualPlaces = [
  ['coverage/lcov.info', 'lcov.info', 'coverage/coverage-final.json', 'coverage/cobertura-coverage.xml'],
  ['coverage.xml', 'coverage.json'],
  ['target/site/jacoco/jacoco.xml', 'build/reports/jacoco/test/jacocoTestReport.xml'],
  ['coverage.out'],
]

/** The named reports; else those in the policy; else those in the usual locations. */
export async function chooseCoverage(named: readonly string[] | undefined, place: CoveragePlace): Promise<CoverageFile[]> {
  if (named) return named.map((name) => readNamed(name, place))
  const globs = await policyGlobs(place.policy)
  const files = globs ? expand(globs, place.root) : usualPlaces.flatMap((places) => places.map((each) => join(place.root, each)).filter((file) => existsSync(file)).slice(0, 1))
  return files.flatMap((file) => readFound(file, place))
}

/** An unreadable report ends the command. */
function readNamed(name: string, { root, cwd }: CoveragePlace): CoverageFile {
  const file = resolve(cwd, name)
  let report: CoverageFile | string
  try {
    report = readReport(file, root, maxNamedBytes)
  } catch (error) {
    throw usageError(`--coverage ${name} ${describeFileError(error)}`)
  }
  if (typeof report === 'string') throw usageError(`--coverage ${name} ${report}`)
  return report
}

/** For an edit, only a report that is newer than the files: the platform would ignore an older one. */
function readFound(file: string, { root, files }: CoveragePlace): CoverageFile[] {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat?.isFile()) return []
  if (files && (stat.size > maxFoundBytes || files.some(({ modifiedAt }) => modifiedAt && modifiedAt > stat.mtime))) return []
  const report = readReport(file, root, maxNamedBytes)
  return typeof report === 'string' ? [] : [report]
}

/** The report, or a short reason why it cannot be used. */
function readReport(file: string, root: string, maxBytes: number): CoverageFile | string {
  const source = readSource(file, maxBytes)
  if ('refused' in source) return source.refused
  return { path: relative(root, file).split(sep).join('/'), ...encodeContent(source.content), modifiedAt: (source.modifiedAt ?? new Date()).toISOString() }
}

/** Reads `coverage.reports` of elder.yaml. The platform reports errors in the file. */
async function policyGlobs(text = ''): Promise<string[] | undefined> {
  // The parser is loaded on demand.
  if (!/^["']?coverage["']?\s*:/m.test(text)) return undefined
  const { parseDocument } = await import('yaml')
  const reports: unknown = parseDocument(text).getIn(['coverage', 'reports'])
  const values = (reports as { toJSON?: () => unknown } | undefined)?.toJSON?.()
  return Array.isArray(values) && values.length > 0 ? values.filter((value) => typeof value === 'string') : undefined
}

function expand(globs: readonly string[], root: string): string[] {
  const inside = globs.filter((glob) => !glob.startsWith('/') && !glob.split('/').includes('..'))
  const found = globSync(inside, { cwd: root, exclude: (name) => name === 'node_modules' || name === '.git' })
  return [...new Set(found)].sort().slice(0, maxReports).map((path) => join(root, path))
}
