import type { Redis } from 'ioredis'

const lookEveryMs = 750
const longestSilenceMs = 5_000

/**
 * Fails commands that are not answered from one look to the next, and breaks a connection on which nothing is answered for five seconds. ioredis' own
 * time-outs take two timers a command and fire before it reads: a process that was busy for so long would lose answers that wait in its socket.
 * Returns what is to be called when a command is sent.
 */
export function watchAnswers(redis: Pick<Redis, 'commandQueue' | 'stream'>): () => void {
  let isWatching = false
  let oldest: unknown
  let newest: unknown
  let silentLooks = 0

  function look(): void {
    isWatching = false
    const waiting = redis.commandQueue.toArray()
    // Answers come in the order of their commands.
    for (const { command } of waiting.slice(0, waiting.findIndex((one) => one === newest) + 1)) command.reject(new Error('it does not answer'))
    silentLooks = waiting.length > 0 && waiting[0] === oldest ? silentLooks + 1 : 0
    oldest = waiting[0]
    newest = waiting.at(-1)
    if (silentLooks * lookEveryMs >= longestSilenceMs) redis.stream.destroy()
    else if (waiting.length > 0) watch()
  }

  function watch(): void {
    if (isWatching) return
    isWatching = true
    // After what came while this process was busy has been read.
    setTimeout(() => setImmediate(look), lookEveryMs).unref()
  }

  return watch
}
