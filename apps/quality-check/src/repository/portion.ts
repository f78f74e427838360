import { ServiceError } from '@elder/errors'
import { pathProblem, show } from '../submission.ts'
import type { CheckTerms, HeldFile, HeldReport } from './repository-check.ts'

/** The limits of one check. */
export interface Quota {
  readonly files: number
  readonly bytes: number
  readonly reports: number
}

export interface Portion {
  readonly files: readonly HeldFile[]
  readonly reports: readonly HeldReport[]
}

const maxFiles = 1_000
const maxReports = 100
const maxBytes = 16 * 1_048_576
const maxRepositoryLength = 512
const maxPolicyLength = 65_536
const maxDiffLength = 16 * 1_048_576

/** Throws invalid_argument naming the field, the value and what to do. */
export function validateTerms({ repository, policyYaml, diff }: CheckTerms): void {
  if (repository.length > maxRepositoryLength) throw invalid('repository', `has ${repository.length} characters, more than ${maxRepositoryLength}: send the origin URL or the folder's name`)
  if (policyYaml.length > maxPolicyLength) throw invalid('policyYaml', `has ${policyYaml.length} characters, more than ${maxPolicyLength}: shorten it`)
  if (diff.length > maxDiffLength) throw invalid('diff', `has ${diff.length} characters, more than ${maxDiffLength}: send no diff, and the changed lines with the files`)
  for (const [field, value] of Object.entries({ repository, policyYaml, diff })) if (value.includes('\0')) throw invalid(field, 'has a NUL character: remove it')
}

/** Throws invalid_argument naming the field, the value and what to do. */
export function validatePortion({ files, reports }: Portion): void {
  if (files.length === 0 && reports.length === 0) throw invalid('files', 'is empty, and so is coverageReports: send at least one')
  if (files.length > maxFiles) throw invalid('files', `has ${files.length} files, more than ${maxFiles}: send them in several calls`)
  if (reports.length > maxReports) throw invalid('coverageReports', `has ${reports.length} reports, more than ${maxReports}: send them in several calls`)
  validatePaths('files', files)
  validatePaths('coverageReports', reports)
  const bytes = [...files, ...reports].reduce((sum, { content }) => sum + content.length, 0)
  if (bytes > maxBytes) throw invalid('files', `has ${bytes} bytes with the coverage reports, more than ${maxBytes}: send them in several calls`)
}

/** Throws resource_exhausted when a check exceeds its quota. */
export function requireWithin(quota: Quota, held: Quota): void {
  for (const what of ['files', 'bytes', 'reports'] as const) {
    if (held[what] <= quota[what]) continue
    throw new ServiceError('resource_exhausted', `the check would hold ${held[what]} ${what}, more than ${quota[what]}: exclude generated and vendored files, or check parts of the repository`, { reason: 'CHECK_TOO_LARGE' })
  }
}

function validatePaths(field: string, entries: readonly { readonly path: string }[]): void {
  const seen = new Set<string>()
  for (const [index, { path }] of entries.entries()) {
    const problem = pathProblem(path)
    if (problem !== undefined) throw invalid(`${field}[${index}].path`, `${show(path)} ${problem}`)
    if (seen.has(path)) throw invalid(`${field}[${index}].path`, `${show(path)} is there twice: send each file once a call`)
    seen.add(path)
  }
}

function invalid(field: string, problem: string): ServiceError {
  return new ServiceError('invalid_argument', `${field} ${problem}`, { field })
}
