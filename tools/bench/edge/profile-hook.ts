/** Preloaded into the edge (`--import`): writes a CPU or allocation profile of the time between two messages from the parent. */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

export interface ProfileOrder {
  readonly profile: string
  readonly kind: 'time' | 'allocations'
}

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.setSamplingInterval', { interval: 200 })
process.on('message', (order: Partial<ProfileOrder>) => {
  if (order.profile !== undefined) void obey(order as ProfileOrder)
})

async function obey({ profile, kind }: ProfileOrder): Promise<void> {
  if (profile !== 'start') writeFileSync(profile, JSON.stringify(await stop(kind)))
  else if (kind === 'time') await session.post('Profiler.start')
  // Includes collected objects, because they are what causes the work of the garbage collector.
  else await session.post('HeapProfiler.startSampling', { samplingInterval: 8_192, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true })
  process.send?.({ profile })
}

async function stop(kind: ProfileOrder['kind']): Promise<object> {
  return (kind === 'time' ? await session.post('Profiler.stop') : await session.post('HeapProfiler.stopSampling')).profile
}
