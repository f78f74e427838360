import { Consultation, type SageResult } from '@elder/contracts/sage'
import { ServiceError, toServiceError } from '@elder/errors'
import type { Database, Queryable } from '@elder/postgres'
import type { Logger } from '@elder/telemetry'
import { citationsOf, missingOf, writeAnswer, type Findings } from './answer.ts'
import { within, withinDeadline } from './deadline.ts'
import type { SageMetrics } from './metrics.ts'
import type { findScope } from './retrieval-store.ts'
import type { Sages } from './sages.ts'

/** What the sages are asked. */
export interface Question {
  readonly topics: readonly string[]
  readonly repository: string
  /** Undefined: the repository is not indexed. */
  readonly scope: ReturnType<typeof findScope>
  /** When their answers must be there. */
  readonly until: number
  readonly signal: AbortSignal
}

/** An answer in the pieces in which it is sent, and the consultation without its id. */
export interface Answer {
  readonly pieces: readonly string[]
  readonly consultation: Consultation
}

export interface SagePanelParts {
  readonly database: Database
  readonly sages: Sages
  readonly metrics: SageMetrics
  readonly logger: Logger
}

interface Asked<T> {
  readonly found: T[]
  readonly result: SageResult
  readonly error?: unknown
}

/** Asks every sage at once. */
export class SagePanel {
  readonly #database: Database
  readonly #sages: Sages
  readonly #metrics: SageMetrics
  readonly #logger: Logger

  constructor({ database, sages, metrics, logger }: SagePanelParts) {
    this.#database = database
    this.#sages = sages
    this.#metrics = metrics
    this.#logger = logger
  }

  /** The answer of those that answer in time. Throws unavailable if none does. */
  async ask(question: Question): Promise<Answer> {
    const { topics, repository, scope, until } = question
    const read = <T>(work: (tx: Queryable) => Promise<T>) => withinDeadline(this.#database, until, work)
    const readCode = async () => {
      const open = await scope
      return open ? read((tx) => this.#sages.rag(tx, topics, open)) : []
    }
    const [knowledge, rag] = await Promise.all([
      this.#askOne('knowledge', () => read((tx) => this.#sages.knowledge(tx, topics)), question),
      this.#askOne('rag', readCode, question),
    ])
    const results = [knowledge.result, rag.result]
    if (missingOf(results).length === results.length) throw noAnswer(results, knowledge.error ?? rag.error)
    const findings: Findings = { knowledge: knowledge.found, code: rag.found }
    const isIndexed = await scope.then((open) => open !== undefined && (repository !== '' || open.revision !== '0'), () => undefined)
    const pieces = writeAnswer(findings, results, { repository, isIndexed })
    return { pieces, consultation: Consultation.fromPartial({ answer: pieces.join(''), citations: citationsOf(findings), sages: results }) }
  }

  async #askOne<T>(name: string, work: () => Promise<T[]>, { until, signal }: Question): Promise<Asked<T>> {
    const startedAt = Date.now()
    const ended = (status: string) => {
      const tookMillis = Date.now() - startedAt
      this.#metrics.sageAsked(name, status, tookMillis)
      return { name, status, tookMillis }
    }
    try {
      const found = await within(work(), until, signal)
      return { found, result: ended(found.length > 0 ? 'answered' : 'nothing') }
    } catch (error) {
      const { code } = toServiceError(error)
      if (code === 'cancelled') throw error
      const status = code === 'deadline_exceeded' ? 'timed_out' : 'failed'
      // The outage of Postgres was already logged.
      if (status === 'failed' && code !== 'unavailable') this.#logger.error({ err: error, sage: name }, `sage ${name} failed`)
      return { found: [], result: ended(status), error }
    }
  }
}

function noAnswer(results: readonly SageResult[], cause: unknown): ServiceError {
  const each = results.map(({ name, status }) => `${name} ${status === 'timed_out' ? 'did not answer in time' : 'failed'}`).join(', ')
  return new ServiceError('unavailable', `no sage could answer: ${each}`, { reason: 'NO_SAGE_ANSWERED', retryAfterMs: 1_000, cause })
}
