import { existsSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import { CommandError, usageError } from '../command.ts'
import { UnavailableError, UnreachableError, type Edge } from '../edge.ts'
import { describeFileError, encodeContent, readSource, type SourceFile } from '../source-file.ts'
import type { CoverageFile } from './coverage.ts'
import type { Named } from './files.ts'
import { type CheckedFile, type CheckMode, type CheckReport, type Finding } from './report.ts'
import { retry } from './retry.ts'
import type { Surroundings } from './surroundings.ts'

const maxPolicyBytes = 256 * 1024
/** The limit of one request, far below the edge's. */
const portion = { files: 1_000, bytes: 12 * 1024 * 1024 }

export interface CheckScope {
  readonly repository: string
  readonly policy?: string
  readonly mode: CheckMode
  /** Wins over the lines of the files. Only there when something was removed. */
  readonly diff?: string
  readonly surroundings?: Surroundings
}

export interface Asking {
  readonly scope: CheckScope
  readonly files: readonly Named[]
  readonly deleted: readonly Pick<Named, 'path' | 'name'>[]
  readonly coverage: readonly CoverageFile[]
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** Called with each finding as it arrives; without it, the answer comes in one piece, which is faster. */
  readonly onFinding: ((finding: Finding) => void) | undefined
}

// About five seconds: who waits for an edit's check should soon hear of a platform that is down.
const maxAttempts = 7

/** Checks files that fit into one request. It is repeated when the service that checks ends meanwhile. */
export async function requestCheck(edge: Edge, { scope, files, deleted, coverage, timeoutMs, signal, onFinding }: Asking): Promise<CheckReport> {
  const nameOf = new Map([...files, ...deleted].map(({ path, name }) => [path, name]))
  const body = { ...scope, files: files.map((file) => toWire(file, coverage.length > 0)), ...(coverage.length > 0 && { coverageReports: coverage }) }
  const limit = AbortSignal.timeout(timeoutMs)
  const until = signal ? AbortSignal.any([signal, limit]) : limit
  const request = { body, timeoutMs, ...(signal && { signal }) }
  // The findings of a repeated request come in another order.
  const reported = new Set<string>()
  const reportNew = (finding: Finding) => {
    const text = JSON.stringify(finding)
    if (!reported.has(text)) onFinding?.(byName(finding, nameOf))
    reported.add(text)
  }
  const report = await retry({ maxAttempts, until, mayPass: (error) => error instanceof UnavailableError }, () =>
    onFinding ? readEvents(edge.stream('POST', '/v1/checks', request), reportNew) : edge.request<CheckReport>('POST', '/v1/checks', request))
  return {
    ...report,
    files: report.files.map((file) => ({ ...file, path: nameOf.get(file.path) ?? file.path })),
    findings: report.findings.map((finding) => byName(finding, nameOf)),
  }
}

/** The path as the user wrote it. */
export const byName = (finding: Finding, nameOf: ReadonlyMap<string, string>): Finding => ({ ...finding, file: nameOf.get(finding.file) ?? finding.file })

/** Builds the report from the event stream. An error in the stream is reported like one at its beginning. */
export async function readEvents(events: AsyncIterable<{ event: string; data: string }>, onFinding: (finding: Finding) => void, onProgress?: (progress: Progress) => void): Promise<CheckReport> {
  const findings: Finding[] = []
  const files: CheckedFile[] = []
  for await (const { event, data } of events) {
    const value: unknown = JSON.parse(data)
    if (event === 'finding') {
      findings.push(value as Finding)
      onFinding(value as Finding)
    } else if (event === 'file') files.push(value as CheckedFile)
    else if (event === 'progress') onProgress?.(value as Progress)
    else if (event === 'report') return { ...(value as CheckReport), files, findings }
    else if (event === 'error') throw failureOf(value as { detail?: string; status?: number })
  }
  throw new UnreachableError('the connection ended before the report came', { exitCode: 3 })
}

function failureOf({ detail, status }: { readonly detail?: string; readonly status?: number }): CommandError {
  const Kind = status === 503 ? UnavailableError : CommandError
  return new Kind(detail ?? 'the check ended without a reason')
}

export interface Progress {
  readonly stage: string
  readonly done: number
  readonly total: number
}

/** Modification times are sent only with coverage reports, which may be older than a file. */
export function toWire({ path, content, changedLines, modifiedAt, sizeBytes }: Named, withTime: boolean): object {
  return { path, ...encodeContent(content), ...(changedLines && { changedLines }), ...(sizeBytes !== undefined && { sizeBytes }), ...(withTime && modifiedAt && { modifiedAt: modifiedAt.toISOString() }) }
}

export function* portions(files: Iterable<Named>): Generator<Named[]> {
  let some: Named[] = []
  let bytes = 0
  for (const file of files) {
    if (some.length === portion.files || (some.length > 0 && bytes + file.content.length > portion.bytes)) {
      yield some
      some = []
      bytes = 0
    }
    some.push(file)
    bytes += file.content.length
  }
  if (some.length > 0) yield some
}

/** The text of the repository's elder.yaml, if it has one. */
export function readPolicy(root: string): { policy?: string } {
  const file = join(root, 'elder.yaml')
  if (!existsSync(file)) return {}
  let source: SourceFile
  try {
    // elder.yaml may be a link: a foreign repository must not cause other files of the user to be sent.
    const leaves = relative(realpathSync.native(root), realpathSync.native(file)).startsWith('..')
    source = leaves ? { refused: 'is a symbolic link that leaves the repository' } : readSource(file, maxPolicyBytes)
  } catch (error) {
    throw usageError(`${file} ${describeFileError(error)}`)
  }
  if ('refused' in source) throw usageError(`${file} ${source.refused}: it must be the text of a policy`)
  return { policy: source.content.toString('utf8') }
}
