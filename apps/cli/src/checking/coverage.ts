import { existsSync, globSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { usageError } from '../command.ts'
import { describeFileError, encodeContent, readSource } from '../source-file.ts'
import type { Named } from './files.ts'

/** A report of a test run, as the platform takes it. */
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
  /** What is checked; undefined: the whole repository. */
  readonly files: readonly Named[] | undefined
}

const maxNamedBytes = 16 * 1024 * 1024
// An edit must not wait for a report that nobody asked for.
const maxFoundBytes = 1024 * 1024
const maxReports = 50

/** Where test runs leave their reports; of each line the first that is there, since the others tell the same again. */
const usualPlaces = [
  ['coverage/lcov.info', 'lcov.info', 'coverage/coverage-final.json', 'coverage/cobertura-coverage.xml'],
  ['coverage.xml', 'coverage.json'],
  ['target/site/jacoco/jacoco.xml', 'build/reports/jacoco/test/jacocoTestReport.xml'],
  ['coverage.out'],
]

/** The reports that were named; else those that the policy names; else what lies in the usual places. */
export async function chooseCoverage(named: readonly string[] | undefined, place: CoveragePlace): Promise<CoverageFile[]> {
  if (named) return named.map((name) => readNamed(name, place))
  const globs = await policyGlobs(place.policy)
  const files = globs ? expand(globs, place.root) : usualPlaces.flatMap((places) => places.map((each) => join(place.root, each)).filter((file) => existsSync(file)).slice(0, 1))
  return files.flatMap((file) => readFound(file, place))
}

/** One that cannot be read ends the command. */
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

/** Of an edit only a report that is newer: an older one would only be told to be too old. */
function readFound(file: string, { root, files }: CoveragePlace): CoverageFile[] {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (!stat?.isFile()) return []
  if (files && (stat.size > maxFoundBytes || files.some(({ modifiedAt }) => modifiedAt && modifiedAt > stat.mtime))) return []
  const report = readReport(file, root, maxNamedBytes)
  return typeof report === 'string' ? [] : [report]
}

/** A report, or in a few words why it is none. */
function readReport(file: string, root: string, maxBytes: number): CoverageFile | string {
  const source = readSource(file, maxBytes)
  if ('refused' in source) return source.refused
  return { path: relative(root, file).split(sep).join('/'), ...encodeContent(source.content), modifiedAt: (source.modifiedAt ?? new Date()).toISOString() }
}

/** `coverage.reports` of elder.yaml. What is wrong with the file the platform says. */
async function policyGlobs(text = ''): Promise<string[] | undefined> {
  // The parser is loaded for those who need it.
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
