import { describe, parse, usageError, type Command, type Context, type Env } from './command.ts'
import { explainFailure } from './failure.ts'
import { nearest } from './nearest.ts'
import { placesOf } from './platform/places.ts'
import { createTerminal, type Streams } from './terminal.ts'

interface Word {
  readonly summary: string
  load(): Promise<{ command: Command }>
}

/** Every word of the command line; a word's file is loaded when it is said. */
const words: Record<string, Word> = {
  up: { summary: 'start the platform (or say that it runs)', load: () => import('./commands/up.ts') },
  down: { summary: 'stop the platform; data stays', load: () => import('./commands/down.ts') },
  status: { summary: 'what runs, and what is wrong with it', load: () => import('./commands/status.ts') },
  logs: { summary: 'what the services wrote', load: () => import('./commands/logs.ts') },
  doctor: { summary: 'find out what is wrong, the cause first, and how to mend it', load: () => import('./commands/doctor.ts') },
  env: { summary: 'URL and key, for a shell', load: () => import('./commands/env.ts') },
  connect: { summary: 'point a coding tool at the platform, and undo it', load: () => import('./commands/connect.ts') },
  check: { summary: 'check files against Iron Will', load: () => import('./commands/check.ts') },
  hooks: { summary: 'check what is staged before each commit: install, uninstall, status', load: () => import('./commands/hooks.ts') },
  findings: { summary: 'what is open in the repository, and what was fixed', load: () => import('./commands/findings.ts') },
  checks: { summary: 'the history of checks', load: () => import('./commands/checks.ts') },
  report: { summary: "a page on the repository's quality", load: () => import('./commands/report.ts') },
  baseline: { summary: 'accept what is open now', load: () => import('./commands/baseline.ts') },
  rules: { summary: 'what is looked for, why, and how to mend it', load: () => import('./commands/rules.ts') },
  index: { summary: 'give the sages the code of a repository', load: () => import('./commands/indexing.ts') },
  consult: { summary: 'ask the sages', load: () => import('./commands/consult.ts') },
  search: { summary: 'search the indexed code', load: () => import('./commands/search.ts') },
  knowledge: { summary: 'what the team decided and learned: add, update, list, show, delete', load: () => import('./commands/knowledge.ts') },
  keys: { summary: 'API keys: create, list, revoke', load: () => import('./commands/keys.ts') },
  teams: { summary: 'teams and who is in them: list, create, rename, delete, add, remove', load: () => import('./commands/teams.ts') },
  policies: { summary: 'what models may be used for, and how much: list, show, set, clear', load: () => import('./commands/policies.ts') },
  usage: { summary: 'what was used of models, and what it cost', load: () => import('./commands/usage.ts') },
  providers: { summary: 'the model providers behind the front door: list, set', load: () => import('./commands/providers.ts') },
  settings: { summary: 'live settings and their versions: list, get, set, unset, history, diff, restore', load: () => import('./commands/settings.ts') },
  audit: { summary: 'the record of what was asked: verify, list', load: () => import('./commands/audit.ts') },
  parked: { summary: 'facts that a service could not take: list, show, replay, drop', load: () => import('./commands/parked.ts') },
  backup: { summary: 'write all data and secrets into one file', load: () => import('./commands/backup.ts') },
  restore: { summary: 'bring back what a backup holds', load: () => import('./commands/restore.ts') },
  uninstall: { summary: 'remove the data and everything else that up made', load: () => import('./commands/uninstall.ts') },
  test: { summary: 'run all tests', load: () => import('./commands/test.ts') },
  lint: { summary: 'hold the sources against the rules', load: () => import('./commands/lint.ts') },
  generate: { summary: 'write a new service', load: () => import('./commands/generate.ts') },
}

/** Words that only Elder itself says. */
const innerWords: Record<string, Word> = {
  supervise: { summary: 'the supervisor that up --detach starts', load: () => import('./commands/supervise.ts') },
}

interface Surroundings {
  readonly checkout: string
  readonly env: Env
  readonly cwd: string
  readonly streams: Streams
}

/** Runs one command line and resolves with its exit code. */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  const terminal = createTerminal(around.streams)
  const context: Context = { checkout: around.checkout, env: around.env, cwd: around.cwd, terminal }
  // A reader that has seen enough (| head) is no failure; a gate's verdict is told by the exit code all the same, and a watch has none.
  around.streams.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' && args[0] === 'check' && !args.includes('--watch')) return
    if (error.code === 'EPIPE') process.exit(0)
    around.streams.stderr.write(`elder: the answer cannot be written: ${error.message}\n`)
    process.exit(1)
  })
  // Remarks that nobody reads are lost; the exit code is not.
  around.streams.stderr.on('error', () => {})
  try {
    return await dispatch(args, context)
  } catch (error) {
    const { message, mend, exitCode } = await explainFailure(error, placesOf(around.checkout).home)
    terminal.note(`elder: ${message}${mend === undefined ? '' : `\n  ${mend}`}`)
    return exitCode
  }
}

async function dispatch([name, ...args]: readonly string[], context: Context): Promise<number> {
  if (name === undefined || isHelp(name)) return showHelp(args.find((arg) => !isHelp(arg)), context)
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

const isHelp = (arg: string) => arg === 'help' || arg === '--help' || arg === '-h'

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
  terminal.print(`  ${'help'.padEnd(width)}  this, or more about one: elder help COMMAND`)
  terminal.print(`  ${'--version'.padEnd(width)}  the version`)
  return 0
}
