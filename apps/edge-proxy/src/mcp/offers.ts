import type { HealthDefinition } from '@elder/contracts/health'
import { toServiceError } from '@elder/errors'
import { serviceCall, type RpcClient } from '@elder/rpc'

/** Which services the platform serves: what nobody serves is not offered to a model. */
export interface Offers {
  /** Whether a service is served, by its full name. One that cannot be reached now counts as it did before, at first as served. */
  isServed(service: string): Promise<boolean>
}

type Asker = Pick<RpcClient<HealthDefinition>, 'check'>

export interface OffersParts {
  /** Who answers for services, by how their full names begin. */
  readonly askers: Readonly<Record<string, Asker>>
  readonly now?: () => number
}

interface Known {
  readonly served: boolean
  readonly askAgainAtMs: number
}

// A service that is added later is seen after so long; one that was asked while it was away, sooner.
const certainForMs = 60_000
const guessedForMs = 5_000
const answerWithinMs = 1_000

export function createOffers({ askers, now = Date.now }: OffersParts): Offers {
  const known = new Map<string, Known>()
  const asking = new Map<string, Promise<boolean>>()

  async function ask(service: string): Promise<boolean> {
    const asker = Object.entries(askers).find(([prefix]) => service.startsWith(prefix))?.[1]
    if (!asker) return false
    try {
      await asker.check({ service }, serviceCall('edge-proxy', answerWithinMs))
      known.set(service, { served: true, askAgainAtMs: now() + certainForMs })
      return true
    } catch (error) {
      const isKnownToMiss = toServiceError(error).code === 'not_found'
      const served = !isKnownToMiss && (known.get(service)?.served ?? true)
      known.set(service, { served, askAgainAtMs: now() + (isKnownToMiss ? certainForMs : guessedForMs) })
      return served
    }
  }

  function askOnce(service: string): Promise<boolean> {
    const running = asking.get(service)
    if (running) return running
    const question = ask(service).finally(() => asking.delete(service))
    asking.set(service, question)
    return question
  }

  return {
    async isServed(service) {
      const before = known.get(service)
      return before && before.askAgainAtMs > now() ? before.served : askOnce(service)
    },
  }
}
