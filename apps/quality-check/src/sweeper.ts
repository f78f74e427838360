import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// So many files leave tens of megabytes of garbage, which V8 would keep until it needs as much again.
const filesPerSweep = 100
const idleMs = 1_000

export interface Sweeper {
  /** Called when a check is over. */
  ended(files: number): void
  close(): void
}

/** Collects garbage, in the worker threads too, after many files and a second without a check: a caller who waits for an edit does not wait for the collection. */
export function createSweeper(isBusy: () => boolean, sweepThreads: () => void): Sweeper {
  setFlagsFromString('--expose-gc')
  const sweep = runInNewContext('gc') as () => void
  let timer: NodeJS.Timeout | undefined
  let files = 0
  function schedule(): void {
    clearTimeout(timer)
    timer = setTimeout(() => (isBusy() ? schedule() : sweepAll()), idleMs).unref()
  }
  function sweepAll(): void {
    files = 0
    sweepThreads()
    sweep()
  }
  return {
    ended(more) {
      files += more
      if (files >= filesPerSweep) schedule()
    },
    close: () => clearTimeout(timer),
  }
}
