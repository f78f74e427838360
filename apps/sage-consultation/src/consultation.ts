import { randomUUID } from 'node:crypto'
import { consultationAnswered } from '@elder/contracts'
import { Consultation, ConsultResponse, type ConsultRequest } from '@elder/contracts/sage'
import { ConsultationAnswered } from '@elder/contracts/sage-events'
import { enqueue } from '@elder/messaging'
import type { Database } from '@elder/postgres'
import type { ResultCache } from '@elder/result-cache'
import type { Call } from '@elder/rpc'
import type { Logger } from '@elder/telemetry'
import { missingOf } from './answer.ts'
import { ConsultationCache, sha256Of } from './consultation-cache.ts'
import { withinDeadline } from './deadline.ts'
import { optionalRepository, requireText } from './input.ts'
import { readRevision } from './knowledge-store.ts'
import type { SageMetrics } from './metrics.ts'
import { findScope } from './retrieval-store.ts'
import { SagePanel, type Question } from './sage-panel.ts'
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

/** Asks all sages concurrently and answers with the results that arrive in time. A sage that is late or fails is named; it is an error only when all do. */
export function createConsultations(options: ConsultationsOptions): Consult {
  const { database, words, metrics } = options
  const panel = new SagePanel(options)
  const cache = new ConsultationCache(options.cache, options.version)

  return async function* consult(request, call) {
    const startedAt = Date.now()
    const topics = words.topics(requireText('question', request.question, maxQuestionCharacters))
    const repository = optionalRepository(request.repository)
    const deadline = Math.min(startedAt + (request.deadlineMillis || options.defaultDeadlineMs), call.deadline.getTime())
    const until = deadline - Math.min(maxClosingMs, (deadline - startedAt) * closingShare)

    const scope = withinDeadline(database, until, (tx) => findScope(tx, repository))
    const revision = withinDeadline(database, until, readRevision)
    // Both are awaited below, possibly after they have failed.
    scope.catch(() => {})
    revision.catch(() => {})
    const question: Question = { topics, repository, scope, until, signal: call.signal }
    const cached = await cache.find(question, revision, { ...call, deadline: new Date(deadline) })
    const answer = cached.answer ?? (await panel.ask(question))

    for (const value of answer.pieces) yield ConsultResponse.fromPartial({ event: { $case: 'text', value } })
    const consultation = Consultation.fromPartial({ ...answer.consultation, id: randomUUID(), cached: cached.answer !== undefined })
    const missingSages = missingOf(consultation.sages).map(({ name }) => name)
    await Promise.all([
      record(options, { consultation, question, subject: call.principal.subject, missingSages, tookMillis: Date.now() - startedAt }),
      cached.slot && missingSages.length === 0 ? cache.keep(cached.slot, answer, call) : undefined,
    ])
    metrics.consulted(outcomeOf(consultation, missingSages), Date.now() - startedAt)
    yield ConsultResponse.fromPartial({ event: { $case: 'consultation', value: consultation } })
  }
}

function outcomeOf({ cached, citations }: Consultation, missingSages: readonly string[]): 'cached' | 'partial' | 'answered' | 'nothing' {
  if (cached) return 'cached'
  if (missingSages.length > 0) return 'partial'
  return citations.length > 0 ? 'answered' : 'nothing'
}

interface Ended {
  readonly consultation: Consultation
  readonly question: Question
  readonly subject: string
  readonly missingSages: string[]
  readonly tookMillis: number
}

/** Writes a consultation and its event. A failure does not prevent the answer. */
async function record({ database, logger, announced }: ConsultationsOptions, { consultation, question, subject, missingSages, tookMillis }: Ended): Promise<void> {
  const { id, citations, cached } = consultation
  const { repository, topics } = question
  const answeredAt = new Date()
  try {
    await database.transaction(async (tx) => {
      await tx.query(
        `insert into consultations (id, subject, repository, question_hash, citations, missing_sages, cached, took_millis, answered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [id, subject, repository, sha256Of(JSON.stringify([...topics].sort())), citations.length, missingSages, cached, tookMillis, answeredAt],
      )
      const event = ConsultationAnswered.fromPartial({ consultationId: id, subject, repository, citations: citations.length, missingSages, cached, tookMillis, answeredAt })
      await enqueue(tx, consultationAnswered, event, `consultation:${id}`)
    })
    announced()
  } catch (error) {
    logger.error({ err: error, consultation: id }, 'a consultation could not be recorded')
  }
}
