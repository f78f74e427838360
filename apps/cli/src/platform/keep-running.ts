import { setTimeout as delay } from 'node:timers/promises'
import { retryDelayMs } from '@elder/errors'
import { identify, type ProcessIdentity } from './processes.ts'
import type { KeptState, Phase } from './state.ts'

export interface Running {
  readonly pid: number
  /** Resolves with the reason when the process has exited. Never rejects. */
  readonly exited: Promise<string>
  stop(): Promise<void>
}

/** A process that is restarted whenever it ends, until it is stopped. */
export interface Kept {
  readonly state: KeptState
  /** Resolves after the first start; rejects if that failed. */
  readonly started: Promise<void>
  /** Ends the running process, so that a new one is started. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const maxDelayMs = 10_000
/** After this time a process counts as healthy, and its next failure as the first. */
const healthyAfterMs = 30_000

/** Starts the process, and again whenever it ends. `changed` is called after each change of its state. */
export function keepRunning(name: string, start: () => Promise<Running>, changed: () => void): Kept {
  const stopping = new AbortController()
  const started = Promise.withResolvers<void>()
  started.promise.catch(() => {})
  let phase: Phase = 'starting'
  let identity: ProcessIdentity | undefined
  let startedAt: Date | undefined
  let restarts = 0
  let failures = 0
  let reason: string | undefined
  let running: Running | undefined

  const set = (next: Phase) => {
    phase = next
    changed()
  }
  const superviseProcess = async () => {
    while (!stopping.signal.aborted) {
      try {
        running = await start()
        identity = identify(running.pid)
        startedAt = new Date()
        set('running')
        started.resolve()
        if (stopping.signal.aborted) await running.stop()
        reason = await running.exited
        if (Date.now() - startedAt.getTime() >= healthyAfterMs) failures = 0
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error)
        started.reject(error)
      }
      running = undefined
      identity = undefined
      startedAt = undefined
      if (stopping.signal.aborted) break
      failures += 1
      restarts += 1
      set('waiting')
      await delay(retryDelayMs(failures, maxDelayMs), undefined, { signal: stopping.signal }).catch(() => {})
    }
    set('stopped')
  }
  const ended = superviseProcess()
  return {
    get state() {
      const recovered = startedAt !== undefined && Date.now() - startedAt.getTime() >= healthyAfterMs
      return { name, phase, process: identity, restarts, startedAt: startedAt?.toISOString(), reason: recovered ? undefined : reason }
    },
    started: started.promise,
    async restart() {
      await running?.stop()
    },
    async stop() {
      stopping.abort()
      await running?.stop()
      await ended
    },
  }
}
