import { writeSetting, type Broker } from '@elder/messaging'
import { untraced, type Telemetry } from '@elder/telemetry'
import type { SettingStore } from './settings.ts'

/** A store that was emptied or deleted while the broker kept running is repaired within this time. */
const lookEveryMs = 30_000
const againAfterMs = 1_000

export interface SettingsKeeper {
  /** Writes the value of one setting in Postgres to the key-value store. */
  bringUpToDate(name: string): Promise<void>
  stop(): Promise<void>
}

/** Keeps the key-value store of live settings equal to Postgres: at the start, whenever the broker reconnects, and periodically. */
export function startSettingsKeeper({ broker, store, telemetry }: { broker: Broker; store: Pick<SettingStore, 'find' | 'names'>; telemetry: Telemetry }): SettingsKeeper {
  const { logger } = telemetry
  const bringUpToDate = async (name: string) => {
    if (await writeSetting(broker, name, () => store.find(name))) logger.info({ setting: name }, 'a setting was put into the key-value store')
  }
  let stopped = false
  let retry: NodeJS.Timeout | undefined
  let underWay: Promise<void> | undefined
  const bringAllUpToDate = async () => {
    try {
      for (const name of await store.names()) await bringUpToDate(name)
    } catch (error) {
      if (stopped || !broker.connected) return
      logger.warn({ err: error }, 'the settings could not be compared with the key-value store; trying again')
      retry = setTimeout(look, againAfterMs).unref()
    }
  }
  const look = () => {
    if (!broker.connected || stopped) return
    // The periodic comparison would only fill the traces.
    underWay ??= untraced(bringAllUpToDate).finally(() => {
      underWay = undefined
    })
  }
  const unwatch = broker.onConnectionChange(look)
  const timer = setInterval(look, lookEveryMs).unref()
  look()
  return {
    bringUpToDate,
    async stop() {
      stopped = true
      clearInterval(timer)
      clearTimeout(retry)
      unwatch()
      await underWay
    },
  }
}
