import type { CheckRequest, CheckResponse, FileResult, Finding, Report } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import type { Call } from '@elder/rpc'
import { fileShape, findingShape, reportShape } from './rest/check-shapes.ts'

export type Check = (request: CheckRequest, call: Call) => AsyncIterable<CheckResponse>

/** A whole check in the words of `elder check --format json`. */
export async function wholeCheck(responses: AsyncIterable<CheckResponse>) {
  const findings: Finding[] = []
  const files: FileResult[] = []
  let report: Report | undefined
  for await (const { event } of responses) {
    if (event?.$case === 'finding') findings.push(event.value)
    else if (event?.$case === 'file') files.push(event.value)
    else if (event?.$case === 'report') report = event.value
  }
  if (!report) throw new ServiceError('unavailable', 'the check ended without a report', { reason: 'REPORT_MISSING' })
  return { ...reportShape(report), files: files.map(fileShape), findings: findings.map(findingShape) }
}
