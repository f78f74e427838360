/** Loaded before the edge: writes a profile of the time between two messages of its parent. */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.setSamplingInterval', { interval: 200 })
process.on('message', (order: { profile?: string }) => {
  if (order.profile !== undefined) void obey(order.profile)
})

async function obey(order: string): Promise<void> {
  if (order === 'start') await session.post('Profiler.start')
  else {
    const { profile } = await session.post('Profiler.stop')
    writeFileSync(order, JSON.stringify(profile))
  }
  process.send?.({ profile: order })
}
