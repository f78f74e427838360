import { providerStatus, type Provider, type Providers } from '@elder/providers'
import { withoutAddresses } from '../errors.ts'
import type { Exchange } from '../exchange.ts'

export interface ProviderListParts {
  readonly providers: Pick<Providers, 'list'>
}

/** GET /v1/providers: the providers in use and their health as seen by this edge, without keys. */
export function listProviders({ providers }: ProviderListParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const now = Date.now()
    await exchange.answerJson(200, { items: providers.list().map((provider) => providerShape(provider, now)), nextCursor: null })
  }
}

export function providerShape(provider: Provider, now: number) {
  const { name, baseUrl, dialect, apis, keyFile, models, prices, weight, priority } = provider.settings
  const { state, inFlight, paused, lastFailure } = providerStatus(provider, now)
  return {
    name,
    baseUrl,
    dialect,
    apis: [...apis],
    models: models ? [...models] : null,
    priced: Object.keys(prices),
    priority,
    weight,
    ...(keyFile !== undefined && { keyFile }),
    state,
    inFlight,
    paused: paused.map(({ model, waitMs, reason }) => ({ model, again: new Date(now + waitMs), ...(reason !== undefined && { reason: reason.toLowerCase() }) })),
    ...(lastFailure && { lastFailure: { at: new Date(lastFailure.atMs), ...(lastFailure.reason !== undefined && { reason: lastFailure.reason.toLowerCase() }), message: withoutAddresses(lastFailure.message) } }),
  }
}
