import { createHash, randomUUID } from 'node:crypto'
import { consultationAnswered } from '@elder/contracts'
import { Consultation, ConsultResponse, type ConsultRequest, type SageResult } from '@elder/contracts/sage'
import { ConsultationAnswered } from '@elder/contracts/sage-events'
import { ServiceError, toServiceError } from '@elder/errors'
import { enqueue } from '@elder/messaging'
import type { Database, Queryable } from '@elder/postgres'
import type { ResultCache } from '@elder/result-cache'
import type { Call } from '@elder/rpc'
import type { Logger } from '@elder/telemetry'
import { citationsOf, missingOf, writeAnswer, type Findings } from './answer.ts'
import { within, withinDeadline } from './deadline.ts'
import { optionalRepository, requireText } from './input.ts'
import { readRevision } from './knowledge-store.ts'
import type { SageMetrics } from './metrics.ts'
import { findScope } from './retrieval-store.ts'
import type { Sages } from './sages.ts'
import type { Words } from './words.ts'

export interface ConsultationsOptions {
  readonly database: Database
  readonly words: Words
  readonly sages: Sages
  readonly cache: ResultCache
  readonly metrics: SageMetrics
  readonly logger: Logger
  readonly defaultDeadlineMs: number
  /** Part of the key of cached answers, because versions may phrase answers differently. */
  readonly version: string
  /** Called after a commit that left events in the outbox. */
  readonly announced: () => void
}

export type Consult = (request: ConsultRequest, call: Call) => AsyncGenerator<ConsultResponse>

// Coding tools send attachments of the user along with the question.
const maxQuestionCharacters = 100_000
// Reserved for writing and recording the answer, so that it arrives before the caller's deadline.
const closingShare = 0.1
const maxClosingMs = 200
const maxStateMs = 1_000

