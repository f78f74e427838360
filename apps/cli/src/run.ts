import { describe, parse, usageError, type Command, type Context, type Env } from './command.ts'
import { explainFailure } from './failure.ts'
import { nearest } from './nearest.ts'
import { placesOf } from './platform/places.ts'
import { createTerminal, type Streams } from './terminal.ts'

interface CommandEntry {
  readonly summary: string
  load(): Promise<{ command: Command }>
}

/** All commands. The file of a command is loaded when it runs. */
const commands: Record<string, CommandEntry> = {
  up: { summary: 'start the platform', load: () => import('./commands/up.ts') },
  down: { summary: 'stop the platform; data is kept', load: () => import('./commands/down.ts') },
  status: { summary: 'show what runs and what is wrong', load: () => import('./commands/status.ts') },
  logs: { summary: 'show the logs of the services', load: () => import('./commands/logs.ts') },
  doctor: { summary: 'find what is wrong and how to fix it, the cause first', load: () => import('./commands/doctor.ts') },
  env: { summary: 'print URL and API key as shell variables', load: () => import('./commands/env.ts') },
  connect: { summary: 'configure a coding tool to use Elder, or undo it', load: () => import('./commands/connect.ts') },
  check: { summary: 'check files with the quality gate (Iron Will)', load: () => import('./commands/check.ts') },
  hooks: { summary: 'the git pre-commit hook: install, uninstall, status', load: () => import('./commands/hooks.ts') },
  findings: { summary: 'list findings of the repository: open, new, fixed', load: () => import('./commands/findings.ts') },
  checks: { summary: 'list past checks', load: () => import('./commands/checks.ts') },
  report: { summary: "write a report on the repository's quality", load: () => import('./commands/report.ts') },
  baseline: { summary: 'accept the open findings of the repository', load: () => import('./commands/baseline.ts') },
  rules: { summary: 'list or explain the rules of the gate', load: () => import('./commands/rules.ts') },
  index: { summary: 'index a repository for the sages', load: () => import('./commands/indexing.ts') },
  consult: { summary: 'ask the sages a question', load: () => import('./commands/consult.ts') },
  search: { summary: 'search the indexed code', load: () => import('./commands/search.ts') },
  knowledge: { summary: 'the knowledge base of the team: add, update, list, show, delete', load: () => import('./commands/knowledge.ts') },
  keys: { summary: 'API keys: create, list, revoke', load: () => import('./commands/keys.ts') },
  teams: { summary: 'teams and their members: list, create, rename, delete, add, remove', load: () => import('./commands/teams.ts') },
  policies: { summary: 'usage policies (limits and guardrails): list, show, set, clear', load: () => import('./commands/policies.ts') },
  usage: { summary: 'show how much the models were used, and the cost', load: () => import('./commands/usage.ts') },
  providers: { summary: 'the model providers: list, set', load: () => import('./commands/providers.ts') },
  settings: { summary: 'live settings and their versions: list, get, set, unset, history, diff, restore', load: () => import('./commands/settings.ts') },
  audit: { summary: 'the audit log: verify, list', load: () => import('./commands/audit.ts') },
  parked: { summary: 'parked messages, which a service could not process: list, show, replay, drop', load: () => import('./commands/parked.ts') },
  backup: { summary: 'write all data and secrets to a file', load: () => import('./commands/backup.ts') },
  restore: { summary: 'restore a backup', load: () => import('./commands/restore.ts') },
  uninstall: { summary: 'delete the data and everything else that up created', load: () => import('./commands/uninstall.ts') },
  test: { summary: 'run all tests', load: () => import('./commands/test.ts') },
  lint: { summary: 'run the linters and repository checks', load: () => import('./commands/lint.ts') },
  generate: { summary: 'generate a new service', load: () => import('./commands/generate.ts') },
}

/** Commands that only Elder itself runs; help does not list them. */
const internalCommands: Record<string, CommandEntry> = {
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
  // A closed pipe (| head) is not a failure; the exit code still gives the verdict, and a watch has none.
  around.streams.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' && args[0] === 'check' && !args.includes('--watch')) return
    if (error.code === 'EPIPE') process.exit(0)
    around.streams.stderr.write(`elder: the answer cannot be written: ${error.message}\n`)
    process.exit(1)
  })
  // A closed stderr loses messages, but not the exit code.
  around.streams.stderr.on('error', () => {})
  try {
    return await dispatch(args, context)
  } catch (error) {
    const { message, fix, exitCode } = await explainFailure(error, placesOf(around.checkout).home)
    terminal.note(`elder: ${message}${fix === undefined ? '' : `\n  ${fix}`}`)
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

function find(name: string): CommandEntry {
  const word = Object.hasOwn(commands, name) ? commands[name] : Object.hasOwn(internalCommands, name) ? internalCommands[name] : undefined
  if (word) return word
  const near = nearest(name, Object.keys(commands))
  throw usageError(`unknown ${name.startsWith('-') ? 'flag' : 'command'} ${name}`, near === undefined ? 'elder help lists them all' : `did you mean: elder ${near}`)
}

async function showHelp(name: string | undefined, { terminal }: Context): Promise<number> {
  if (name !== undefined) {
    terminal.print(describe((await find(name).load()).command))
    return 0
  }
  const width = Math.max(...Object.keys(commands).map((word) => word.length))
  terminal.print('usage: elder COMMAND [ARGUMENTS]\n')
  for (const [word, { summary }] of Object.entries(commands)) terminal.print(`  ${word.padEnd(width)}  ${summary}`)
  terminal.print(`  ${'help'.padEnd(width)}  show this list, or the help of one command: elder help COMMAND`)
  terminal.print(`  ${'--version'.padEnd(width)}  the version`)
  return 0
}
