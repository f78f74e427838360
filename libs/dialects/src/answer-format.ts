import { ServiceError } from '@elder/errors'
import type { Answer, AnswerEvent } from './answer.ts'
import type { Fields } from './fields.ts'
import { isObject } from './request.ts'
import type { SseEvent } from './sse.ts'

/** Understands the answers of one format. Made for one answer. */
export interface AnswerReader {
  whole(value: Fields): Answer
  /** What an event of a stream tells. Throws PROVIDER_BROKEN with the provider's words when it tells a failure. */
  read(event: SseEvent): AnswerEvent[]
  /** The stream has ended. Throws when it broke off. */
  end(): AnswerEvent[]
}

/** Spells an answer in one format. Made for one answer. */
export interface AnswerWriter {
  whole(answer: Answer): object
  write(event: AnswerEvent): string
  /** What closes the stream. */
  end(): string
}

export function brokenAnswer(said: string): ServiceError {
  return new ServiceError('unavailable', said, { reason: 'PROVIDER_BROKEN' })
}

export function strangeAnswer(what: string): ServiceError {
  return new ServiceError('unavailable', what, { reason: 'PROVIDER_GARBAGE' })
}

export const brokenOff = () => brokenAnswer('it ended its stream in the middle')

export function parseObject(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    throw strangeAnswer('something that is no JSON')
  }
  throw strangeAnswer('JSON that is no object')
}

/** The words in an error of any format. */
export function saidIn(error: unknown): string {
  let inner = error
  // As deep as it may be nested: in no case by recursion.
  while (isObject(inner) && typeof inner.message !== 'string') inner = inner.error
  const said = isObject(inner) ? inner.message : inner
  return typeof said === 'string' ? said : 'it did not say why'
}
