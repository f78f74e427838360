import { Gauge, type Registry } from 'prom-client'
import type { Diagnosis } from './diagnosis.ts'
import { componentStates } from './transitions.ts'

/** The state of every component, for alerts: 1 up, 2 degraded, 3 down. */
export function measureHealth(registry: Registry, diagnoseNow: () => Diagnosis): void {
  new Gauge({
    name: 'elder_component_state',
    help: '1 up, 2 degraded, 3 down',
    labelNames: ['component'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { component, state } of componentStates(diagnoseNow())) this.set({ component }, state)
    },
  })
}
