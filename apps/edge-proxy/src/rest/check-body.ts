import * as z from 'zod'
import { CheckRequest, CoverageReport, SourceFile } from '@elder/contracts/quality'
import { modes } from './check-shapes.ts'

// The bodies of requests for checks, in one piece or in portions.

const path = z.string().min(1, 'must name a file').max(1_024)
const time = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-01-31T12:00:00Z' })
const encoding = z.enum(['utf8', 'base64']).optional()
const lineNumber = z.int('must be a line number, from 1').min(1, 'must be a line number, from 1').max(100_000_000)

/** Ranges of new or changed lines, both ends included. */
export const changedLines = z.array(z.strictObject({ first: lineNumber, last: lineNumber })).max(100_000, 'may hold 100,000 ranges')

const file = z.strictObject({
  path,
  content: z.string('must be text'),
  encoding,
  changedLines: changedLines.optional(),
  modifiedAt: time.optional(),
  /** The size of a file whose content was too large to be sent. */
  sizeBytes: z.int().min(1).optional(),
})
const coverageReport = z.strictObject({ path, content: z.string('must be text'), encoding, modifiedAt: time.optional() })

export const scope = {
  repository: z.string().max(1_024).optional(),
  /** Text of an elder.yaml. */
  policy: z.string().max(256 * 1024).optional(),
  mode: z.enum(['new_code', 'whole_file', 'baseline']).optional(),
  /** A unified diff whose result is the contents. */
  diff: z.string().optional(),
}
export const portion = z.array(file).max(1_000, 'may hold 1,000 files')
export const coverageReports = z.array(coverageReport).max(100, 'may hold 100 reports').optional()

/** What the repository holds besides the files, as far as their imports and removed tests may be about it. */
const surroundings = z.strictObject({
  files: z.array(z.strictObject({ path, content: z.string('must be text') })).max(500, 'may hold 500 files'),
  paths: z.array(path).max(20_000, 'may hold 20,000 paths'),
})

export const checkBody = z.strictObject({
  /** May be empty next to a diff that deletes files. */
  files: portion,
  coverageReports,
  ...scope,
  surroundings: surroundings.optional(),
  /** For unsaved text: the check is not recorded. */
  transient: z.boolean().optional(),
})

export const toSourceFile = ({ path: name, content, encoding: coding, changedLines: ranges, modifiedAt, sizeBytes }: z.output<typeof file>): SourceFile =>
  SourceFile.fromPartial({ path: name, content: Buffer.from(content, coding ?? 'utf8'), changedLines: ranges ?? [], sizeBytes: BigInt(sizeBytes ?? 0), ...(modifiedAt !== undefined && { modifiedAt: new Date(modifiedAt) }) })

export const toCoverageReport = ({ path: name, content, encoding: coding, modifiedAt }: z.output<typeof coverageReport>): CoverageReport =>
  CoverageReport.fromPartial({ path: name, content: Buffer.from(content, coding ?? 'utf8'), ...(modifiedAt !== undefined && { modifiedAt: new Date(modifiedAt) }) })

/** The request to quality-check. The header names the repository if the body does not. */
export function toCheckRequest(body: z.output<typeof checkBody>, repository: string): CheckRequest {
  return CheckRequest.fromPartial({
    repository: body.repository ?? repository,
    policyYaml: body.policy ?? '',
    files: body.files.map(toSourceFile),
    ...(body.mode && { mode: modes[body.mode] }),
    diff: body.diff ?? '',
    coverageReports: (body.coverageReports ?? []).map(toCoverageReport),
    ...(body.surroundings && { surroundings: { files: body.surroundings.files.map(toSourceFile), paths: body.surroundings.paths } }),
    transient: body.transient ?? false,
  })
}
