import { ServiceError } from '@elder/errors'
import type { Model, Providers } from '@elder/providers'
import { headerOf, type Exchange } from '../exchange.ts'
import type { Guard } from '../guardrails/guard.ts'

export interface ModelParts {
  readonly providers: Providers
  readonly guard: Guard
}

/** The model lists of each API family. */
interface Shape {
  one(model: Model): object
  list(models: readonly Model[]): object
}

const openAi: Shape = {
  one: ({ id, ownedBy }) => ({ id, object: 'model', created: 0, owned_by: ownedBy }),
  list: (models) => ({ object: 'list', data: models.map(openAi.one) }),
}

const anthropic: Shape = {
  // The creation time is not known, but the format requires one.
  one: ({ id }) => ({ type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' }),
  list: (models) => ({ data: models.map(anthropic.one), has_more: false, first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null }),
}

function shapeFor({ request }: Exchange): Shape {
  return headerOf(request, 'anthropic-version') === undefined ? openAi : anthropic
}

/** GET /v1/models: the models that the caller's policies allow. */
export function models(parts: ModelParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => exchange.answerJson(200, shapeFor(exchange).list(await modelsFor(exchange, parts)))
}

/** GET /v1/models/{id}, whose id may contain slashes, plain or percent-encoded. */
export function model(parts: ModelParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const id = exchange.params['*'] ?? ''
    const found = (await modelsFor(exchange, parts)).find((one) => one.id === id)
    if (!found) throw new ServiceError('not_found', `model ${JSON.stringify(id.slice(0, 100))} does not exist, or is not for you: GET /v1/models lists those that are`, { reason: 'MODEL_NOT_FOUND', field: 'model' })
    await exchange.answerJson(200, shapeFor(exchange).one(found))
  }
}

async function modelsFor({ caller }: Exchange, { providers, guard }: ModelParts): Promise<Model[]> {
  const policies = caller?.policies ?? []
  return (await providers.models()).filter(({ id }) => guard.shows(policies, id))
}
