import type { Api } from '@elder/dialects'
import type { RetryBudget } from '@elder/resilience'
import type { Circuit } from './circuit.ts'
import { matches } from './pattern.ts'
import type { Price } from './price.ts'
import type { Provider } from './provider.ts'

/** One way to have a request answered: a provider, and what the model is called there. */
export interface Route {
  readonly provider: Provider
  /** The provider's id for it. */
  readonly model: string
  /** The wire formats that the provider speaks. */
  readonly apis: readonly Api[]
  readonly price: Price | undefined
  readonly circuit: Circuit
  /** Limits the retries among the providers that can replace each other for this model. */
  readonly budget: RetryBudget
}

/** Routes of equal priority; their order is drawn by weight. */
export type Group = readonly Route[]

interface Match {
  readonly provider: Provider
  readonly model: string
  readonly rank: number
}

/** The groups that serve a model, by priority, exact names before patterns. A provider without a list of models serves the models that no other names. */
export function groupsFor(model: string, api: Api, providers: readonly Provider[], budgetOf: (members: string) => RetryBudget): Group[] {
  const named = providers.map((provider) => naming(provider, model)).filter((match) => match !== undefined)
  const all = named.length > 0 ? named : takingAnything(model, providers)
  const served = all.filter(({ provider }) => serves(provider.settings.apis, api))
  const standing = ({ provider, rank }: Match) => provider.settings.priority * 10 + rank
  const groups = Map.groupBy(served, standing)
  const budget = budgetOf(served.map(({ provider }) => provider.name).join(' '))
  return [...groups.keys()].toSorted((a, b) => a - b).map((key) => (groups.get(key) ?? []).map((match) => routeOf(match, budget)))
}

/** Providers that have the model, whatever they can be asked for. */
export function ownersOf(model: string, providers: readonly Provider[]): Provider[] {
  const named = providers.filter((provider) => naming(provider, model) !== undefined)
  return named.length > 0 ? named : takingAnything(model, providers).map(({ provider }) => provider)
}

function naming(provider: Provider, model: string): Match | undefined {
  const { models, aliases } = provider.settings
  if (Object.hasOwn(aliases, model)) return { provider, model: aliases[model] ?? model, rank: 0 }
  if (models?.includes(model)) return { provider, model, rank: 0 }
  // Names of the platform's own models never reach a provider by accident.
  if (model.startsWith('elder/') || !models?.some((pattern) => pattern.includes('*') && matches(pattern, model))) return undefined
  return { provider, model, rank: 1 }
}

function takingAnything(model: string, providers: readonly Provider[]): Match[] {
  if (model.startsWith('elder/')) return []
  return providers.filter(({ settings }) => settings.models === undefined).map((provider) => ({ provider, model, rank: 0 }))
}

// What a provider does not speak itself is translated for it, where that is possible.
const servedBy: Readonly<Record<Api, readonly Api[]>> = {
  chat: ['chat', 'messages', 'responses'],
  responses: ['responses', 'chat', 'messages'],
  completions: ['completions', 'chat', 'messages'],
  embeddings: ['embeddings'],
  messages: ['messages', 'chat', 'responses'],
  count_tokens: ['count_tokens', 'messages', 'chat'],
}

function serves(offered: readonly Api[], api: Api): boolean {
  return servedBy[api].some((one) => offered.includes(one))
}

function routeOf({ provider, model }: Match, budget: RetryBudget): Route {
  return { provider, model, apis: provider.settings.apis, price: priceOf(provider, model), circuit: provider.circuitOf(model), budget }
}

function priceOf({ settings: { prices } }: Provider, model: string): Price | undefined {
  const pattern = Object.keys(prices)
    .filter((one) => matches(one, model))
    .toSorted((a, b) => Number(a.includes('*')) - Number(b.includes('*')) || b.length - a.length)[0]
  const price = pattern === undefined ? undefined : prices[pattern]
  if (!price) return undefined
  const tiers = price.tiers && Object.fromEntries(Object.entries(price.tiers).map(([tier, own]) => [tier, complete(own)]))
  return tiers ? { ...complete(price), tiers } : complete(price)
}

/** What is not said of the prompt cache costs what other input costs. */
function complete({ input, output, cachedInput = input, cacheWrite = input }: { input: number; output: number; cachedInput?: number | undefined; cacheWrite?: number | undefined }): Price {
  return { input, output, cachedInput, cacheWrite }
}

/** The routes in the order to try them now. With one there is nothing to decide, and nothing is allocated. */
export function inOrder(groups: readonly Group[], only: readonly Route[] | undefined, now: () => number, random: () => number): readonly Route[] {
  if (only) return only
  const well: Route[] = []
  const ill: Route[] = []
  const at = now()
  for (const group of groups) for (const route of shuffled(group, random)) (isWell(route, at) ? well : ill).push(route)
  if (ill.length > 0) well.push(...ill)
  return well
}

function isWell({ circuit, provider }: Route, now: number): boolean {
  return (circuit.isWell || (circuit.admits(now) && !circuit.isResting(now))) && !provider.condition.ejection.isEjected(now)
}

function shuffled(group: Group, random: () => number): Group {
  if (group.length === 1) return group
  const left = [...group]
  const order: Route[] = []
  let total = left.reduce((sum, { provider }) => sum + provider.settings.weight, 0)
  while (left.length > 0) {
    let at = random() * total
    const found = left.findIndex(({ provider }) => (at -= provider.settings.weight) < 0)
    const [route] = left.splice(found < 0 ? left.length - 1 : found, 1)
    if (!route) break
    total -= route.provider.settings.weight
    order.push(route)
  }
  return order
}
