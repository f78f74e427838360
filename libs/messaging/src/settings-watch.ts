import { setTimeout as delay } from 'node:timers/promises'
import type { KV, KvEntry } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { Setting } from '@elder/contracts/auth-settings'
import { ServiceError } from '@elder/errors'
import { retryDelayMs } from '@elder/lifecycle'
import type { Telemetry } from '@elder/telemetry'
import type { Link } from './link.ts'
import { openSettingsStore } from './settings-store.ts'

/** The store may be deleted and made anew under a watch, which then hears nothing: so the watch looks, too. */
const lookEveryMs = 5_000

/**
 * Follows one setting for as long as the service runs. The first call says what it is, undefined when it was never set; each
 * later one says what it became. A store that lost the setting changes nothing: what was heard last goes on being true.
 */
export function watchSetting(link: Link, telemetry: Telemetry, replicas: number, name: string, listener: (setting: Setting | undefined) => void): () => void {
  const stopping = new AbortController()
  const heard = createHearing(telemetry, name, (setting) => {
    if (!stopping.signal.aborted) listener(setting)
  })
  const run = async () => {
    for (let faults = 0; ; ) {
      try {
        const connection = await link.usable(stopping.signal)
        const store = await openSettingsStore(link, connection, replicas)
        await follow({ link, connection, store, name, signal: stopping.signal, heard })
        faults = 0
      } catch (error) {
        if (isOver(error)) return
        // A connection that went is told by the link, and waited for above.
        if (link.connection) telemetry.logger.warn({ err: error, setting: name }, 'the watch of a setting was lost; watching anew')
        await pause(retryDelayMs(++faults), stopping.signal)
      }
    }
  }
  void run()
  return () => stopping.abort(new ServiceError('cancelled', 'the watch was ended'))
}

/** Tells what a store says, without repeating it: watches begin anew, and each begins with what there is. */
function createHearing(telemetry: Telemetry, name: string, listener: (setting: Setting | undefined) => void) {
  let told = false
  let last: Uint8Array | undefined
  return (entry: KvEntry | null) => {
    const value = entry?.operation === 'PUT' ? entry.value : undefined
    if (value ? last !== undefined && Buffer.compare(last, value) === 0 : told) return
    told = true
    last = value
    try {
      listener(value && Setting.decode(value))
    } catch (error) {
      telemetry.logger.error({ err: error, setting: name }, 'a setting could not be taken over')
    }
  }
}

interface Watch {
  readonly link: Link
  readonly connection: NatsConnection
  readonly store: KV
  readonly name: string
  readonly signal: AbortSignal
  readonly heard: (entry: KvEntry | null) => void
}

/** Returns when the connection is gone or the store is not the one it was. */
async function follow({ link, connection, store, name, signal, heard }: Watch): Promise<void> {
  const entries = await link.whileConnected(store.watch({ key: name }))
  const over = new AbortController()
  const end = () => {
    over.abort()
    entries.stop()
  }
  const unwatch = link.watch(end)
  signal.addEventListener('abort', end)
  if (signal.aborted || link.connection !== connection) end()
  let revision = 0
  const hear = async () => {
    for await (const entry of entries) {
      revision = entry.revision
      heard(entry)
    }
  }
  const look = async () => {
    for (let first = true; !over.signal.aborted; first = false) {
      const entry = await link.whileConnected(store.get(name))
      if (over.signal.aborted) return
      if (entry === null) heard(null)
      if (!first && (entry?.revision ?? 0) !== revision) return
      await pause(lookEveryMs, over.signal)
    }
  }
  try {
    await Promise.all([hear().finally(end), look().finally(end)])
  } finally {
    unwatch()
    signal.removeEventListener('abort', end)
  }
}

function isOver(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'cancelled'
}

/** Ends early, and well, when the signal fires. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal, ref: false })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
