import { ServiceError } from '@elder/errors'
import type { Answer, AnswerEvent } from './answer.ts'
import type { Fields } from './fields.ts'
import { isObject } from './request.ts'
import type { SseEvent } from './sse.ts'

/** Parses answers in one format. One instance reads one answer. */
export interface AnswerReader {
  whole(value: Fields): Answer
  /** The content of a stream event. An error event throws PROVIDER_BROKEN with the provider's message. */
  read(event: SseEvent): AnswerEvent[]
  /** Called at the end of the stream. Throws if the stream was cut off. */
  end(): AnswerEvent[]
}

/** Writes answers in one format. One instance writes one answer. */
export interface AnswerWriter {
  whole(answer: Answer): object
  write(event: AnswerEvent): string
  /** The last events of the stream. */
  end(): string
}

export function brokenAnswer(message: string): ServiceError {
  return new ServiceError('unavailable', message, { reason: 'PROVIDER_BROKEN' })
}

export function unreadableAnswer(what: string): ServiceError {
  return new ServiceError('unavailable', what, { reason: 'PROVIDER_GARBAGE' })
}

export const truncatedAnswer = () => brokenAnswer('it ended its stream in the middle')

export function parseObject(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    throw unreadableAnswer('something that is no JSON')
  }
  throw unreadableAnswer('JSON that is no object')
}

/** A field that should hold text; empty for anything else. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The message of an error in any format. */
export function errorText(error: unknown): string {
  let inner = error
  // A loop instead of recursion, because the nesting may be arbitrarily deep.
  while (isObject(inner) && typeof inner.message !== 'string') inner = inner.error
  const message = isObject(inner) ? inner.message : inner
  return typeof message === 'string' ? message : 'it did not say why'
}
