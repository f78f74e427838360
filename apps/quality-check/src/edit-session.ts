import { ServiceError, toServiceError } from '@elder/errors'
import type { Call } from '@elder/rpc'
import type { CompletedCheck, FileReport } from './check-run.ts'
import type { Check } from './checks.ts'
import { createEventQueue } from './event-queue.ts'
import type { Finding } from './finding.ts'
import { readPolicy } from './policy.ts'
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

interface Document {
  readonly version: number
  readonly controller: AbortController
}

const maxDocuments = 200
const maxVersion = 0xff_ff_ff_ff

/** Checks documents while they are edited. A newer version of a document cancels the check of the older one, for which no answer is sent. */
export function createEditSessions(check: Check): (events: AsyncIterable<SessionEvent>, call: Call) => AsyncGenerator<SessionAnswer, void, undefined> {
  return async function* session(events, call) {
    const answers = createEventQueue<SessionAnswer>()
    const sessionEnd = new AbortController()
    const signal = AbortSignal.any([call.signal, sessionEnd.signal])
    const documents = createOpenDocuments(check, { ...call, signal }, answers.push)
    void dispatch(events, documents).then(answers.close, answers.fail)
    try {
      for await (const ready of answers) yield* ready
    } finally {
      sessionEnd.abort()
    }
  }
}

type Opened = Extract<SessionEvent, { readonly kind: 'open' }>

interface OpenDocuments {
  open(event: Opened): void
  edit(file: SubmittedFile, version: number): void
  close(path: string): void
  /** Resolves when no check is running any more. */
  finished(): Promise<unknown>
}

async function dispatch(events: AsyncIterable<SessionEvent>, documents: OpenDocuments): Promise<void> {
  for await (const event of events) {
    if (event.kind === 'open') documents.open(event)
    else if (event.kind === 'edited') documents.edit(event.file, event.version)
    else documents.close(event.path)
  }
  await documents.finished()
}

function createOpenDocuments(check: Check, call: Call, push: (answer: SessionAnswer) => void): OpenDocuments {
  const documents = new Map<string, Document>()
  const running = new Set<Promise<void>>()
  let opened: Opened | undefined

  async function checkVersion(file: SubmittedFile, version: number, signal: AbortSignal): Promise<void> {
    const { path } = file
    try {
      const answer = await checkOne(file, version, { ...call, signal })
      if (!signal.aborted) push(answer)
    } catch (error) {
      if (!signal.aborted) push({ kind: 'error', path, version, message: toServiceError(error).message })
    }
  }

  async function checkOne(file: SubmittedFile, version: number, on: Call): Promise<SessionAnswer> {
    const { repository, policyYaml, mode } = opened as Opened
    const findings: Finding[] = []
    let report: FileReport | undefined
    for await (const events of check({ repository, policyYaml, mode, files: [file], diff: '', coverageReports: [], transient: true }, on)) {
      for (const event of events) {
        if (event.kind === 'finding') findings.push(event.finding)
        else if (event.kind === 'file') report = event.file
        else if (report !== undefined) return { kind: 'result', path: file.path, version, file: report, findings, check: event.check }
      }
    }
    throw new ServiceError('internal', 'the check ended without a report')
  }

  function refuse(file: SubmittedFile, version: number): string | undefined {
    const known = documents.get(file.path)
    if (version < 1 || version > maxVersion) return 'version must be from 1'
    if (known !== undefined && version <= known.version) return `version ${version} is not newer than ${known.version}, which came before: raise it with every edit`
    if (known === undefined && documents.size >= maxDocuments) return `${maxDocuments} documents are open: close one`
    return undefined
  }

  return {
    open(event) {
      if (opened !== undefined) throw new ServiceError('invalid_argument', 'the session is open already: open is sent first, and once', { field: 'open' })
      readPolicy(event.policyYaml)
      opened = event
    },
    edit(file, version) {
      if (opened === undefined) throw new ServiceError('invalid_argument', 'the session is not open: send open first', { field: 'open' })
      const { path } = file
      const problem = refuse(file, version)
      if (problem !== undefined) return push({ kind: 'error', path, version, message: problem })
      documents.get(path)?.controller.abort(new ServiceError('cancelled', 'a newer version has come'))
      const controller = new AbortController()
      documents.set(path, { version, controller })
      const work = checkVersion(file, version, AbortSignal.any([call.signal, controller.signal])).finally(() => running.delete(work))
      running.add(work)
    },
    close(path) {
      documents.get(path)?.controller.abort(new ServiceError('cancelled', 'the document was closed'))
      documents.delete(path)
    },
    finished: () => Promise.all(running),
  }
}
