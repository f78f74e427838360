import { CommandError, describe, parse, usageError, type Command, type Context, type Env } from './command.ts'
import { nearest } from './nearest.ts'
import { createTerminal } from './terminal.ts'

interface Word {
  readonly summary: string
  load(): Promise<{ command: Command }>
}

/** Every word of the command line; a word's file is loaded when it is said. */
const words: Record<string, Word> = {
  up: { summary: 'start the platform (or say that it runs)', load: () => import('./commands/up.ts') },
  down: { summary: 'stop the platform; data stays', load: () => import('./commands/down.ts') },
  status: { summary: 'what runs, and what is wrong with it', load: () => import('./commands/status.ts') },
}

/** Words that only Elder itself says. */
const innerWords: Record<string, Word> = {
  supervise: { summary: 'the supervisor that up --detach starts', load: () => import('./commands/supervise.ts') },
}

interface Surroundings {
  readonly checkout: string
  readonly env: Env
  readonly cwd: string
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly stdin: NodeJS.ReadStream
}

/** Runs one command line and resolves with its exit code. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  const terminal = createTerminal(around)
  const context: Context = { checkout: around.checkout, env: around.env, cwd: around.cwd, terminal }
  // A reader that has seen enough (| head) is no failure.
  around.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  try {
    return await dispatch(args, context)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    terminal.note(`elder: ${error.message}${error.mend === undefined ? '' : `\n  ${error.mend}`}`)
    return error.exitCode
  }
}

async function dispatch([name, ...args]: readonly string[], context: Context): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return showHelp(args[0], context)
  if (name === '--version' || name === '-V' || name === 'version') {
    const { default: pkg } = await import('../package.json', { with: { type: 'json' } })
    context.terminal.print(`elder ${pkg.version}`)
    return 0
  }
  const { command } = await find(name).load()
  const input = parse(command, args)
  if (input.values.help) return showHelp(name, context)
  return command.run(input, context)
}

function find(name: string): Word {
  const word = Object.hasOwn(words, name) ? words[name] : Object.hasOwn(innerWords, name) ? innerWords[name] : undefined
  if (word) return word
  const near = nearest(name, Object.keys(words))
  throw usageError(`unknown ${name.startsWith('-') ? 'flag' : 'command'} ${name}`, near === undefined ? 'elder help lists them all' : `did you mean: elder ${near}`)
}

async function showHelp(name: string | undefined, { terminal }: Context): Promise<number> {
  if (name !== undefined) {
    terminal.print(describe((await find(name).load()).command))
    return 0
  }
  const width = Math.max(...Object.keys(words).map((word) => word.length))
  terminal.print('usage: elder COMMAND [ARGUMENTS]\n')
  for (const [word, { summary }] of Object.entries(words)) terminal.print(`  ${word.padEnd(width)}  ${summary}`)
  terminal.print('\nelder help COMMAND tells more about one.')
  return 0
}
