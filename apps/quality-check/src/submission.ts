import { ServiceError } from '@elder/errors'
import type { LineRange } from './changes/changed-lines.ts'
import type { CheckMode } from './policy/settings.ts'

export interface SubmittedFile {
  readonly path: string
  readonly content: Uint8Array
  /** The changed lines, used in new-code mode when there is no diff. None given: all lines count as changed. */
  readonly changedLines?: readonly LineRange[]
  /** When it was last changed, if the caller knows. */
  readonly modifiedAt?: Date | undefined
  /** The size of a file whose content was too large to be sent; 0 or undefined: `content` is complete. */
  readonly sizeBytes?: bigint | undefined
}

export interface SubmittedReport {
  readonly path: string
  readonly content: Uint8Array
  readonly modifiedAt: Date | undefined
}

/** What a repository holds besides the submitted files, as far as their imports and removed tests may be about it. */
export interface Surroundings {
  /** Manifests and settings that declare packages or map names. */
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[]
  /** Paths that exist. */
  readonly paths: readonly string[]
}

export interface Submission {
  readonly repository: string
  readonly files: readonly SubmittedFile[]
  readonly policyYaml: string
  /** Undefined: new code when changes are given, else as the policy says. */
  readonly mode: CheckMode | undefined
  readonly diff: string
  readonly coverageReports: readonly SubmittedReport[]
  /** Undefined: nothing is known of the repository but the files. */
  readonly surroundings?: Surroundings | undefined
  /** For unsaved text: nothing of the check is recorded. */
  readonly transient: boolean
}

const maxFiles = 10_000
const maxTotalBytes = 32 * 1_048_576
const maxReports = 50
const maxPathLength = 1_024
const maxRepositoryLength = 512
const maxSurrounding = { files: 500, bytes: 4 * 1_048_576, paths: 20_000 }

/** Throws invalid_argument naming the field, the value and what to do. Returns the size of all files. */
export function validateSubmission({ repository, files, diff, coverageReports, surroundings }: Submission): number {
  if (repository.length > maxRepositoryLength) throw invalid('repository', `has ${repository.length} characters, more than ${maxRepositoryLength}: send the origin URL or the folder's name`)
  if (repository.includes('\0')) throw invalid('repository', 'has a NUL character: send the origin URL or the folder\'s name')
  // A diff may only delete files.
  if (files.length === 0 && diff.trim() === '') throw invalid('files', 'is empty: send at least one file, or the diff that deletes some')
  if (files.length > maxFiles) throw invalid('files', `has ${files.length} files, more than ${maxFiles}: send them in several checks, or have the whole repository checked`)
  validatePaths('files', files)
  if (coverageReports.length > maxReports) throw invalid('coverage_reports', `has ${coverageReports.length} reports, more than ${maxReports}: send those of the files`)
  const bytes = [...files, ...coverageReports].reduce((sum, { content }) => sum + content.length, 0)
  if (bytes > maxTotalBytes) throw invalid('files', `has ${bytes} bytes in all, more than ${maxTotalBytes}: send them in several checks`)
  return bytes + (surroundings === undefined ? 0 : validateSurroundings(surroundings))
}

function validatePaths(field: string, files: readonly { readonly path: string }[]): void {
  const seen = new Set<string>()
  for (const [index, { path }] of files.entries()) {
    const problem = pathProblem(path)
    if (problem !== undefined) throw invalid(`${field}[${index}].path`, `${show(path)} ${problem}`)
    if (seen.has(path)) throw invalid(`${field}[${index}].path`, `${show(path)} is there twice: send each file once`)
    seen.add(path)
  }
}

function validateSurroundings({ files, paths }: Surroundings): number {
  if (files.length > maxSurrounding.files) throw invalid('surroundings.files', `has ${files.length} files, more than ${maxSurrounding.files}: send those nearest to the checked files`)
  if (paths.length > maxSurrounding.paths) throw invalid('surroundings.paths', `has ${paths.length} paths, more than ${maxSurrounding.paths}: send those that an import may mean`)
  validatePaths('surroundings.files', files)
  for (const [index, path] of paths.entries()) {
    const problem = pathProblem(path)
    if (problem !== undefined) throw invalid(`surroundings.paths[${index}]`, `${show(path)} ${problem}`)
  }
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0)
  if (bytes > maxSurrounding.bytes) throw invalid('surroundings.files', `has ${bytes} bytes in all, more than ${maxSurrounding.bytes}: leave out the largest`)
  return bytes
}

// The service never opens a path, but returns it in findings, and the caller's tools open it.
export function pathProblem(path: string): string | undefined {
  const relative = 'send a path relative to the repository, with "/" between its parts'
  if (path === '') return `is empty: ${relative}`
  if (path.length > maxPathLength) return `has ${path.length} characters, more than ${maxPathLength}: ${relative}`
  if (/\p{Cc}/u.test(path)) return `has a control character: ${relative}`
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return `is absolute: ${relative}`
  if (path.includes('\\')) return `has a backslash: ${relative}`
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) return `has an empty part, "." or "..": ${relative}`
  return undefined
}

function invalid(field: string, problem: string): ServiceError {
  return new ServiceError('invalid_argument', `${field} ${problem}`, { field })
}

export function show(path: string): string {
  const text = JSON.stringify(path)
  return text.length <= 120 ? text : `${text.slice(0, 119).toWellFormed()}…`
}
