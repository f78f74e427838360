// So many times the limit, whoever had the processor meanwhile: what is silent for longer hangs.
const ceilingFactor = 10
const shortestLookMs = 10

/**
 * Calls back once with the reason when a job has used its limit of processor time, or has not answered for ten times as long. `used` tells the milliseconds of processor time
 * since it began, and is asked only once the limit has passed on the clock; undefined where that cannot be told: then the clock counts. What is returned ends the watch.
 */
export function limitTime(limitMs: number, used: () => Promise<number | undefined>, giveUp: (reason: string) => void): () => void {
  const ceilingMs = limitMs * ceilingFactor
  let ended = false
  let look = setTimeout(() => void take(), limitMs)
  const ceiling = setTimeout(() => end(`gave up: no answer within ${ceilingMs} ms`), ceilingMs)

  async function take(): Promise<void> {
    // A thread that cannot tell is ending, or inside native code: its end is told elsewhere, and the ceiling stays.
    const ms = await used().catch(() => 0)
    if (ended) return
    if (ms === undefined) end(`gave up after ${limitMs} ms`)
    else if (ms >= limitMs) end(`gave up after ${limitMs} ms of processor time`)
    else look = setTimeout(() => void take(), Math.max(limitMs - ms, shortestLookMs))
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
