import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import { Kvm, type KV } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { settingsStore } from '@elder/contracts'
import { Setting } from '@elder/contracts/auth-settings'
import { ServiceError } from '@elder/errors'
import type { Broker } from './broker.ts'
import { internals } from './internals.ts'
import type { Link } from './link.ts'

const writeAttempts = 5

/** The key-value store of live settings, created if it is missing. Reads go to its leader, because a lagging replica would answer "never set". */
export function openSettingsStore(link: Link, connection: NatsConnection, replicas: number): Promise<KV> {
  return link.whileConnected(new Kvm(connection).create(settingsStore, { history: 1, replicas, allow_direct: false, description: 'live settings, written by auth' }))
}

/**
 * Writes the result of `current` to the store if it differs, and returns whether it did. `current` is called after the store
 * was read: of two concurrent writers, the refused one repeats, so that the newest value wins.
 */
export async function writeSetting(broker: Broker, name: string, current: () => Promise<Setting | undefined>): Promise<boolean> {
  const { link, replicas } = broker[internals]
  const { connection } = link
  if (!connection) throw new ServiceError('unavailable', 'the broker is not connected')
  try {
    const store = await openSettingsStore(link, connection, replicas)
    for (let attempt = 1; ; attempt++) {
      const outcome = await write(link, store, name, current)
      if (outcome !== 'overtaken') return outcome === 'written'
      if (attempt === writeAttempts) throw new Error(`others wrote it ${writeAttempts} times meanwhile`)
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error
    throw new ServiceError('unavailable', `setting ${name} could not be put into the store ${settingsStore}`, { cause: error })
  }
}

async function write(link: Link, store: KV, name: string, current: () => Promise<Setting | undefined>): Promise<'written' | 'the same' | 'overtaken'> {
  const entry = await link.whileConnected(store.get(name))
  const setting = await current()
  if (!setting) return 'the same'
  const value = Setting.encode(setting).finish()
  if (entry?.operation === 'PUT' && Buffer.compare(entry.value, value) === 0) return 'the same'
  try {
    await link.whileConnected(store.put(name, value, { previousSeq: entry?.revision ?? 0 }))
    return 'written'
  } catch (error) {
    if (isOvertaken(error)) return 'overtaken'
    throw error
  }
}

function isOvertaken(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamWrongLastSequence
}
