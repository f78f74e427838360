import { CheckMode, FileResult, Finding, QualityCheckServiceDefinition, type CheckRequest, type CheckResponse } from '@elder/contracts/quality'
import { implementSome, type Call, type Implementation } from '@elder/rpc'
import type { CheckEvent } from './checks.ts'
import type { Submission } from './submission.ts'
import { criterionToWire, outcomeToWire, severityToWire, statusToWire, verdictToWire } from './wire.ts'

/** Any caller with an identity may have edits checked. */
export function implementation(check: (submission: Submission, call: Call) => AsyncIterable<CheckEvent>): Implementation {
  return implementSome(QualityCheckServiceDefinition, {
    async *check({ repository, files, policyYaml }: CheckRequest, call: Call) {
      for await (const event of check({ repository, files, policyYaml }, call)) yield { event: toWire(event) }
    },
  })
}

function toWire(event: CheckEvent): CheckResponse['event'] {
  switch (event.kind) {
    case 'finding': {
      const { blocker, category, severity, flow = [], edits = [], ...finding } = event.finding
      return { $case: 'finding', value: Finding.fromPartial({ ...finding, flow: [...flow], edits: [...edits], file: event.path, category: criterionToWire[category], severity: severityToWire[severity], blocks: blocker }) }
    }
    case 'file':
      return { $case: 'file', value: FileResult.fromPartial({ path: event.path, cached: event.cached, status: statusToWire[event.status], reason: event.reason }) }
    default: {
      const { id, verdict, policyHash, criteria } = event.check
      return { $case: 'report', value: { checkId: id, verdict: verdictToWire[verdict], policyHash, criteria: criteria.map(outcomeToWire), mode: CheckMode.CHECK_MODE_WHOLE_FILE } }
    }
  }
}
