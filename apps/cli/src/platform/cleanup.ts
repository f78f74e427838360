import { setTimeout as delay } from 'node:timers/promises'
import { isAlive, signalGroup, type ProcessIdentity } from './processes.ts'
import type { State } from './state.ts'

/** Ends processes that a crashed supervisor left behind. They notice its end and exit by themselves; those that do not are killed after `graceMs`. */
export async function endLeftovers(state: State, graceMs = 5_000): Promise<void> {
  const left = () => [...state.services, ...state.backing].flatMap(({ process }) => (process && isAlive(process) ? [process] : []))
  if (await allGone(left, graceMs)) return
  for (const process of left()) signalGroup(process, 'SIGTERM')
  if (await allGone(left, graceMs)) return
  for (const process of left()) signalGroup(process, 'SIGKILL')
  await allGone(left, graceMs)
}

async function allGone(left: () => readonly ProcessIdentity[], withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; left().length > 0; await delay(50)) if (Date.now() > end) return false
  return true
}
