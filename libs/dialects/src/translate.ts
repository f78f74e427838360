import { ServiceError } from '@elder/errors'
import type { Api } from './api.ts'
import { AnswerTranslator } from './answer-translator.ts'
import { answerReaders, answerWriter, requestReaders, requestWriters, type ConversationApi } from './formats.ts'
import { leftOutOf } from './left-out.ts'
import { namesModelOnce, withModel } from './model-name.ts'
import type { GenerationRequest } from './request.ts'
import { StoppingReader, unsupportedStops } from './stopping.ts'
import { RenamingReader, withValidToolNames } from './tool-names.ts'

/** How a request goes to a provider, and how its answer comes back. */
export interface Translation {
  readonly api: Api
  /** Undefined: the client's bytes are sent unchanged. */
  readonly body: Buffer | undefined
  /** Undefined: the answer is relayed unchanged. */
  readonly answer: AnswerTranslator | undefined
  /** Fields of the client's request that the provider does not get. */
  readonly leftOut?: readonly string[]
}

/**
 * Chooses the format for the provider and translates the request when the provider does not offer the client's own. Throws for a request
 * that cannot be translated without changing its meaning.
 */
export function translate(request: GenerationRequest, offered: readonly Api[], upstreamModel: string, body: Buffer, createdSeconds = 0): Translation {
  if (offered.includes(request.api)) return { api: request.api, body: passable(request, upstreamModel, body), answer: undefined }
  const api = asConversationApi(request.api)
  const target = api && targets.find((one) => offered.includes(one))
  if (!api || !target) throw notOffered(request, offered)
  const conversation = refusingDeepNesting(() => requestReaders[api](request.value))
  const { adapted: named, originals } = withValidToolNames(conversation, target)
  const ours = unsupportedStops(target, named.stop)
  const adapted = ours.length === 0 ? named : { ...named, stop: named.stop.filter((stop) => !ours.includes(stop)) }
  const plain = answerReaders[target]()
  const reader = originals.size === 0 ? plain : new RenamingReader(plain, originals)
  const written = refusingDeepNesting(() => requestWriters[target](adapted, upstreamModel, request.stream))
  return {
    api: target,
    body: Buffer.from(refusingDeepNesting(() => JSON.stringify(written))),
    leftOut: leftOutOf(request.value, conversation, target, written),
    answer: new AnswerTranslator(ours.length === 0 ? reader : new StoppingReader(reader, ours), answerWriter(request, api, conversation.tools, createdSeconds)),
  }
}

// JSON.parse accepts deeper nesting than our recursive writers and JSON.stringify can handle.
function refusingDeepNesting<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) throw new ServiceError('invalid_argument', 'the body is nested too deeply to be passed on in another format: send it flatter', { reason: 'BODY_UNWIELDY', cause: error })
    throw error
  }
}

/** Turns a stream into one JSON answer or the reverse, for a provider that ignored the request's `stream` field. */
export function reencodeAnswer(request: GenerationRequest, createdSeconds = 0): AnswerTranslator | undefined {
  const api = asConversationApi(request.api)
  return api && new AnswerTranslator(answerReaders[api](), answerWriter(request, api, [], createdSeconds))
}

const targets = Object.keys(requestWriters) as (keyof typeof requestWriters)[]

export function asConversationApi(api: Api): ConversationApi | undefined {
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
 * Returns a body that names the model once. For callers with a list of allowed models: when `model` is given twice, we check one
 * value and the provider may use the other.
 */
export function withOneModel({ value }: GenerationRequest, body: Buffer): Buffer {
  return namesModelOnce(body) ? body : withModel(body, String(value.model))
}
