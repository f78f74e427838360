import { setTimeout as delay } from 'node:timers/promises'
import { rmSync } from 'node:fs'
import { usualStopMs } from '@elder/backing'
import { defineCommand } from '../command.ts'
import { endLeftovers } from '../platform/cleanup.ts'
import { lockOwner, refuseDuringRestore } from '../platform/lock.ts'
import { placesOf } from '../platform/places.ts'
import { isAlive, signalGroup, type ProcessIdentity } from '../platform/processes.ts'
import { readState } from '../platform/state.ts'
import { noArguments } from '../words.ts'

/** The time that the supervisor may take after its services have ended, because one of the servers may have to be killed. After that it counts as stuck. */
const patienceMs = usualStopMs + 5_000

export const command = defineCommand({
  usage: 'down',
  about: 'Stops the platform: services finish their running work, then NATS, Redis and Postgres stop. Data is kept.',
  options: {},
  async run({ positionals }, { checkout, terminal }) {
    noArguments('down', positionals)
    refuseDuringRestore(placesOf(checkout).restoreLock)
    const stopped = await stopPlatform(checkout)
    terminal.print(stopped ? 'stopped; data stays' : 'nothing is running')
    return 0
  },
})

/** Stops the platform of a checkout; returns false when it was not running. */
export async function stopPlatform(checkout: string): Promise<boolean> {
  const places = placesOf(checkout)
  const supervisor = lockOwner(places.lock)
  const before = readState(places.state)
  if (supervisor) {
    process.kill(supervisor.pid, 'SIGTERM')
    if (!(await gone(supervisor, patienceMs + (before?.stopWithinMs ?? 0)))) {
      signalGroup(supervisor, 'SIGKILL')
      await gone(supervisor, 1_000)
    }
  }
  const left = readState(places.state) ?? before
  if (left) await endLeftovers(left)
  for (const file of [places.lock, places.state]) rmSync(file, { force: true })
  return supervisor !== undefined || left !== undefined
}

async function gone(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; isAlive(identity); await delay(20)) if (Date.now() > end) return false
  return true
}