/** Asks all sages concurrently and answers with the results that arrive in time. A sage that is late or fails is named; it is an error only when all do. */
export function createConsultations(options: ConsultationsOptions): Consult {
  const { database, words, sages, cache, metrics } = options

  return async function* consult(request, call) {
    const startedAt = Date.now()
    const asked = words.topics(requireText('question', request.question, maxQuestionCharacters))
    const repository = optionalRepository(request.repository)
    const deadline = Math.min(startedAt + (request.deadlineMillis || options.defaultDeadlineMs), call.deadline.getTime())
    const sagesUntil = deadline - Math.min(maxClosingMs, (deadline - startedAt) * closingShare)

    const scope = withinDeadline(database, sagesUntil, (tx) => findScope(tx, repository))
    const revision = withinDeadline(database, sagesUntil, readRevision)
    // Both are awaited below, possibly after they have failed.
    scope.catch(() => {})
    revision.catch(() => {})
    const key = await cacheKey(asked, repository, scope, revision, Math.min(sagesUntil, Date.now() + maxStateMs))
    const [kept] = key === undefined ? [] : await cache.getMany([key], { ...call, deadline: new Date(deadline) })
    const known = kept && 'value' in kept ? readKept(kept.value) : undefined

    const made = known ?? (await ask())
    for (const value of made.pieces) yield ConsultResponse.fromPartial({ event: { $case: 'text', value } })
    const consultation = Consultation.fromPartial({ ...made.consultation, id: randomUUID(), cached: known !== undefined })
    const missing = missingOf(consultation.sages).map(({ name }) => name)
    const isKeepable = key !== undefined && known === undefined && missing.length === 0 && kept !== undefined && 'lease' in kept
    await Promise.all([
      record(consultation, asked, repository, call.principal.subject, missing, Date.now() - startedAt),
      isKeepable ? cache.setMany([{ ...key, value: Consultation.encode(made.consultation).finish(), lease: kept.lease }], call) : undefined,
    ])
    metrics.consulted(known ? 'cached' : missing.length > 0 ? 'partial' : consultation.citations.length > 0 ? 'answered' : 'nothing', Date.now() - startedAt)
    yield ConsultResponse.fromPartial({ event: { $case: 'consultation', value: consultation } })

    async function ask(): Promise<Made> {
      const read = <T>(work: (tx: Queryable) => Promise<T>) => withinDeadline(database, sagesUntil, work)
      const [knowledge, rag] = await Promise.all([
        askSage('knowledge', () => read((tx) => sages.knowledge(tx, asked)), sagesUntil, call.signal),
        askSage('rag', async () => {
          const open = await scope
          return open ? read((tx) => sages.rag(tx, asked, open)) : []
        }, sagesUntil, call.signal),
      ])
      const results = [knowledge.result, rag.result]
      if (missingOf(results).length === results.length) throw nobodyAnswered(results, knowledge.error ?? rag.error)
      const findings: Findings = { knowledge: knowledge.found, code: rag.found }
      const isIndexed = await scope.then((open) => open !== undefined && (repository !== '' || open.revision !== '0'), () => undefined)
      const pieces = writeAnswer(findings, results, { repository, isIndexed })
      return { pieces, consultation: Consultation.fromPartial({ answer: pieces.join(''), citations: citationsOf(findings), sages: results }) }
    }
  }

  async function askSage<T>(name: string, work: () => Promise<T[]>, until: number, signal: AbortSignal): Promise<{ found: T[]; result: SageResult; error?: unknown }> {
    const startedAt = Date.now()
    const ended = (status: string) => {
      const tookMillis = Date.now() - startedAt
      metrics.sageAsked(name, status, tookMillis)
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
      if (status === 'failed' && code !== 'unavailable') options.logger.error({ err: error, sage: name }, `sage ${name} failed`)
      return { found: [], result: ended(status), error }
    }
  }

  async function cacheKey(asked: readonly string[], repository: string, scope: ReturnType<typeof findScope>, revision: Promise<string>, until: number) {
    try {
      const [open, knowledge] = await within(Promise.all([scope, revision]), until)
      // The answer depends only on the words: punctuation does not change the question.
      const facts = [options.version, [...asked].sort(), repository, knowledge, open?.revision ?? 'not indexed']
      return { key: `sage:consultation:${hash(JSON.stringify(facts))}`, tags: ['sage:knowledge', `sage:repository:${hash(repository).slice(0, 32)}`] }
    } catch {
      // Without the revisions it is unknown whether a cached answer is current. The sages report the failure.
      return undefined
    }
  }

  /** A failure to record the consultation does not prevent the answer. */
  async function record({ id, citations, cached }: Consultation, asked: readonly string[], repository: string, subject: string, missingSages: string[], tookMillis: number): Promise<void> {
    const answeredAt = new Date()
    try {
      await database.transaction(async (tx) => {
        await tx.query(
          `insert into consultations (id, subject, repository, question_hash, citations, missing_sages, cached, took_millis, answered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [id, subject, repository, hash(JSON.stringify([...asked].sort())), citations.length, missingSages, cached, tookMillis, answeredAt],
        )
        const event = ConsultationAnswered.fromPartial({ consultationId: id, subject, repository, citations: citations.length, missingSages, cached, tookMillis, answeredAt })
        await enqueue(tx, consultationAnswered, event, `consultation:${id}`)
      })
      options.announced()
    } catch (error) {
      options.logger.error({ err: error, consultation: id }, 'a consultation could not be recorded')
    }
  }
}

interface Made {
  readonly pieces: readonly string[]
  readonly consultation: Consultation
}

// An unreadable entry was written by another version and is treated as a miss.
function readKept(value: Uint8Array): Made | undefined {
  try {
    const consultation = Consultation.decode(value)
    // For a cached answer no sage was asked.
    const sages = consultation.sages.map((sage) => ({ ...sage, tookMillis: 0 }))
    return { pieces: consultation.answer.split(/(?=\n\n)/), consultation: { ...consultation, sages } }
  } catch {
    return undefined
  }
}

function nobodyAnswered(results: readonly SageResult[], cause: unknown): ServiceError {
  const each = results.map(({ name, status }) => `${name} ${status === 'timed_out' ? 'did not answer in time' : 'failed'}`).join(', ')
  return new ServiceError('unavailable', `no sage could answer: ${each}`, { reason: 'NO_SAGE_ANSWERED', retryAfterMs: 1_000, cause })
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
