import { CheckAtOnceResponse, type CheckBatch, type CheckRequest, type CheckResponse } from '@elder/contracts/quality'
import type { CheckEvent } from '../check-run.ts'
import type { Check } from '../checks.ts'
import type { Submission } from '../submission.ts'
import { fileToWire, findingToWire, modeFromWire, reportToWire } from '../wire.ts'
import type { QualityMethods } from './methods.ts'

// Well below the size that a message may have.
const mostEvents = 500

/** Any caller with an identity may have edits checked. */
export const checkMethods = (check: Check): Required<Pick<QualityMethods, 'check' | 'checkAtOnce'>> => ({
  async *check(request, call) {
    for await (const events of check(submissionOf(request), call)) {
      if (request.batched) yield* inBatches(events)
      else for (const event of events) yield toWire(event)
    }
  },
  async checkAtOnce({ check: request }, call) {
    const answer = CheckAtOnceResponse.create()
    for await (const events of check(submissionOf(request), call)) for (const event of events) add(answer, event)
    return answer
  },
})

function submissionOf(request: CheckRequest | undefined): Submission {
  const { repository = '', files = [], policyYaml = '', diff = '', coverageReports = [], mode = 0, transient = false, surroundings } = request ?? {}
  return { repository, files, policyYaml, diff, coverageReports, mode: modeFromWire(mode), transient, surroundings }
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

function* inBatches(events: readonly CheckEvent[]): Generator<CheckResponse> {
  for (let start = 0; start < events.length; start += mostEvents) {
    const batch: CheckBatch = { findings: [], files: [], report: undefined }
    for (let at = start; at < Math.min(events.length, start + mostEvents); at++) add(batch, events[at] as CheckEvent)
    yield { event: { $case: 'batch', value: batch } }
  }
}

function add(to: Pick<CheckBatch, 'findings' | 'files' | 'report'>, event: CheckEvent): void {
  if (event.kind === 'finding') to.findings.push(findingToWire(event.path, event.finding))
  else if (event.kind === 'file') to.files.push(fileToWire(event.file))
  else to.report = reportToWire(event.check)
}
