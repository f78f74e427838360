import type { Api } from '@elder/dialects'
import { RetryBudget } from '@elder/resilience'
import type { Provider } from './provider.ts'
import { groupsFor, type Group, type Route } from './routing.ts'

// Callers name models freely.
const mostPlans = 2_000

/** The providers of one model and API. */
export interface Plan {
  readonly groups: readonly Group[]
  /** Present when there is nothing to choose. */
  readonly only: readonly Route[] | undefined
}

/** The plans of the current settings, each made when it is first needed. */
export class Plans {
  readonly #now: () => number
  readonly #byApi = new Map<Api, Map<string, Plan>>()
  // Providers of the same models share one budget, whatever the models are.
  readonly #budgets = new Map<string, RetryBudget>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Undefined when no provider serves the model. */
  find(model: string, api: Api, providers: readonly Provider[]): Plan | undefined {
    let plans = this.#byApi.get(api)
    if (!plans) this.#byApi.set(api, (plans = new Map()))
    const known = plans.get(model)
    if (known) return known
    const groups = groupsFor(model, api, providers, (members) => this.#budgetOf(members))
    const [first] = groups
    if (!first) return undefined
    const plan: Plan = { groups, only: groups.length === 1 && first.length === 1 ? first : undefined }
    if (plans.size >= mostPlans) plans.clear()
    plans.set(model, plan)
    return plan
  }

  /** The settings have changed. */
  clear(): void {
    this.#byApi.clear()
    this.#budgets.clear()
  }

  #budgetOf(members: string): RetryBudget {
    const known = this.#budgets.get(members)
    if (known) return known
    const budget = new RetryBudget({ ratio: 0.2, floor: 100, now: this.#now })
    this.#budgets.set(members, budget)
    return budget
  }
}
