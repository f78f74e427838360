import { MonitoringServiceDefinition } from '@elder/contracts/monitoring'
import { implement } from '@elder/rpc'
import type { Diagnosis } from './diagnosis.ts'
import type { Records } from './records.ts'

/** The monitoring contract. Everyone with a key may know how the platform is. */
export function implementMonitoring(diagnoseNow: () => Diagnosis, records: Records) {
  return implement(MonitoringServiceDefinition, {
    async getHealth() {
      const events = await records.counts()
      const { state, causes, services } = diagnoseNow()
      return { state, causes, services, events }
    },
  })
}
