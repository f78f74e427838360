import { loadConfig as loadAuth } from '@elder/auth/config'
import { loadConfig as loadCache } from '@elder/cache/config'
import { ConfigError, type Env } from '@elder/config'
import { loadConfig as loadEdgeProxy } from '@elder/edge-proxy/config'
import { loadConfig as loadMonitoring } from '@elder/monitoring/config'
import { loadConfig as loadQualityCheck } from '@elder/quality-check/config'
import { loadConfig as loadSageConsultation } from '@elder/sage-consultation/config'

export type Config = ReturnType<typeof loadConfig>

/** The settings of all six services, each under its own prefix; the faults of all of them in one go. */
export function loadConfig(env: Env) {
  const faults: string[] = []
  const load = <T>(read: (env: Env) => T): T | undefined => {
    try {
      return read(env)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      faults.push(...error.faults)
      return undefined
    }
  }
  const config = {
    auth: load(loadAuth),
    cache: load(loadCache),
    qualityCheck: load(loadQualityCheck),
    sageConsultation: load(loadSageConsultation),
    monitoring: load(loadMonitoring),
    edgeProxy: load(loadEdgeProxy),
  }
  if (faults.length > 0) throw new ConfigError([...new Set(faults)])
  return config as { [K in keyof typeof config]: NonNullable<(typeof config)[K]> }
}
