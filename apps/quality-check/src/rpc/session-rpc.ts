import { EditSessionResponse, type EditSessionRequest } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import type { Check } from '../checks.ts'
import { createEditSessions, type SessionAnswer, type SessionEvent } from '../edit-session.ts'
import { fileToWire, findingToWire, modeFromWire, reportToWire } from '../wire.ts'
import type { QualityMethods } from './methods.ts'

/** Sessions of editors. */
export function sessionMethods(check: Check): Required<Pick<QualityMethods, 'editSession'>> {
  const session = createEditSessions(check)
  return {
    async *editSession(requests, call) {
      for await (const answer of session(eventsOf(requests), call)) yield toWire(answer)
    },
  }
}

async function* eventsOf(requests: AsyncIterable<EditSessionRequest>): AsyncGenerator<SessionEvent, void, undefined> {
  for await (const { event } of requests) {
    if (event?.$case === 'open') yield { kind: 'open', repository: event.value.repository, policyYaml: event.value.policyYaml, mode: modeFromWire(event.value.mode) }
    else if (event?.$case === 'close') yield { kind: 'close', path: event.value.path }
    else if (event?.$case === 'edited' && event.value.file !== undefined) yield { kind: 'edited', file: event.value.file, version: event.value.version }
    else throw new ServiceError('invalid_argument', 'event is empty: send open, edited with a file, or close', { field: 'event' })
  }
}

function toWire(answer: SessionAnswer): EditSessionResponse {
  const { path, version } = answer
  if (answer.kind === 'error') return EditSessionResponse.fromPartial({ path, version, error: answer.message })
  const { file, findings, check } = answer
  return { path, version, file: fileToWire(file), findings: findings.map((finding) => findingToWire(path, finding)), report: reportToWire(check), error: '' }
}
