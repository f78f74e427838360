import type { HealthDefinition } from '@elder/contracts/health'
import { toServiceError } from '@elder/errors'
import { serviceCall, type RpcClient } from '@elder/rpc'

/** Which gRPC services are being served: tools and resources of a service that is not there are not listed. */
export interface ServiceAvailability {
  /** Whether a service is served, by its full name. While its process cannot be reached, the last known answer counts, at first true. */
  isServed(service: string): Promise<boolean>
}

type HealthClient = Pick<RpcClient<HealthDefinition>, 'check'>

export interface ServiceAvailabilityParts {
  /** Health clients, by the prefix of the full names of the services they know. */
  readonly healthClients: Readonly<Record<string, HealthClient>>
  readonly now?: () => number
}

interface CachedAnswer {
  readonly served: boolean
  readonly expiresAtMs: number
}

// A service that is added later appears within this time.
const answerTtlMs = 60_000
// While a process cannot be reached.
const guessTtlMs = 5_000
const answerWithinMs = 1_000

export function createServiceAvailability({ healthClients, now = Date.now }: ServiceAvailabilityParts): ServiceAvailability {
  const cached = new Map<string, CachedAnswer>()
  const pending = new Map<string, Promise<boolean>>()

  async function check(service: string): Promise<boolean> {
    const client = Object.entries(healthClients).find(([prefix]) => service.startsWith(prefix))?.[1]
    if (!client) return false
    try {
      await client.check({ service }, serviceCall('edge-proxy', answerWithinMs))
      cached.set(service, { served: true, expiresAtMs: now() + answerTtlMs })
      return true
    } catch (error) {
      const isMissing = toServiceError(error).code === 'not_found'
      const served = !isMissing && (cached.get(service)?.served ?? true)
      cached.set(service, { served, expiresAtMs: now() + (isMissing ? answerTtlMs : guessTtlMs) })
      return served
    }
  }

  function checkOnce(service: string): Promise<boolean> {
    const running = pending.get(service)
    if (running) return running
    const started = check(service).finally(() => pending.delete(service))
    pending.set(service, started)
    return started
  }

  return {
    async isServed(service) {
      const answer = cached.get(service)
      return answer && answer.expiresAtMs > now() ? answer.served : checkOnce(service)
    },
  }
}
