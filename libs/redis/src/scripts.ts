import { hash } from 'node:crypto'
import { Command } from 'ioredis'
import { untraced } from '@elder/telemetry'
import { translate, type TracedRedis } from './traced-redis.ts'

/** Runs one script atomically. An answer that arrives after the call has timed out is passed to `onLate`. */
export type Script = (keys: readonly string[], values: readonly (string | number | Buffer)[], onLate?: (answer: unknown) => void) => Promise<unknown>

/**
 * Scripts that are called by their digest (EVALSHA). Every new connection loads them before its first command; a script that Redis has
 * lost meanwhile is sent again in full. They make no spans: a caller that shares one run with others makes its span with `follow`.
 * With `encoding: null` every text in an answer is a Buffer. Scripts named in `unawaited` have no time-out of their own, and are always
 * sent in full, so that they run in the order in which they were sent.
 */
export function openScripts<Name extends string>(
  redis: TracedRedis,
  sources: Readonly<Record<Name, string>>,
  { encoding = 'utf8', unawaited = [] }: { readonly encoding?: BufferEncoding | null; readonly unawaited?: readonly NoInfer<Name>[] } = {},
): Readonly<Record<Name, Script>> {
  const names = Object.keys(sources) as Name[]
  const awaited = names.filter((name) => !unawaited.includes(name))
  const load = () => {
    // If loading fails, the connection is broken and the next command reports it.
    for (const name of awaited) untraced(() => redis.script('LOAD', sources[name])).catch(() => {})
  }
  redis.on('ready', load)
  if (redis.status === 'ready') load()
  return Object.fromEntries(names.map((name) => [name, scriptOf(redis, sources[name], encoding, awaited.includes(name))])) as Record<Name, Script>
}

function scriptOf(redis: TracedRedis, source: string, replyEncoding: BufferEncoding | null, isAwaited: boolean): Script {
  const digest = hash('sha1', source)
  // Bypasses auto-pipelining: a pipeline around each script would double its cost.
  const send = (name: string, script: string, ...[keys, values, onLate]: Parameters<Script>): Promise<unknown> => {
    const command = new Command(name, [script, keys.length, ...keys, ...values], { replyEncoding })
    const answer = onLate ? handLate(command, onLate) : command.promise
    if (isAwaited) redis.sendUntraced(command)
    else redis.sendUnawaited(command)
    return answer
  }
  // A script that has to be sent again would be overtaken by later ones, and nothing would notice, because it is not awaited.
  if (!isAwaited) return (keys, values, onLate) => send('eval', source, keys, values, onLate).catch(fail)
  return (keys, values, onLate) =>
    send('evalsha', digest, keys, values, onLate).catch((error: Error) => {
      if (!error.message.startsWith('NOSCRIPT')) throw translate(error)
      return send('eval', source, keys, values, onLate).catch(fail)
    })
}

function fail(error: Error): never {
  throw translate(error)
}

function handLate(command: Command, onLate: (answer: unknown) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let isGivenUp = false
    command.reject = (error) => {
      isGivenUp = true
      reject(error)
    }
    void command.promise.then((answer) => (isGivenUp ? onLate(answer) : resolve(answer)))
  })
}
