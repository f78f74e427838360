import { randomUUID } from 'node:crypto'
import { Role } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import type { Call } from '@elder/rpc'
import { parseDiff } from '../changes/diff.ts'
import { readPolicy } from '../policy.ts'
import type { RepositoryCheckStore } from './check-store.ts'
import { validatePortion, validateTerms, type Portion, type Quota } from './portion.ts'
import type { CheckTerms, Decision, Part, Progress, RepositoryCheck } from './repository-check.ts'

export type WatchEvent = { readonly kind: 'part'; readonly part: Part } | { readonly kind: 'progress'; readonly progress: Progress } | { readonly kind: 'report'; readonly check: Decision }

/** Signals between instances that a check has changed. They may get lost. */
export interface ChangeSignals {
  announce(checkId: string): void
  /** Returns a function that stops listening. */
  listen(checkId: string, heard: () => void): () => void
}

export interface RepositoryChecksOptions {
  readonly store: RepositoryCheckStore
  readonly signals: ChangeSignals
  readonly quota: Quota
  /** Called when a job was committed to the queue. */
  readonly onStarted: () => void
}

// A lost signal delays a watcher by no more than this.
const recheckEveryMs = 1_000
const checkId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export class RepositoryChecks {
  readonly #store: RepositoryCheckStore
  readonly #signals: ChangeSignals
  readonly #quota: Quota
  readonly #onStarted: () => void

  constructor({ store, signals, quota, onStarted }: RepositoryChecksOptions) {
    this.#store = store
    this.#signals = signals
    this.#quota = quota
    this.#onStarted = onStarted
  }

  async create(terms: CheckTerms, { principal }: Call): Promise<string> {
    validateTerms(terms)
    readPolicy(terms.policyYaml)
    parseDiff(terms.diff)
    const id = randomUUID()
    await this.#store.create(id, terms, principal.subject)
    return id
  }

  /** Returns the number of files that are held now. */
  async add(id: string, portion: Portion, call: Call): Promise<number> {
    validatePortion(portion)
    const { state } = await this.#requireOwn(id, call)
    const files = await this.#store.hold(id, portion, this.#quota)
    if (files === undefined) throw notCollecting(id, state)
    return files
  }

  async start(id: string, call: Call): Promise<void> {
    const { state } = await this.#requireOwn(id, call)
    if (await this.#store.start(id)) return this.#onStarted()
    // When a start is repeated because its answer got lost, the check has already started.
    if (state === 'cancelled' || state === 'failed') throw notCollecting(id, state)
  }

  async cancel(id: string, call: Call): Promise<void> {
    await this.#requireOwn(id, call)
    if (await this.#store.cancel(id)) this.#signals.announce(id)
  }

  /** Yields all events from the beginning, however late it is called. Ends with the report, or throws the reason why there will be none. */
  async *watch(id: string, { signal }: Call): AsyncGenerator<WatchEvent, void, undefined> {
    const changes = listenFor(id, this.#signals, signal)
    let seq = 0n
    let lastSent = ''
    try {
      for (;;) {
        changes.reset()
        const check = await this.#require(id)
        for (let parts = await this.#store.partsAfter(id, seq); parts.length > 0; parts = await this.#store.partsAfter(id, seq)) {
          for (const each of parts) {
            seq = each.seq
            yield { kind: 'part', part: each.part }
          }
        }
        const { progress } = check
        if (progress !== undefined && JSON.stringify(progress) !== lastSent) {
          lastSent = JSON.stringify(progress)
          yield { kind: 'progress', progress }
        }
        if (check.result !== undefined) return yield { kind: 'report', check: check.result }
        throwIfEnded(check)
        await changes.next()
      }
    } finally {
      changes.stop()
    }
  }

  async #require(id: string): Promise<RepositoryCheck> {
    const check = checkId.test(id) ? await this.#store.find(id) : undefined
    if (check === undefined) throw new ServiceError('not_found', `there is no check ${JSON.stringify(id.slice(0, 60))}`, { field: 'checkId' })
    return check
  }

  /** Only the caller who created a check, or an administrator, may continue it. */
  async #requireOwn(id: string, { principal }: Call): Promise<RepositoryCheck> {
    const check = await this.#require(id)
    if (check.subject !== principal.subject && principal.role !== Role.ROLE_ADMIN) throw new ServiceError('permission_denied', `check ${id} was created by somebody else`)
    return check
  }
}

function notCollecting(id: string, state: string): ServiceError {
  return new ServiceError('failed_precondition', `check ${id} takes no more files: it is ${state === 'collecting' ? 'started' : state}. Create another one`, { reason: 'CHECK_STARTED' })
}

function throwIfEnded({ id, state, reason }: RepositoryCheck): void {
  if (state === 'failed') throw new ServiceError('aborted', `check ${id} failed: ${reason}`, { reason: 'CHECK_FAILED' })
  if (state === 'cancelled') throw new ServiceError('aborted', `check ${id} was cancelled`, { reason: 'CHECK_CANCELLED' })
}

/** Waits for a signal about a check, but no longer than `recheckEveryMs`, because signals may get lost. */
function listenFor(id: string, signals: ChangeSignals, signal: AbortSignal) {
  let changed = Promise.withResolvers<void>()
  const wake = () => changed.resolve()
  const stopListening = signals.listen(id, wake)
  signal.addEventListener('abort', wake)
  return {
    reset() {
      changed = Promise.withResolvers<void>()
    },
    async next() {
      const timer = setTimeout(wake, recheckEveryMs)
      await changed.promise
      clearTimeout(timer)
      signal.throwIfAborted()
    },
    stop() {
      stopListening()
      signal.removeEventListener('abort', wake)
    },
  }
}
