import type { CheckRequest, CheckResponse, FileResult, Finding, Report } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import type { Call } from '@elder/rpc'
import { fileShape, findingShape, reportShape } from './rest/check-shapes.ts'

export type Check = (request: CheckRequest, call: Call) => AsyncIterable<CheckResponse>

type CheckEvent = NonNullable<CheckResponse['event']>

/** The events of a response, which may be a batch. */
export function eventsIn({ event }: CheckResponse): Exclude<CheckEvent, { $case: 'batch' }>[] {
  if (event?.$case !== 'batch') return event === undefined ? [] : [event]
  const { findings, files, report } = event.value
  return [
    ...findings.map((value) => ({ $case: 'finding' as const, value })),
    ...files.map((value) => ({ $case: 'file' as const, value })),
    ...(report === undefined ? [] : [{ $case: 'report' as const, value: report }]),
  ]
}

/** Collects a whole check, in the form of `elder check --format json`. */
export async function wholeCheck(responses: AsyncIterable<CheckResponse>) {
  const findings: Finding[] = []
  const files: FileResult[] = []
  let report: Report | undefined
  for await (const response of responses) {
    for (const event of eventsIn(response)) {
      if (event.$case === 'finding') findings.push(event.value)
      else if (event.$case === 'file') files.push(event.value)
      else report = event.value
    }
  }
  if (!report) throw new ServiceError('unavailable', 'the check ended without a report', { reason: 'REPORT_MISSING' })
  return { ...reportShape(report), files: files.map(fileShape), findings: findings.map(findingShape) }
}
