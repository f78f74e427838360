import { hash } from 'node:crypto'
import { Command } from 'ioredis'
import { untraced } from '@elder/telemetry'
import type { TracedRedis } from './traced-redis.ts'

/** Runs one script, atomically, with the calls of the same turn of the event loop in one round trip. */
export type Script = (keys: readonly string[], values: readonly (string | number)[]) => Promise<unknown>

interface Call {
  readonly script: number
  readonly keys: readonly string[]
  readonly values: readonly (string | number)[]
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
}

// Redis does nothing else while it runs one: at ten microseconds a call this is a millisecond.
const callsAtOnce = 100

/**
 * Scripts whose calls travel together, in their order: each on its own would cost the caller more than what it does. A script that fails
 * fails its own call alone. Each is written as if it were called by EVAL, with KEYS and ARGV.
 */
export function gatherScripts<Name extends string>(redis: TracedRedis, sources: Readonly<Record<Name, string>>): Readonly<Record<Name, Script>> {
  const names = Object.keys(sources) as Name[]
  const program = programOf(names.map((name) => sources[name]))
  const digest = hash('sha1', program)
  let waiting: Call[] = []

  async function send(calls: readonly Call[]): Promise<void> {
    const keys = calls.flatMap((call) => call.keys)
    const values = calls.flatMap((call) => [call.script, call.keys.length, call.values.length, ...call.values])
    try {
      const answers = (await run(keys, values)) as [0 | 1, unknown][]
      for (const [index, call] of calls.entries()) {
        const [failed, answer] = answers[index] ?? [1, 'no answer']
        if (failed) call.reject(new Error(`a script failed in redis: ${String(answer)}`))
        else call.resolve(answer ?? null)
      }
    } catch (error) {
      for (const call of calls) call.reject(error)
    }
  }

  async function run(keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> {
    try {
      return await ask('evalsha', digest, keys, values)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return ask('eval', program, keys, values)
    }
  }

  // Past the client's own gathering: a pipeline around each of them would cost as much again.
  function ask(name: string, source: string, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> {
    const command = new Command(name, [source, keys.length, ...keys, ...values], { replyEncoding: 'utf8' })
    redis.sendCommand(command)
    return command.promise
  }

  function flush(): void {
    const calls = waiting
    waiting = []
    // Each caller has a span of its own.
    untraced(() => {
      for (let at = 0; at < calls.length; at += callsAtOnce) void send(calls.slice(at, at + callsAtOnce))
    })
  }

  const scriptAt = (script: number): Script => (keys, values) =>
    redis.follow(
      'EVALSHA',
      () =>
        new Promise((resolve, reject) => {
          if (waiting.push({ script, keys, values, resolve, reject }) === 1) setImmediate(flush)
        }),
    )
  return Object.fromEntries(names.map((name, index) => [name, scriptAt(index + 1)])) as Record<Name, Script>
}

/** One program of all of them, which runs a list of calls: for each its script, how many keys, how many values, and these. */
function programOf(sources: readonly string[]): string {
  return `local scripts = { ${sources.map((source) => `function(KEYS, ARGV)\n${source}\nend`).join(',\n')} }
local answers, k, a = {}, 0, 1
while a <= #ARGV do
  local script, keyCount, valueCount = scripts[tonumber(ARGV[a])], tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  local keys, values = {}, {}
  for i = 1, keyCount do keys[i] = KEYS[k + i] end
  for i = 1, valueCount do values[i] = ARGV[a + 2 + i] end
  k, a = k + keyCount, a + 3 + valueCount
  local ok, answer = pcall(script, keys, values)
  if ok then answers[#answers + 1] = { 0, answer }
  else answers[#answers + 1] = { 1, type(answer) == 'table' and answer.err or tostring(answer) } end
end
return answers`
}
