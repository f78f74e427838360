import { createHash } from 'node:crypto'
import { Consultation } from '@elder/contracts/sage'
import type { ResultCache } from '@elder/result-cache'
import type { Call } from '@elder/rpc'
import { within } from './deadline.ts'
import type { Answer, Question } from './sage-panel.ts'

interface CacheKey {
  readonly key: string
  readonly tags: string[]
}

/** Where an answer that was not cached may be kept. */
export interface CacheSlot extends CacheKey {
  readonly lease: string
}

export interface Cached {
  readonly answer: Answer | undefined
  readonly slot: CacheSlot | undefined
}

const maxStateMs = 1_000

/** Answers of earlier consultations. An answer is valid as long as the knowledge and the repository it was made from. */
export class ConsultationCache {
  readonly #cache: ResultCache
  /** Part of every key, because versions may phrase answers differently. */
  readonly #version: string

  constructor(cache: ResultCache, version: string) {
    this.#cache = cache
    this.#version = version
  }

  /** `revision` is the revision of the knowledge. */
  async find(question: Question, revision: Promise<string>, call: Call): Promise<Cached> {
    const key = await this.#keyOf(question, revision)
    if (key === undefined) return { answer: undefined, slot: undefined }
    const [found] = await this.#cache.getMany([key], call)
    if (found && 'value' in found) return { answer: read(found.value), slot: undefined }
    return { answer: undefined, slot: found && 'lease' in found ? { ...key, lease: found.lease } : undefined }
  }

  async keep(slot: CacheSlot, { consultation }: Answer, call: Call): Promise<void> {
    await this.#cache.setMany([{ ...slot, value: Consultation.encode(consultation).finish() }], call)
  }

  /** Undefined when the revisions cannot be read: it is then unknown whether a cached answer is current. The sages report the failure. */
  async #keyOf({ topics, repository, scope, until }: Question, revision: Promise<string>): Promise<CacheKey | undefined> {
    try {
      const [open, knowledge] = await within(Promise.all([scope, revision]), Math.min(until, Date.now() + maxStateMs))
      // The answer depends only on the words: punctuation does not change the question.
      const facts = [this.#version, [...topics].sort(), repository, knowledge, open?.revision ?? 'not indexed']
      return { key: `sage:consultation:${sha256Of(JSON.stringify(facts))}`, tags: ['sage:knowledge', `sage:repository:${sha256Of(repository).slice(0, 32)}`] }
    } catch {
      return undefined
    }
  }
}

/** Undefined for an unreadable entry, which another version wrote. */
function read(value: Uint8Array): Answer | undefined {
  try {
    const consultation = Consultation.decode(value)
    // For a cached answer no sage was asked.
    const sages = consultation.sages.map((sage) => ({ ...sage, tookMillis: 0 }))
    return { pieces: consultation.answer.split(/(?=\n\n)/), consultation: { ...consultation, sages } }
  } catch {
    return undefined
  }
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
