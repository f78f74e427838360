import type { Redis } from 'ioredis'

const checksPerTimeout = 4
const maxSilentChecks = 20

/**
 * Fails commands that are not answered within about `answerWithinMs`, and closes a connection that has answered nothing for five times as long.
 * Time is measured in periodic checks, each made after the socket was read: a process that was busy or suspended misses one check, but not the answers
 * that wait in its socket. ioredis' own time-outs would fail those, and need two timers per command.
 * Commands that no caller waits for fail with the connection only: a Redis without CPU time for a second is slow, not down.
 * Returns the function to call when a command is sent.
 */
export function watchAnswers(redis: Pick<Redis, 'commandQueue' | 'stream'>, answerWithinMs: number, isAwaited: (command: object) => boolean): () => void {
  let isWatching = false
  let oldest: unknown
  /** The last command that was waiting at each of the latest checks. */
  let newest: unknown[] = []
  let silentChecks = 0

  function check(): void {
    isWatching = false
    const waiting = redis.commandQueue.toArray()
    // Answers come in the order of their commands.
    const overdue = newest.length === checksPerTimeout ? newest.shift() : undefined
    for (const { command } of waiting.slice(0, waiting.findIndex((one) => one === overdue) + 1)) if (isAwaited(command)) command.reject(new Error('it does not answer'))
    silentChecks = waiting.length > 0 && waiting[0] === oldest ? silentChecks + 1 : 0
    oldest = waiting[0]
    newest.push(waiting.at(-1))
    if (silentChecks >= maxSilentChecks) redis.stream.destroy()
    else if (waiting.length > 0) watch()
    else newest = []
  }

  function watch(): void {
    if (isWatching) return
    isWatching = true
    // In a later phase of the event loop, so that answers which arrived while this process was busy are read first.
    setTimeout(() => setImmediate(check), answerWithinMs / checksPerTimeout).unref()
  }

  return watch
}
