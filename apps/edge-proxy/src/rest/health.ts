import type { MonitoringServiceDefinition } from '@elder/contracts/monitoring'
import { toServiceError } from '@elder/errors'
import type { Health } from '@elder/lifecycle'
import type { Policy } from '@elder/resilience'
import { serviceCall, type RpcClient } from '@elder/rpc'
import type { Exchange } from '../exchange.ts'
import { healthShape } from './shapes.ts'

export interface HealthParts {
  readonly monitoring: RpcClient<MonitoringServiceDefinition>
  readonly policy: Policy
  readonly health: Health
  readonly version: string
}

/** GET /v1/health: the state of the platform from monitoring or, without it, what the edge sees itself. Without a key only the overall state. */
export function platformHealth(parts: HealthParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const health = await askMonitoring(parts, exchange.signal).catch((error: unknown) => ownView(parts, toServiceError(error).message))
    await exchange.answerJson(health.state === 'down' ? 503 : 200, exchange.caller ? health : { state: health.state })
  }
}

async function askMonitoring({ monitoring, policy }: HealthParts, aborted: AbortSignal) {
  return healthShape(await policy.execute((signal) => monitoring.getHealth({}, serviceCall('edge-proxy', 2_000, signal)), aborted))
}

function ownView({ health, version }: HealthParts, problem: string): ReturnType<typeof healthShape> {
  const { ready, dependencies } = health.snapshot()
  const away = dependencies.filter(({ name, up }) => !up && name !== 'monitoring')
  const state = ready ? 'degraded' : 'down'
  return {
    state,
    causes: [
      ...away.map(({ name, reason }) => ({ component: name, reason, affects: ['edge-proxy'], remedy: `find out why ${name} does not answer, then start it again` })),
      { component: 'monitoring', reason: problem, affects: [], remedy: 'this is only what the edge sees itself: start monitoring again for the state of the whole platform' },
    ],
    services: [{ name: 'edge-proxy', state, version, instances: 1, lastSeenAt: new Date(), dependencies: dependencies.map(({ name, up, required, reason }) => ({ name, up, required, reason })) }],
    events: [],
  }
}
