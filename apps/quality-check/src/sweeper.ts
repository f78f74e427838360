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

/** Gives memory back once no large check has ended for a second. */
export function createSweeper(): Sweeper {
  setFlagsFromString('--expose-gc')
  const sweep = runInNewContext('gc') as () => void
  let timer: NodeJS.Timeout | undefined
  return {
    ended(files) {
      if (files < manyFiles) return
      clearTimeout(timer)
      timer = setTimeout(sweep, restMs).unref()
    },
    close: () => clearTimeout(timer),
  }
}
