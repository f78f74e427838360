import type { Redis } from 'ioredis'

const looksInTime = 4
const silentLooksAtMost = 20

/**
 * Fails commands that were not answered within about `answerWithinMs`, and breaks a connection on which nothing is answered for five times as long.
 * Time counts by looks, each of them after what had come was read: a process that was busy or stopped, however long, loses one look and not the answers
 * that wait in its socket, as it would with ioredis' own time-outs. Those take two timers a command besides.
 * Those that nobody waits for fail with the connection alone: a Redis that gets no processor for a second is slow, not away.
 * Returns what is to be called when a command is sent.
 */
export function watchAnswers(redis: Pick<Redis, 'commandQueue' | 'stream'>, answerWithinMs: number, isAwaited: (command: object) => boolean): () => void {
  let isWatching = false
  let oldest: unknown
  /** The last that waited at each of the latest looks. */
  let newest: unknown[] = []
  let silentLooks = 0

  function look(): void {
    isWatching = false
    const waiting = redis.commandQueue.toArray()
    // Answers come in the order of their commands.
    const overdue = newest.length === looksInTime ? newest.shift() : undefined
    for (const { command } of waiting.slice(0, waiting.findIndex((one) => one === overdue) + 1)) if (isAwaited(command)) command.reject(new Error('it does not answer'))
    silentLooks = waiting.length > 0 && waiting[0] === oldest ? silentLooks + 1 : 0
    oldest = waiting[0]
    newest.push(waiting.at(-1))
    if (silentLooks >= silentLooksAtMost) redis.stream.destroy()
    else if (waiting.length > 0) watch()
    else newest = []
  }

  function watch(): void {
    if (isWatching) return
    isWatching = true
    // After what came while this process was busy has been read.
    setTimeout(() => setImmediate(look), answerWithinMs / looksInTime).unref()
  }

  return watch
}
