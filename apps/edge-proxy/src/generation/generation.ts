import { readRequest, type Api } from '@elder/dialects'
import { sagesModel, type Providers } from '@elder/providers'
import type { AnswerCache } from '../answer-cache/answer-cache.ts'
import { replay } from '../answer-cache/replay.ts'
import { parseJson, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import type { Guard } from '../guardrails/guard.ts'
import { holdFor, takeRequest } from '../limits/holding.ts'
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
    let body = await readBody(exchange.request, parts.bodyLimitBytes)
    let request = readRequest(api, parseJson(body))
    const rules = parts.guard.rulesFor(exchange.caller?.policies ?? [])
    if (rules) ({ request, body } = await parts.guard.apply(exchange, rules, { request, body }))
    if (request.model === sagesModel) {
      await takeRequest(exchange, parts.limits)
      return answerAsModel(exchange, request, parts.consult, parts.settings.keepAliveMs)
    }
    const lookup = parts.answers.find(rules?.answerCache, exchange, request)
    const hit = lookup && (await lookup)
    if (hit) {
      await takeRequest(exchange, parts.limits)
      return replay(exchange, request, hit)
    }
    const routes = parts.providers.routesFor(request.model, api)
    await holdFor(exchange, parts.limits, request, body.length, routes)
    await exchange.accept({ provider: routes[0]?.provider.name ?? '', model: request.model.slice(0, 200), streamed: request.stream })
    await relay(exchange, routes, request, body, parts)
  }
}

/** GET /v1/models: those that the caller's policies let it use. */
export function models({ providers, guard }: Pick<GenerationParts, 'providers' | 'guard'>): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const policies = exchange.caller?.policies ?? []
    const data = (await providers.models()).filter(({ id }) => guard.shows(policies, id)).map(({ id, ownedBy }) => ({ id, object: 'model', created: 0, owned_by: ownedBy }))
    await exchange.answerJson(200, { object: 'list', data })
  }
}
