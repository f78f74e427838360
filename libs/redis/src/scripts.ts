import { hash } from 'node:crypto'
import { Command } from 'ioredis'
import { untraced } from '@elder/telemetry'
import { translate, type TracedRedis } from './traced-redis.ts'

/** Runs one script, atomically. What Redis answers after the script was given up is handed to `onLate`. */
export type Script = (keys: readonly string[], values: readonly (string | number | Buffer)[], onLate?: (answer: unknown) => void) => Promise<unknown>

/**
 * Scripts by their digests, told to Redis with every connection, before anything else is asked there. One that Redis forgot
 * meanwhile is sent whole once more. They make no spans: whoever waits for what one run does for many says so by `follow`.
 * Without an encoding every text in an answer is a Buffer. `unawaited` are those that fail with their connection, and not before; they are always sent
 * whole, so that they run in the order in which they were sent.
 */
export function openScripts<Name extends string>(
  redis: TracedRedis,
  sources: Readonly<Record<Name, string>>,
  { encoding = 'utf8', unawaited = [] }: { readonly encoding?: BufferEncoding | null; readonly unawaited?: readonly NoInfer<Name>[] } = {},
): Readonly<Record<Name, Script>> {
  const names = Object.keys(sources) as Name[]
  const awaited = names.filter((name) => !unawaited.includes(name))
  const load = () => {
    // A connection that broke meanwhile makes itself known to whoever asks next.
    for (const name of awaited) untraced(() => redis.script('LOAD', sources[name])).catch(() => {})
  }
  redis.on('ready', load)
  if (redis.status === 'ready') load()
  return Object.fromEntries(names.map((name) => [name, scriptOf(redis, sources[name], encoding, awaited.includes(name))])) as Record<Name, Script>
}

function scriptOf(redis: TracedRedis, source: string, replyEncoding: BufferEncoding | null, isAwaited: boolean): Script {
  const digest = hash('sha1', source)
  // Past the client's own gathering: a pipeline around each of them would cost as much again.
  const send = (name: string, script: string, ...[keys, values, onLate]: Parameters<Script>): Promise<unknown> => {
    const command = new Command(name, [script, keys.length, ...keys, ...values], { replyEncoding })
    const answer = onLate ? handLate(command, onLate) : command.promise
    if (isAwaited) redis.sendUntraced(command)
    else redis.sendUnawaited(command)
    return answer
  }
  // One that had to be sent again would be overtaken by those behind it, and nobody would wait to see that.
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
