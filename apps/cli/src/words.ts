import { usageError, type Command } from './command.ts'
import { nearest } from './nearest.ts'

/** The subcommand, as in `keys list`. A missing or mistyped one is a usage error. */
export function secondWord<const W extends string>(command: string, words: readonly W[], given: string | undefined): W {
  const word = words.find((candidate) => candidate === given)
  if (word !== undefined) return word
  if (given === undefined) throw usageError(`${command} needs one of: ${words.join(', ')}`, `elder help ${command}`)
  const near = nearest(given, words)
  throw usageError(`unknown command ${command} ${given}`, near === undefined ? `it is one of: ${words.join(', ')}` : `did you mean: elder ${command} ${near}`)
}

/** Refuses arguments after a subcommand that takes none, such as `keys list`. */
export function noArguments(words: string, rest: readonly string[]): void {
  if (rest.length > 0) throw usageError(`${words} takes no arguments, got ${JSON.stringify(rest[0])}`, `elder help ${words.split(' ', 1)[0]}`)
}

/** Exactly one more argument. */
export function onlyArgument(command: Pick<Command, 'usage'>, what: string, rest: readonly string[]): string {
  const [argument, surplus] = rest
  if (argument === undefined || argument === '') throw usageError(`${what} is missing`, `usage: elder ${command.usage}`)
  if (surplus !== undefined) throw usageError(`only one ${what} is allowed, also got ${JSON.stringify(surplus)}`, `usage: elder ${command.usage}`)
  return argument
}
