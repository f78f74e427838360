export interface Service {
  /** Drains, then closes. The event loop empties afterwards. */
  stop(): Promise<void>
}

/**
 * Starts a service and stops it when the process is told to end: by SIGINT or SIGTERM, or when the supervisor that
 * spawned it with an IPC channel is gone. A start that fails is said on stderr and ends the process with 1. A process that
 * is told to end before it has started ends at once: a start may wait for its database for ever.
 */
export async function runService(start: () => Promise<Service>): Promise<void> {
  const end = endOfProcess()
  let starting = true
  void end.then(() => {
    if (starting) process.exit(0)
  })
  let service: Service
  try {
    service = await start()
    starting = false
  } catch (error) {
    process.stderr.write(`${error instanceof Error && error.name === 'ConfigError' ? error.message : describe(error)}\n`)
    process.exitCode = 1
    if (process.connected) process.disconnect()
    return
  }
  await end
  await service.stop()
  if (process.connected) process.disconnect()
}

function endOfProcess(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    if (process.channel) process.once('disconnect', () => resolve())
  })
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
