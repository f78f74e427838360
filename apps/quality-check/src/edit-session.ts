import type { Call } from '@elder/rpc'
import type { CompletedCheck, FileReport } from './check-run.ts'
import type { Check } from './checks.ts'
import { createEventQueue } from './event-queue.ts'
import type { Finding } from './finding.ts'
import { OpenDocuments } from './open-documents.ts'
import type { CheckMode } from './policy/settings.ts'
import type { SubmittedFile } from './submission.ts'

export type SessionEvent =
  | { readonly kind: 'open'; readonly repository: string; readonly policyYaml: string; readonly mode: CheckMode | undefined }
  | { readonly kind: 'edited'; readonly file: SubmittedFile; readonly version: number }
  | { readonly kind: 'close'; readonly path: string }

/** The result for one version of a document, or the error that prevented it. An error does not end the session. */
export type SessionAnswer =
  | { readonly kind: 'result'; readonly path: string; readonly version: number; readonly file: FileReport; readonly findings: readonly Finding[]; readonly check: CompletedCheck }
  | { readonly kind: 'error'; readonly path: string; readonly version: number; readonly message: string }

/** Checks documents while they are edited. A newer version of a document cancels the check of the older one, for which no answer is sent. */
export function createEditSessions(check: Check): (events: AsyncIterable<SessionEvent>, call: Call) => AsyncGenerator<SessionAnswer, void, undefined> {
  return async function* session(events, call) {
    const answers = createEventQueue<SessionAnswer>()
    const sessionEnd = new AbortController()
    const signal = AbortSignal.any([call.signal, sessionEnd.signal])
    const documents = new OpenDocuments(check, { ...call, signal }, answers.push)
    void dispatch(events, documents).then(answers.close, answers.fail)
    try {
      for await (const ready of answers) yield* ready
    } finally {
      sessionEnd.abort()
    }
  }
}

async function dispatch(events: AsyncIterable<SessionEvent>, documents: OpenDocuments): Promise<void> {
  for await (const event of events) {
    if (event.kind === 'open') documents.open(event)
    else if (event.kind === 'edited') documents.edit(event.file, event.version)
    else documents.close(event.path)
  }
  await documents.finished()
}
