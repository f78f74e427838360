import { setTimeout as delay } from 'node:timers/promises'
import type { KV, KvEntry } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { Setting } from '@elder/contracts/auth-settings'
import { retryDelayMs, ServiceError } from '@elder/errors'
import type { Telemetry } from '@elder/telemetry'
import type { Link } from './link.ts'
import { openSettingsStore } from './settings-store.ts'

/** A watch does not notice when its store is deleted and created again, so it polls as well. */
const pollEveryMs = 5_000

/**
 * Watches one setting for as long as the service runs. The first call gives its value, undefined when it was never set; each later call
 * gives a new one. A store that lost the setting changes nothing: the last known value stays in force.
 */
export function watchSetting(link: Link, telemetry: Telemetry, replicas: number, name: string, listener: (setting: Setting | undefined) => void): () => void {
  const stopping = new AbortController()
  const onEntry = createEntryHandler(telemetry, name, (setting) => {
    if (!stopping.signal.aborted) listener(setting)
  })
  const run = async () => {
    for (let faults = 0; ; ) {
      try {
        const connection = await link.usable(stopping.signal)
        const store = await openSettingsStore(link, connection, replicas)
        await follow({ link, connection, store, name, signal: stopping.signal, onEntry })
        faults = 0
      } catch (error) {
        if (isOver(error)) return
        // The link logs a lost connection, and `usable` above waits for it.
        if (link.connection) telemetry.logger.warn({ err: error, setting: name }, 'the watch of a setting was lost and is started again')
        await pause(retryDelayMs(++faults), stopping.signal)
      }
    }
  }
  void run()
  return () => stopping.abort(new ServiceError('cancelled', 'the watch was ended'))
}

/** Passes on changed values only: every restarted watch begins with the current value, which is often the one already known. */
function createEntryHandler(telemetry: Telemetry, name: string, listener: (setting: Setting | undefined) => void) {
  let wasCalled = false
  let last: Uint8Array | undefined
  return (entry: KvEntry | null) => {
    const value = entry?.operation === 'PUT' ? entry.value : undefined
    if (value ? last !== undefined && Buffer.compare(last, value) === 0 : wasCalled) return
    wasCalled = true
    last = value
    try {
      listener(value && Setting.decode(value))
    } catch (error) {
      telemetry.logger.error({ err: error, setting: name }, 'a new value of a setting could not be applied')
    }
  }
}

interface Watch {
  readonly link: Link
  readonly connection: NatsConnection
  readonly store: KV
  readonly name: string
  readonly signal: AbortSignal
  readonly onEntry: (entry: KvEntry | null) => void
}

/** Returns when the connection is lost or the store was replaced. */
async function follow({ link, connection, store, name, signal, onEntry }: Watch): Promise<void> {
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
  const readEntries = async () => {
    for await (const entry of entries) {
      revision = entry.revision
      onEntry(entry)
    }
  }
  const poll = async () => {
    for (let first = true; !over.signal.aborted; first = false) {
      const entry = await link.whileConnected(store.get(name))
      if (over.signal.aborted) return
      if (entry === null) onEntry(null)
      if (!first && (entry?.revision ?? 0) !== revision) return
      await pause(pollEveryMs, over.signal)
    }
  }
  try {
    await Promise.all([readEntries().finally(end), poll().finally(end)])
  } finally {
    unwatch()
    signal.removeEventListener('abort', end)
  }
}

function isOver(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'cancelled'
}

/** Resolves early, without an error, when the signal fires. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal, ref: false })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
