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

/** Gives memory back a second after a large check, or as soon after as nothing is checked: whoever waits for an edit does not wait for this. */
export function createSweeper(isBusy: () => boolean): Sweeper {
  setFlagsFromString('--expose-gc')
  const sweep = runInNewContext('gc') as () => void
  let timer: NodeJS.Timeout | undefined
  function rest(): void {
    clearTimeout(timer)
    timer = setTimeout(() => (isBusy() ? rest() : sweep()), restMs).unref()
  }
  return {
    ended(files) {
      if (files >= manyFiles) rest()
    },
    close: () => clearTimeout(timer),
  }
}
