import { ServiceError } from '@elder/errors'
import type { Api, Usage } from './api.ts'
import { namesModelOnce, withModel } from './model-name.ts'
import type { GenerationRequest } from './request.ts'

/** Turns a provider's answer into what the client's format would have been. Made for one answer. */
export interface AnswerTranslator {
  /** An answer in one piece. */
  whole(body: Buffer): Buffer
  /** What a piece of a stream gives the client; undefined when nothing yet. */
  events(chunk: Buffer): Buffer | undefined
  /** What is left when the provider has ended its stream. */
  end(): Buffer | undefined
  readonly usage: Usage | undefined
}

/** How a request goes to a provider, and how its answer comes back. */
export interface Translation {
  readonly api: Api
  /** Undefined: the client's own bytes will do. */
  readonly body: Buffer | undefined
  /** Undefined: the answer passes as it comes. */
  readonly answer: AnswerTranslator | undefined
}

/** Chooses the format in which a provider is asked, and translates when it does not offer the client's. Throws what cannot be translated. */
export function translate(request: GenerationRequest, offered: readonly Api[], upstreamModel: string, body: Buffer): Translation {
  if (offered.includes(request.api)) return { api: request.api, body: passable(request, upstreamModel, body), answer: undefined }
  throw new ServiceError('invalid_argument', `model ${request.model.slice(0, 100)} is not offered for ${request.api}: ask in ${offered.join(', ') || 'no format at all'}`, { reason: 'NOT_OFFERED', field: 'model' })
}

// A name that is given twice was checked in one of its values only: a provider may read the other.
function passable({ value }: GenerationRequest, upstreamModel: string, body: Buffer): Buffer | undefined {
  return value.model === upstreamModel && namesModelOnce(body) ? undefined : withModel(body, upstreamModel)
}
