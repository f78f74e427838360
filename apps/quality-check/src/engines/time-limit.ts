// The limit of wall-clock time, as a multiple of that of CPU time: after it the job counts as hanging, however busy the machine was.
const ceilingFactor = 10
const minIntervalMs = 10

/**
 * Calls `giveUp` once when a job has used up its limit of CPU time, or has not answered within ten times as long. `used` returns the CPU time since the start in milliseconds, or
 * undefined where it cannot be measured: then wall-clock time counts. It is not called before the limit has passed on the clock. Returns a function that cancels the limit.
 */
export function limitTime(limitMs: number, used: () => Promise<number | undefined>, giveUp: (reason: string) => void): () => void {
  const ceilingMs = limitMs * ceilingFactor
  let ended = false
  let look = setTimeout(() => void take(), limitMs)
  const ceiling = setTimeout(() => end(`gave up: no answer within ${ceilingMs} ms`), ceilingMs)

  async function take(): Promise<void> {
    // A thread that cannot be measured is terminating, which is handled elsewhere, or inside native code, where the wall-clock limit still applies.
    const ms = await used().catch(() => 0)
    if (ended) return
    if (ms === undefined) end(`gave up after ${limitMs} ms`)
    else if (ms >= limitMs) end(`gave up after ${limitMs} ms of processor time`)
    else look = setTimeout(() => void take(), Math.max(limitMs - ms, minIntervalMs))
  }

  function end(reason: string): void {
    stop()
    giveUp(reason)
  }

  function stop(): void {
    ended = true
    clearTimeout(look)
    clearTimeout(ceiling)
  }

  return stop
}
