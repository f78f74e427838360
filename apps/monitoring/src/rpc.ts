import { Role } from '@elder/contracts/auth'
import { MonitoringServiceDefinition } from '@elder/contracts/monitoring'
import { ParkedMessageServiceDefinition } from '@elder/contracts/monitoring-parked'
import { implement, requireRole } from '@elder/rpc'
import type { Diagnosis } from './diagnosis.ts'
import type { Parked } from './parked.ts'
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

/** For admins alone, not even for services: nobody else has to do with what was given up. */
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
