import { CheckAtOnceResponse, type CheckRequest, type CheckResponse } from '@elder/contracts/quality'
import type { CheckEvent } from '../check-run.ts'
import type { Check } from '../checks.ts'
import type { Submission } from '../submission.ts'
import { fileToWire, findingToWire, modeFromWire, reportToWire } from '../wire.ts'
import type { QualityMethods } from './methods.ts'

/** Any caller with an identity may have edits checked. */
export const checkMethods = (check: Check): Required<Pick<QualityMethods, 'check' | 'checkAtOnce'>> => ({
  async *check(request, call) {
    for await (const event of check(submissionOf(request), call)) yield toWire(event)
  },
  async checkAtOnce({ check: request }, call) {
    const answer = CheckAtOnceResponse.fromPartial({})
    for await (const event of check(submissionOf(request), call)) add(answer, toWire(event))
    return answer
  },
})

function submissionOf(request: CheckRequest | undefined): Submission {
  const { repository = '', files = [], policyYaml = '', diff = '', coverageReports = [], mode = 0, transient = false } = request ?? {}
  return { repository, files, policyYaml, diff, coverageReports, mode: modeFromWire(mode), transient }
}

function toWire(event: CheckEvent): CheckResponse {
  switch (event.kind) {
    case 'finding':
      return { event: { $case: 'finding', value: findingToWire(event.path, event.finding) } }
    case 'file':
      return { event: { $case: 'file', value: fileToWire(event.file) } }
    default:
      return { event: { $case: 'report', value: reportToWire(event.check) } }
  }
}

function add(answer: CheckAtOnceResponse, { event }: CheckResponse): void {
  if (event?.$case === 'finding') answer.findings.push(event.value)
  if (event?.$case === 'file') answer.files.push(event.value)
  if (event?.$case === 'report') answer.report = event.value
}
