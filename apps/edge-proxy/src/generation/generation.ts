import { estimateTokens, readRequest, refuseDisguisedFields, withOneModel, type Api, type GenerationRequest } from '@elder/dialects'
import { sagesModel, type Providers, type Route } from '@elder/providers'
import type { AnswerCache } from '../answer-cache/answer-cache.ts'
import { replay } from '../answer-cache/replay.ts'
import { smallBodyBytes } from '../body-budget.ts'
import { parseJson, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import type { Guard } from '../guardrails/guard.ts'
import { holdFor, takeRequest, withCounts } from '../limits/holding.ts'
import type { Limits } from '../limits/limits.ts'
import { relay, type RelayParts } from './relay.ts'
import { answerAsModel, type Consult } from './sages-model.ts'

export interface GenerationParts extends RelayParts {
  readonly bodyLimitBytes: number
  readonly providers: Providers
  readonly consult: Consult
  readonly guard: Guard
  readonly limits: Limits
  readonly answers: AnswerCache
}

/** A request for generation, step by step: to the sages, or to a provider of its model. */
export function generation(api: Api, parts: GenerationParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    let body = await readBody(exchange, parts.bodyLimitBytes)
    let request = readRequest(api, parseJson(body))
    const policies = exchange.caller?.policies ?? []
    if (policies.length > 0) {
      refuseDisguisedFields(request)
      body = withOneModel(request, body)
    }
    const rules = parts.guard.rulesFor(policies)
    if (rules) ({ request, body } = await parts.guard.apply(exchange, rules, { request, body }))
    if (api === 'messages' || api === 'count_tokens') exchange.headers['request-id'] = exchange.id
    if (request.model === sagesModel) {
      await takeRequest(exchange, parts.limits)
      return api === 'count_tokens' ? answerEstimate(exchange, request) : answerAsModel(exchange, request, parts.consult, parts.settings.keepAliveMs)
    }
    const lookup = parts.answers.find(rules?.answerCache, exchange, request, body)
    const hit = lookup && (await lookup)
    if (hit) {
      await takeRequest(exchange, parts.limits)
      return replay(exchange, request, hit)
    }
    const known = parts.providers.routesFor(request.model, api)
    const routes = api === 'count_tokens' ? known.filter(countsTokens) : known
    if (api === 'count_tokens' && routes.length === 0) {
      await takeRequest(exchange, parts.limits)
      return answerEstimate(exchange, request)
    }
    const granted = holdFor(exchange, parts.limits, request, body.length, routes)
    if (granted) await granted
    await exchange.accept({ provider: routes[0]?.provider.name ?? '', model: request.model.slice(0, 200), streamed: request.stream })
    relay(exchange, routes, body.length > smallBodyBytes ? withoutTexts(request, routes) : request, withCounts(exchange, request, body), parts)
  }
}

/** Drops the parsed content of a large request that is passed on unchanged, so that it is not kept in memory beside its bytes until a provider answers. */
function withoutTexts(request: GenerationRequest, routes: readonly Route[]): GenerationRequest {
  if (!routes.every(({ apis }) => apis.includes(request.api))) return request
  const { messages: _, input: __, prompt: ___, system: ____, ...value } = request.value
  return { ...request, value }
}

function countsTokens({ apis }: Route): boolean {
  return apis.includes('count_tokens')
}

/** Answers a token count with Elder's own estimate, marked as such. */
async function answerEstimate(exchange: Exchange, request: GenerationRequest): Promise<void> {
  await exchange.answerJson(200, { input_tokens: estimateTokens(request.value), estimated: true })
}
