export interface Service {
  /** Drains, then closes. The event loop empties afterwards. */
  stop(): Promise<void>
}

/**
 * Starts a service and stops it on SIGINT or SIGTERM, or when the IPC channel of the supervisor that spawned it closes.
 * A start that fails is reported on stderr and ends the process with exit code 1. A signal during the start ends the process
 * at once, because a start may wait for its database without limit.
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
