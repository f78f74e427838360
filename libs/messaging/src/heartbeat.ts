import { heartbeat, heartbeatRequested } from '@elder/contracts'
import type { Health } from '@elder/lifecycle'
import type { Telemetry } from '@elder/telemetry'
import type { Broker } from './broker.ts'

const everyMs = 2_000

/** Publishes this instance's health every two seconds, at each change and on request. `stop` publishes that it stops intentionally. */
export function startHeartbeat({ broker, telemetry, health }: { broker: Broker; telemetry: Telemetry; health: Health }): { stop(): Promise<void> } {
  const startedAt = new Date()
  const beat = (stopping: boolean) => {
    const { ready, dependencies } = health.snapshot()
    broker.sendSignal(heartbeat, {
      service: telemetry.service,
      instance: telemetry.instance,
      version: telemetry.version,
      startedAt,
      ready,
      dependencies: dependencies.map(({ name, up, required, reason }) => ({ name, up, required, reason })),
      stopping,
    })
  }
  const unwatchHealth = health.watch(() => beat(false))
  const unwatchBroker = broker.onConnectionChange((connected) => {
    if (connected) beat(false)
  })
  const unsubscribe = broker.onSignal(heartbeatRequested, () => beat(false))
  const timer = setInterval(() => beat(false), everyMs)
  timer.unref()
  beat(false)
  return {
    async stop() {
      clearInterval(timer)
      unwatchHealth()
      unwatchBroker()
      unsubscribe()
      beat(true)
    },
  }
}
