import type { Logger } from '@elder/telemetry'
import { fetchModels } from './model-list.ts'
import { matches } from './pattern.ts'
import type { Provider } from './provider.ts'

const listKeptMs = 60_000

interface List {
  readonly ids: readonly string[]
  readonly atMs: number
}

/** The models that providers offer: by their settings, and by their own lists where the settings hold patterns. */
export class OfferedModels {
  readonly #logger: Pick<Logger, 'warn'>
  readonly #now: () => number
  readonly #lists = new Map<string, List>()

  constructor(logger: Pick<Logger, 'warn'>, now: () => number) {
    this.#logger = logger
    this.#now = now
  }

  /** Every id that a provider offers. Asks the provider if only it knows. */
  async of(provider: Provider): Promise<readonly string[]> {
    const { models = ['*'], aliases } = provider.settings
    const patterns = models.filter((one) => one.includes('*'))
    const own = [...Object.keys(aliases), ...models.filter((one) => !one.includes('*'))]
    if (patterns.length === 0) return own
    return [...own, ...(await this.#listOf(provider)).filter((id) => patterns.some((pattern) => matches(pattern, id)))]
  }

  /** The ids to name in an error, without asking the provider. */
  known({ name, settings: { models, aliases } }: Provider): readonly string[] {
    return models ? [...Object.keys(aliases), ...models] : (this.#lists.get(name)?.ids ?? [])
  }

  forget({ name }: Provider): void {
    this.#lists.delete(name)
  }

  async #listOf(provider: Provider): Promise<readonly string[]> {
    const last = this.#lists.get(provider.name)
    if (last && this.#now() - last.atMs < listKeptMs) return last.ids
    let ids = last?.ids ?? []
    try {
      ids = await fetchModels(provider)
    } catch (error) {
      this.#logger.warn({ err: error, provider: provider.name }, 'a provider does not list its models')
    }
    // Kept after a failure too: a provider that is away is not asked at every call.
    this.#lists.set(provider.name, { ids, atMs: this.#now() })
    return ids
  }
}
