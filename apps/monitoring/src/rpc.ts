import { Role } from '@elder/contracts/auth'
import { MonitoringServiceDefinition } from '@elder/contracts/monitoring'
import { ParkedMessageServiceDefinition } from '@elder/contracts/monitoring-parked'
import { implement, requireRole } from '@elder/rpc'
import type { Diagnosis } from './diagnosis.ts'
import type { Parked } from './parked.ts'
import type { Records } from './records.ts'

/** Implements the monitoring contract. Anyone with a key may read the platform's health. */
export function implementMonitoring(diagnoseNow: () => Diagnosis, records: Records) {
  return implement(MonitoringServiceDefinition, {
    async getHealth() {
      const events = await records.counts()
      const { state, causes, services } = diagnoseNow()
      return { state, causes, services, events }
    },
  })
}

/** Only for admins, not even for services. */
export function implementParkedMessages(parked: Parked) {
  return implement(ParkedMessageServiceDefinition, {
    async listParkedMessages(request, call) {
      requireRole(call, Role.ROLE_ADMIN)
      return parked.list(request)
    },
    async getParkedMessage({ id }, call) {
      requireRole(call, Role.ROLE_ADMIN)
      return { message: await parked.get(id) }
    },
    async replayParkedMessage({ id }, call) {
      requireRole(call, Role.ROLE_ADMIN)
      return { message: await parked.replay(call, id) }
    },
    async dropParkedMessage({ id }, call) {
      requireRole(call, Role.ROLE_ADMIN)
      return { message: await parked.drop(call, id) }
    },
  })
}
