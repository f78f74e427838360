import { readRequest, type Api } from '@elder/dialects'
import { sagesModel, type Providers } from '@elder/providers'
import { parseJson, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { relay, type RelayParts } from './relay.ts'
import { answerAsModel, type Consult } from './sages-model.ts'

export interface GenerationParts extends RelayParts {
  readonly bodyLimitBytes: number
  readonly providers: Providers
  readonly consult: Consult
}

/** A request for generation, step by step: to the sages, or to a provider of its model. */
export function generation(api: Api, parts: GenerationParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const body = await readBody(exchange.request, parts.bodyLimitBytes)
    const request = readRequest(api, parseJson(body))
    if (request.model === sagesModel) return answerAsModel(exchange, request, parts.consult, parts.settings.keepAliveMs)
    const routes = parts.providers.routesFor(request.model, api)
    await exchange.accept({ provider: routes[0]?.provider.name ?? '', model: request.model.slice(0, 200), streamed: request.stream })
    await relay(exchange, routes, request, body, parts)
  }
}

/** GET /v1/models. */
export function models(providers: Providers): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const data = (await providers.models()).map(({ id, ownedBy }) => ({ id, object: 'model', created: 0, owned_by: ownedBy }))
    await exchange.answerJson(200, { object: 'list', data })
  }
}
