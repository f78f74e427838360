import { ServiceError, toServiceError } from '@elder/errors'
import type { Call } from '@elder/rpc'
import type { FileReport } from './check-run.ts'
import type { Check } from './checks.ts'
import type { SessionAnswer, SessionEvent } from './edit-session.ts'
import type { Finding } from './finding.ts'
import { readPolicy } from './policy.ts'
import type { SubmittedFile } from './submission.ts'

type OpenEvent = Extract<SessionEvent, { readonly kind: 'open' }>

interface Document {
  readonly version: number
  readonly controller: AbortController
}

const maxDocuments = 200
const maxVersion = 0xff_ff_ff_ff

/** The documents of one edit session, with the running check of each one's newest version. */
export class OpenDocuments {
  readonly #check: Check
  readonly #call: Call
  readonly #push: (answer: SessionAnswer) => void
  readonly #documents = new Map<string, Document>()
  readonly #running = new Set<Promise<void>>()
  #settings: OpenEvent | undefined

  constructor(check: Check, call: Call, push: (answer: SessionAnswer) => void) {
    this.#check = check
    this.#call = call
    this.#push = push
  }

  open(event: OpenEvent): void {
    if (this.#settings !== undefined) throw new ServiceError('invalid_argument', 'the session is open already: open is sent first, and once', { field: 'open' })
    readPolicy(event.policyYaml)
    this.#settings = event
  }

  edit(file: SubmittedFile, version: number): void {
    if (this.#settings === undefined) throw new ServiceError('invalid_argument', 'the session is not open: send open first', { field: 'open' })
    const { path } = file
    const problem = this.#refusal(path, version)
    if (problem !== undefined) return this.#push({ kind: 'error', path, version, message: problem })
    this.#documents.get(path)?.controller.abort(new ServiceError('cancelled', 'a newer version was sent'))
    const controller = new AbortController()
    this.#documents.set(path, { version, controller })
    const signal = AbortSignal.any([this.#call.signal, controller.signal])
    const work = this.#answer(this.#settings, file, version, signal).finally(() => this.#running.delete(work))
    this.#running.add(work)
  }

  close(path: string): void {
    this.#documents.get(path)?.controller.abort(new ServiceError('cancelled', 'the document was closed'))
    this.#documents.delete(path)
  }

  /** Resolves when no check is running any more. */
  async finished(): Promise<void> {
    await Promise.all(this.#running)
  }

  #refusal(path: string, version: number): string | undefined {
    const known = this.#documents.get(path)
    if (version < 1 || version > maxVersion) return `version must be from 1 to ${maxVersion}`
    if (known !== undefined && version <= known.version) return `version ${version} is not newer than version ${known.version}, which was sent before: increase it with every edit`
    if (known === undefined && this.#documents.size >= maxDocuments) return `${maxDocuments} documents are open: close one`
    return undefined
  }

  async #answer(settings: OpenEvent, file: SubmittedFile, version: number, signal: AbortSignal): Promise<void> {
    const { path } = file
    try {
      const answer = await this.#checkVersion(settings, file, version, signal)
      if (!signal.aborted) this.#push(answer)
    } catch (error) {
      if (!signal.aborted) this.#push({ kind: 'error', path, version, message: toServiceError(error).message })
    }
  }

  async #checkVersion({ repository, policyYaml, mode }: OpenEvent, file: SubmittedFile, version: number, signal: AbortSignal): Promise<SessionAnswer> {
    const findings: Finding[] = []
    let report: FileReport | undefined
    for await (const events of this.#check({ repository, policyYaml, mode, files: [file], diff: '', coverageReports: [], transient: true }, { ...this.#call, signal })) {
      for (const event of events) {
        if (event.kind === 'finding') findings.push(event.finding)
        else if (event.kind === 'file') report = event.file
        else if (report !== undefined) return { kind: 'result', path: file.path, version, file: report, findings, check: event.check }
      }
    }
    throw new ServiceError('internal', 'the check ended without a report')
  }
}
