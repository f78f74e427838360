import type { Api } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import { RetryBudget } from '@elder/resilience'
import type { Logger } from '@elder/telemetry'
import { fetchModels } from './model-list.ts'
import { matches } from './pattern.ts'
import { Provider, type LoadedProvider, type UpstreamSettings } from './provider.ts'
import { groupsFor, inOrder, ownersOf, type Group, type Route } from './routing.ts'

export interface Model {
  readonly id: string
  readonly ownedBy: string
}

export interface Providers {
  /** The routes of a model in the order to try them now; at least one. Throws not_found, naming the models there are. */
  routesFor(model: string, api: Api): readonly Route[]
  /** Every model that can be named, the platform's own first. A provider that does not tell its models in time is left out. */
  models(): Promise<Model[]>
  /** Other settings from now on. What is under way goes on as it began; connections of providers that stay are kept. */
  replace(settings: readonly LoadedProvider[]): void
  /** Those of the current settings. */
  list(): readonly Provider[]
  close(): Promise<void>
}

/** Served by the platform itself. */
export const sagesModel = 'elder/sages'

const listKeptMs = 60_000
// Callers name models freely.
const mostPlans = 2_000

interface Plan {
  readonly groups: readonly Group[]
  /** When there is nothing to choose. */
  readonly only: readonly Route[] | undefined
}

export interface ProvidersParts {
  readonly upstream: UpstreamSettings
  readonly logger: Pick<Logger, 'warn'>
  readonly now?: () => number
  readonly random?: () => number
}

export function openProviders(settings: readonly LoadedProvider[], { upstream, logger, now = Date.now, random = Math.random }: ProvidersParts): Providers {
  let providers: readonly Provider[] = settings.map((one) => new Provider(one, upstream))
  const retired = new Set<Provider>()
  const plans = new Map<Api, Map<string, Plan>>()
  // Those who serve the same models share one, whatever the models are.
  const budgets = new Map<string, RetryBudget>()
  const listed = new Map<string, { ids: readonly string[]; atMs: number }>()

  function budgetOf(members: string): RetryBudget {
    const known = budgets.get(members)
    if (known) return known
    const budget = new RetryBudget({ ratio: 0.2, floor: 100, now })
    budgets.set(members, budget)
    return budget
  }

  function planFor(model: string, api: Api): Plan {
    let ofApi = plans.get(api)
    if (!ofApi) plans.set(api, (ofApi = new Map()))
    const known = ofApi.get(model)
    if (known) return known
    const groups = groupsFor(model, api, providers, budgetOf)
    const [first] = groups
    if (!first) throw unserved(model, api)
    const plan: Plan = { groups, only: groups.length === 1 && first.length === 1 ? first : undefined }
    if (ofApi.size >= mostPlans) ofApi.clear()
    ofApi.set(model, plan)
    return plan
  }

  function routesFor(model: string, api: Api): readonly Route[] {
    const { groups, only } = planFor(model, api)
    return inOrder(groups, only, now, random)
  }

  function unserved(model: string, api: Api): ServiceError {
    const quoted = JSON.stringify(model.slice(0, 100))
    const owners = ownersOf(model, providers)
    if (owners.length > 0) {
      const offers = owners.slice(0, 5).map((provider) => `provider ${provider.name} has it for ${provider.settings.apis.join(', ')}`)
      return new ServiceError('invalid_argument', `model ${quoted} cannot be asked for ${api}: ${offers.join('; ')}`, { reason: 'API_NOT_OFFERED', field: 'model' })
    }
    const known = [sagesModel, ...providers.flatMap((one) => namesOf(one) ?? listed.get(one.name)?.ids ?? [])]
    return new ServiceError('not_found', `model ${quoted} does not exist; there are: ${known.slice(0, 30).join(', ')}`, { reason: 'MODEL_NOT_FOUND', field: 'model' })
  }

  async function idsOf(provider: Provider): Promise<readonly string[]> {
    const { models = ['*'], aliases } = provider.settings
    const patterns = models.filter((one) => one.includes('*'))
    const own = [...Object.keys(aliases), ...models.filter((one) => !one.includes('*'))]
    if (patterns.length === 0) return own
    return [...own, ...(await listedBy(provider)).filter((id) => patterns.some((pattern) => matches(pattern, id)))]
  }

  async function listedBy(provider: Provider): Promise<readonly string[]> {
    const known = listed.get(provider.name)
    if (known && now() - known.atMs < listKeptMs) return known.ids
    let ids = known?.ids ?? []
    try {
      ids = await fetchModels(provider)
    } catch (error) {
      logger.warn({ err: error, provider: provider.name }, 'a provider does not tell its models')
    }
    // Kept after a failure too: a provider that is away is not asked at every call.
    listed.set(provider.name, { ids, atMs: now() })
    return ids
  }

  async function models(): Promise<Model[]> {
    const lists = await Promise.all(providers.map(async (provider) => (await idsOf(provider)).map((id) => ({ id, ownedBy: provider.name }))))
    const all = [{ id: sagesModel, ownedBy: 'elder' }, ...lists.flat()]
    return [...new Map(all.toReversed().map((model) => [model.id, model])).values()].toReversed()
  }

  function replace(next: readonly LoadedProvider[]): void {
    const before = new Map(providers.map((provider) => [provider.name, provider]))
    providers = next.map((one) => new Provider(one, upstream, before.get(one.name)))
    for (const provider of retired) if (provider.connection.inFlight === 0) retired.delete(provider)
    const kept = new Set(providers.map(({ connection }) => connection))
    for (const provider of before.values()) {
      provider.stopProbing()
      if (kept.has(provider.connection)) continue
      retired.add(provider)
      listed.delete(provider.name)
      provider.connection.retire()
    }
    plans.clear()
    budgets.clear()
  }

  async function close(): Promise<void> {
    for (const provider of providers) provider.stopProbing()
    await Promise.all([...providers, ...retired].map(({ connection }) => connection.destroy()))
  }

  return { routesFor, models, replace, list: () => providers, close }
}

/** Undefined when only the provider knows. */
function namesOf({ settings: { models, aliases } }: Provider): readonly string[] | undefined {
  return models && [...Object.keys(aliases), ...models]
}
