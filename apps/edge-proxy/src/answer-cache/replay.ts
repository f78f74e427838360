import { Outcome } from '@elder/contracts/edge-events'
import type { GenerationRequest } from '@elder/dialects'
import type { Exchange } from '../exchange.ts'
import { throughTap } from '../generation/answer-tap.ts'
import { sseHeaders } from '../sse.ts'
import type { Hit } from './answer-cache.ts'

/** Answers with a stored answer in the requested form. No provider is asked and nothing is charged. */
export async function replay(exchange: Exchange, { stream, model }: GenerationRequest, { body, provider, usage }: Hit): Promise<void> {
  // The caller that it was stored for may have had other rules.
  const answer = throughTap(exchange.openTap?.(), body)
  await exchange.accept({ provider, model: model.slice(0, 200), streamed: stream })
  exchange.completion = { outcome: Outcome.OUTCOME_OK, firstByteMicros: exchange.elapsedMicros, durationMicros: exchange.elapsedMicros, attempts: 0, replayed: true, ...(usage && { usage }) }
  if (!stream) return exchange.answer(200, { 'content-type': 'application/json' }, answer)
  exchange.begin(200, sseHeaders)
  exchange.response.end(answer)
}
