/** Runs work periodically, never twice at once. Does not keep the process alive. */
export function every(intervalMs: number, work: () => Promise<void>): { stop(): void } {
  let running = false
  const timer = setInterval(() => {
    if (running) return
    running = true
    void work().finally(() => {
      running = false
    })
  }, intervalMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
