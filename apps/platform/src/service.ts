import { start as startAuth } from '@elder/auth/service'
import { start as startCache } from '@elder/cache/service'
import { start as startEdgeProxy } from '@elder/edge-proxy/service'
import type { Service } from '@elder/lifecycle'
import { start as startMonitoring } from '@elder/monitoring/service'
import { start as startQualityCheck } from '@elder/quality-check/service'
import { start as startSageConsultation } from '@elder/sage-consultation/service'
import type { Config } from './config.ts'

/**
 * The six services in one process. They speak to each other as they do apart, by gRPC and NATS over loopback: what is
 * saved is memory, and nothing else differs.
 */
export async function start(config: Config): Promise<Service> {
  const starting = [
    startEdgeProxy(config.edgeProxy),
    startAuth(config.auth),
    startCache(config.cache),
    startQualityCheck(config.qualityCheck),
    startSageConsultation(config.sageConsultation),
    startMonitoring(config.monitoring),
  ]
  const results = await Promise.allSettled<Service>(starting)
  const services = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const stop = async () => {
    // The edge first, so that no request arrives while the services behind it stop.
    const [door, ...rooms] = services
    await door?.stop()
    await Promise.all(rooms.map((room) => room.stop()))
  }
  const failure = results.find((result) => result.status === 'rejected')
  if (failure) {
    await stop()
    throw failure.reason
  }
  return { stop }
}
