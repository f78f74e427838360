import { DiscardPolicy, JetStreamApiError, jetstreamManager, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream'
import { nanos, type NatsConnection } from '@nats-io/nats-core'
import { brokerAccess, streams, type BrokerAccess, type StreamName } from '@elder/contracts'

const dayMs = 86_400_000
const nameInUse = 10_058

/** Creates missing streams. A stream that differs from the contracts is updated by the service that has permission. */
export async function ensureStreams(connection: NatsConnection, replicas: number, service: string): Promise<void> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  for (const name of Object.keys(streams) as StreamName[]) {
    const config: Partial<StreamConfig> & { name: string } = {
      name,
      subjects: [...streams[name].subjects],
      max_age: nanos(streams[name].maxAgeDays * dayMs),
      retention: streams[name].retention === 'workqueue' ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      storage: StorageType.File,
      duplicate_window: nanos(120_000),
      num_replicas: replicas,
    }
    try {
      await manager.streams.add(config)
    } catch (error) {
      if (!(error instanceof JetStreamApiError && error.code === nameInUse)) throw error
      if (mayUpdate(service)) await manager.streams.update(name, config)
    }
  }
}

function mayUpdate(service: string): boolean {
  const access: Readonly<Record<string, BrokerAccess>> = brokerAccess
  return access[service]?.updatesStreams ?? false
}
