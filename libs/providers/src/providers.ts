import type { Api } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import type { Logger } from '@elder/telemetry'
import { OfferedModels } from './offered-models.ts'
import { Plans } from './plans.ts'
import { Provider, type LoadedProvider, type UpstreamSettings } from './provider.ts'
import { inOrder, ownersOf, type Route } from './routing.ts'

export interface Model {
  readonly id: string
  readonly ownedBy: string
}

/** Served by the platform itself. */
export const sagesModel = 'elder/sages'

export interface ProvidersParts {
  readonly upstream: UpstreamSettings
  readonly logger: Pick<Logger, 'warn'>
  readonly now?: () => number
  readonly random?: () => number
}

export function openProviders(settings: readonly LoadedProvider[], parts: ProvidersParts): Providers {
  return new Providers(settings, parts)
}

/** The providers of the current settings: which of them serve a model, and in which order they are tried. */
export class Providers {
  readonly #upstream: UpstreamSettings
  readonly #now: () => number
  readonly #random: () => number
  readonly #plans: Plans
  readonly #offered: OfferedModels
  #providers: readonly Provider[]
  /** Of earlier settings, with requests under way. */
  readonly #retired = new Set<Provider>()

  constructor(settings: readonly LoadedProvider[], { upstream, logger, now = Date.now, random = Math.random }: ProvidersParts) {
    this.#upstream = upstream
    this.#now = now
    this.#random = random
    this.#plans = new Plans(now)
    this.#offered = new OfferedModels(logger, now)
    this.#providers = settings.map((one) => new Provider(one, upstream))
  }

  /** The routes of a model in the order to try them now; at least one. Throws not_found, naming the models there are. */
  routesFor(model: string, api: Api): readonly Route[] {
    const plan = this.#plans.find(model, api, this.#providers)
    if (!plan) throw this.#unserved(model, api)
    return inOrder(plan.groups, plan.only, this.#now, this.#random)
  }

  /** Every model that can be named, the platform's own first. A provider that does not list its models in time is left out. */
  async models(): Promise<Model[]> {
    const lists = await Promise.all(this.#providers.map(async (provider) => (await this.#offered.of(provider)).map((id) => ({ id, ownedBy: provider.name }))))
    const all = [{ id: sagesModel, ownedBy: 'elder' }, ...lists.flat()]
    return [...new Map(all.toReversed().map((model) => [model.id, model])).values()].toReversed()
  }

  /** Replaces the settings. Requests under way continue as they began; connections of providers that stay are kept. */
  replace(next: readonly LoadedProvider[]): void {
    const before = new Map(this.#providers.map((provider) => [provider.name, provider]))
    this.#providers = next.map((one) => new Provider(one, this.#upstream, before.get(one.name)))
    for (const provider of this.#retired) if (provider.connection.inFlight === 0) this.#retired.delete(provider)
    const kept = new Set(this.#providers.map(({ connection }) => connection))
    for (const provider of before.values()) {
      provider.stopProbing()
      if (kept.has(provider.connection)) continue
      this.#retired.add(provider)
      this.#offered.forget(provider)
      provider.connection.retire()
    }
    this.#plans.clear()
  }

  /** Those of the current settings. */
  list(): readonly Provider[] {
    return this.#providers
  }

  async close(): Promise<void> {
    for (const provider of this.#providers) provider.stopProbing()
    await Promise.all([...this.#providers, ...this.#retired].map(({ connection }) => connection.destroy()))
  }

  #unserved(model: string, api: Api): ServiceError {
    const quoted = JSON.stringify(model.slice(0, 100))
    const owners = ownersOf(model, this.#providers)
    if (owners.length > 0) {
      const offers = owners.slice(0, 5).map((provider) => `provider ${provider.name} has it for ${provider.settings.apis.join(', ')}`)
      return new ServiceError('invalid_argument', `model ${quoted} cannot be asked for ${api}: ${offers.join('; ')}`, { reason: 'API_NOT_OFFERED', field: 'model' })
    }
    const known = [sagesModel, ...this.#providers.flatMap((provider) => this.#offered.known(provider))]
    return new ServiceError('not_found', `model ${quoted} does not exist; there are: ${known.slice(0, 30).join(', ')}`, { reason: 'MODEL_NOT_FOUND', field: 'model' })
  }
}
