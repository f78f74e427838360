import { ServiceError } from '@elder/errors'
import type { Api } from './api.ts'
import { AnswerTranslator } from './answer-translator.ts'
import { answerReaders, answerWriter, requestReaders, requestWriters, type Talk } from './formats.ts'
import { leftOutOf } from './left-out.ts'
import { namesModelOnce, withModel } from './model-name.ts'
import type { GenerationRequest } from './request.ts'
import { StoppingReader, stopsLeftToUs } from './stopping.ts'
import { RenamingReader, withFittingNames } from './tool-names.ts'

/** How a request goes to a provider, and how its answer comes back. */
export interface Translation {
  readonly api: Api
  /** Undefined: the client's own bytes will do. */
  readonly body: Buffer | undefined
  /** Undefined: the answer passes as it comes. */
  readonly answer: AnswerTranslator | undefined
  /** The client's fields that the provider is not told of. */
  readonly leftOut?: readonly string[]
}

/**
 * Chooses the format in which a provider is asked, and translates when it does not offer the client's. Throws what cannot be
 * translated without changing its meaning.
 */
export function translate(request: GenerationRequest, offered: readonly Api[], upstreamModel: string, body: Buffer, createdSeconds = 0): Translation {
  if (offered.includes(request.api)) return { api: request.api, body: passable(request, upstreamModel, body), answer: undefined }
  const api = asTalk(request.api)
  const target = api && targets.find((one) => offered.includes(one))
  if (!api || !target) throw notOffered(request, offered)
  const conversation = atAnyDepth(() => requestReaders[api](request.value))
  const { asked: named, originals } = withFittingNames(conversation, target)
  const ours = stopsLeftToUs(target, named.stop)
  const asked = ours.length === 0 ? named : { ...named, stop: named.stop.filter((stop) => !ours.includes(stop)) }
  const plain = answerReaders[target]()
  const reader = originals.size === 0 ? plain : new RenamingReader(plain, originals)
  const written = atAnyDepth(() => requestWriters[target](asked, upstreamModel, request.stream))
  return {
    api: target,
    body: Buffer.from(atAnyDepth(() => JSON.stringify(written))),
    leftOut: leftOutOf(request.value, conversation, written),
    answer: new AnswerTranslator(ours.length === 0 ? reader : new StoppingReader(reader, ours), answerWriter(request, api, conversation.tools, createdSeconds)),
  }
}

// What can be parsed at any depth cannot be written at any depth.
function atAnyDepth<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) throw new ServiceError('invalid_argument', 'the body is nested too deeply to be passed on in another format: send it flatter', { reason: 'BODY_UNWIELDY', cause: error })
    throw error
  }
}

/** Changes the form of an answer, a stream into one piece or one piece into a stream, for a provider that did not mind what was asked. */
export function reframe(request: GenerationRequest, createdSeconds = 0): AnswerTranslator | undefined {
  const api = asTalk(request.api)
  return api && new AnswerTranslator(answerReaders[api](), answerWriter(request, api, [], createdSeconds))
}

const targets = Object.keys(requestWriters) as (keyof typeof requestWriters)[]

export function asTalk(api: Api): Talk | undefined {
  return api === 'embeddings' || api === 'count_tokens' ? undefined : api
}

function notOffered({ api, model }: GenerationRequest, offered: readonly Api[]): ServiceError {
  const others = offered.length === 0 ? 'nothing' : offered.join(', ')
  return new ServiceError('invalid_argument', `model ${JSON.stringify(model.slice(0, 100))} is not offered for ${api}: its provider offers ${others}; choose another model`, { reason: 'API_NOT_OFFERED', field: 'model' })
}

function passable({ value }: GenerationRequest, upstreamModel: string, body: Buffer): Buffer | undefined {
  return value.model === upstreamModel ? undefined : withModel(body, upstreamModel)
}

/**
 * The body in which no reader can find another model than we did. For callers whose models are limited: a name that is given twice
 * would be checked in one of its values, while a provider may go by the other.
 */
export function withOneModel({ value }: GenerationRequest, body: Buffer): Buffer {
  return namesModelOnce(body) ? body : withModel(body, String(value.model))
}
