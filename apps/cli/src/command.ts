import { parseArgs, type ParseArgsConfig } from 'node:util'
import { nearest } from './nearest.ts'
import type { Terminal } from './terminal.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** The context of a command. */
export interface Context {
  /** The checkout of this command, whose platform it uses. */
  readonly checkout: string
  readonly env: Env
  readonly cwd: string
  readonly terminal: Terminal
}

export interface Option {
  readonly type: 'boolean' | 'string'
  readonly short?: string
  /** May be repeated: its value is a list. */
  readonly multiple?: true
  /** The name of the value in the help. */
  readonly value?: string
  readonly help: string
}

type Options = Readonly<Record<string, Option>>
type Value<O extends Option> = O['type'] extends 'boolean' ? boolean : O['multiple'] extends true ? readonly string[] : string
type Values<O extends Options> = { readonly [K in keyof O]?: Value<O[K]> }

export interface Command<O extends Options = Options> {
  /** What follows "elder" on the command line. */
  readonly usage: string
  readonly about: string
  readonly options: O
  /** All arguments except a request for help are passed to a script that parses its own options. */
  readonly verbatim?: boolean
  /** Resolves with the exit code. */
  run(input: { values: Values<O>; positionals: string[] }, context: Context): Promise<number>
}

export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command
}

/** A failure that the user can fix: printed to stderr without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: number
  /** The remedy: a command, or a sentence. */
  readonly fix: string | undefined

  constructor(message: string, options: { exitCode?: number; fix?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.exitCode = options.exitCode ?? 1
    this.fix = options.fix
  }
}

export function usageError(message: string, fix?: string): CommandError {
  return new CommandError(message, { exitCode: 2, ...(fix === undefined ? {} : { fix }) })
}

const help: Option = { type: 'boolean', short: 'h', help: 'show this help' }

/** Parses arguments by a command's options. An unknown flag, a missing value and a surplus value are usage errors. */
export function parse<O extends Options>(command: Command<O>, args: readonly string[]): { values: Values<O> & { help?: boolean }; positionals: string[] } {
  if (command.verbatim) return { values: { help: args[0] === '--help' || args[0] === '-h' } as Values<O> & { help: boolean }, positionals: [...args] }
  const options: Options = { ...command.options, help }
  const config = { args: [...args], options: options as ParseArgsConfig['options'] & object, allowPositionals: true, strict: false, tokens: true } as const
  const { tokens, values, positionals } = parseArgs(config)
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const option = options[token.name]
    if (!option) {
      const near = nearest(token.name, Object.keys(options))
      throw usageError(`unknown flag ${token.rawName}`, near === undefined ? `elder help ${command.usage.split(' ', 1)[0]}` : `did you mean --${near}?`)
    }
    if (option.type === 'string' && (token.value === undefined || (!token.inlineValue && token.value.startsWith('--')))) throw usageError(`${token.rawName} needs a value: ${token.rawName} ${option.value ?? 'VALUE'}`)
    if (option.type === 'boolean' && token.value !== undefined) throw usageError(`${token.rawName} takes no value, got ${JSON.stringify(token.value)}`)
  }
  return { values: values as Values<O> & { help?: boolean }, positionals }
}

/** The help text of one command. */
export function describe(command: Command): string {
  const rows = Object.entries({ ...command.options, help } as Options).map(([name, option]) => {
    const flag = `${option.short ? `-${option.short}, ` : '    '}--${name}${option.type === 'string' ? ` ${option.value ?? 'VALUE'}` : ''}`
    return [flag, option.help] as const
  })
  const width = Math.max(...rows.map(([flag]) => flag.length))
  return `usage: elder ${command.usage}\n\n${command.about}\n\n${rows.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`).join('\n')}`
}

/** A whole number in a range, from a flag's text. */
export function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw usageError(`${flag} must be a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`)
}
