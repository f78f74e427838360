import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// So many files leave tens of megabytes behind, which would stay until as much again has been asked for.
const manyFiles = 100
const restMs = 1_000

export interface Sweeper {
  /** Called when a check is over. */
  ended(files: number): void
  close(): void
}

/** Gives memory back when many files were checked, at once or one by one, and nobody has asked for a second: whoever waits for an edit does not wait for this. */
export function createSweeper(isBusy: () => boolean, sweepThreads: () => void): Sweeper {
  setFlagsFromString('--expose-gc')
  const sweep = runInNewContext('gc') as () => void
  let timer: NodeJS.Timeout | undefined
  let files = 0
  function rest(): void {
    clearTimeout(timer)
    timer = setTimeout(() => (isBusy() ? rest() : sweepAll()), restMs).unref()
  }
  function sweepAll(): void {
    files = 0
    sweepThreads()
    sweep()
  }
  return {
    ended(more) {
      files += more
      if (files >= manyFiles) rest()
    },
    close: () => clearTimeout(timer),
  }
}
