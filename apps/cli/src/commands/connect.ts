import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { CommandError, defineCommand, usageError, type Context } from '../command.ts'
import { connect, hideKey, type FileOutcome } from '../connecting/connection.ts'
import { besideHome } from '../connecting/files.ts'
import { unignored } from '../connecting/ignored.ts'
import { readConnections, recordPlace } from '../connecting/record.ts'
import { folderIn, sagesModel, type Setup, type Tool } from '../connecting/setup.ts'
import { tools } from '../connecting/tools.ts'
import { disconnect } from '../connecting/undo.ts'
import { findConnection } from '../credentials.ts'
import { nearest } from '../nearest.ts'
import { placesOf } from '../platform/places.ts'
import { readState } from '../platform/state.ts'
import { findRepository } from '../repository.ts'
import { shellWord } from '../shell-word.ts'

export const command = defineCommand({
  usage: `connect [${tools.map(({ name }) => name).join('|')}] [--repository] [--dry-run] [--undo]`,
  about:
    "Points a coding tool at the platform: adds what it needs to the tool's own files and prints the difference. What you wrote there stays as it\nis, remarks and order included; a file that cannot be read is left alone and named. --undo restores the files byte for byte.\nWithout a tool: which there are, and which are connected.",
  options: {
    repository: { type: 'boolean', help: 'change files of this repository instead of your own; the key is never written there' },
    model: { type: 'string', value: 'NAME', help: "the model that the tool uses (default: the first model of a provider)" },
    'autocomplete-model': { type: 'string', value: 'NAME', help: 'continue, opencode: the model for completion while you type' },
    'embedding-model': { type: 'string', value: 'NAME', help: 'continue: the model for its index' },
    'dry-run': { type: 'boolean', help: 'only print the changes' },
    undo: { type: 'boolean', help: 'remove what was added' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals: [name, surplus] }, context) {
    if (surplus !== undefined) throw usageError(`connect takes one tool, also got ${JSON.stringify(surplus)}`)
    if (name === undefined) {
      const flag = Object.keys(values).find((given) => given !== 'json')
      if (flag !== undefined) throw usageError(`--${flag} needs a tool: elder connect TOOL --${flag}`, 'elder connect lists the tools')
      return list(context, values.json === true)
    }
    const tool = toolNamed(name)
    const repository = values.repository ? repositoryOf(tool, context) : undefined
    const dryRun = values['dry-run'] === true
    if (values.undo) return undo(tool, repository, dryRun, values.json === true, context)
    for (const flag of ['model', 'autocomplete-model', 'embedding-model'] as const) requireModelName(flag, values[flag])
    const { model, doubt } = await modelFor(values.model, context)
    const setup = setupOf(context, repository, { ...values, model })
    const outcomes = connect(tool, setup, recordPlace(setup.home, context.env), dryRun)
    const isWhole = outcomes.every(({ state, kept }) => state !== 'left alone' && kept.length === 0)
    const remarks = [...doubt, ...tool.remarks(setup), ...unignored(tool.plan(setup)).map((file) => `${besideHome(file, setup.home)} holds the key, and lies in a git repository that does not ignore it: keep it out of commits`)]
    if (values.json) context.terminal.json({ tool: tool.name, dryRun, connected: isWhole && !dryRun, files: outcomes.map(forScripts), remarks })
    else tell(tool, setup, outcomes, remarks, dryRun, context)
    return isWhole ? 0 : 1
  },
})

function toolNamed(name: string): Tool {
  const tool = tools.find((one) => one.name === name)
  if (tool) return tool
  const names = tools.map((one) => one.name)
  const near = nearest(name, names)
  throw usageError(`unknown tool ${JSON.stringify(name)}`, near === undefined ? `it is one of: ${names.join(', ')}; for other tools: elder env prints base URL and key` : `did you mean: elder connect ${near}`)
}

function repositoryOf(tool: Tool, { cwd }: Context): string {
  if (!tool.inRepository) throw usageError(`${tool.title} has no configuration file in a repository`, `configure it for your user: elder connect ${tool.name}`)
  const { root, isGit } = findRepository(cwd)
  if (!isGit) throw usageError('this is not a git repository')
  return root
}

function requireModelName(flag: string, name: string | undefined): void {
  if (name !== undefined && !/^[^\s\p{Cc}]+$/u.test(name)) throw usageError(`--${flag} must be a model's name, without spaces, got ${JSON.stringify(name)}`, 'list the models: curl -H "Authorization: Bearer $ELDER_API_KEY" $ELDER_URL/v1/models')
}

function homeOf({ env }: Context): string {
  const home = folderIn(env, 'HOME', userInfo().homedir)
  if (existsSync(`${home}/.`)) return home
  throw usageError(`HOME is ${home}, which is not an accessible folder`, 'set HOME to the folder in which your tools keep their files')
}

/** The named model, else the one that this checkout's `up` found, else a provider's model that the platform offers. Without one, the sages are used. */
async function modelFor(named: string | undefined, { checkout, env }: Context): Promise<{ model: string; doubt: string[] }> {
  const known = named ?? (env.ELDER_URL ? undefined : readState(placesOf(checkout).state)?.providerModel)
  if (known !== undefined) return { model: known, doubt: [] }
  const connection = findConnection(checkout, env)
  try {
    const { findProviderModel } = await import('../platform/smoke.ts')
    return { model: (await findProviderModel(connection, env)) ?? sagesModel, doubt: [] }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    return { model: sagesModel, doubt: [`which models there are could not be asked, so only the sages are offered: ${error.message}; --model names another`] }
  }
}

function setupOf(context: Context, repository: string | undefined, values: { readonly model: string; readonly 'autocomplete-model'?: string; readonly 'embedding-model'?: string }): Setup {
  const { checkout, env } = context
  const { url, apiKey } = findConnection(checkout, env)
  return {
    url: url.replace(/\/$/, ''),
    key: apiKey,
    model: values.model,
    autocompleteModel: values['autocomplete-model'],
    embeddingModel: values['embedding-model'],
    home: homeOf(context),
    repository,
    elder: join(checkout, 'elder'),
    env,
  }
}

function list(context: Context, asJson: boolean): number {
  const connections = readConnections(recordPlace(homeOf(context), context.env))
  const rows = tools.map((tool) => ({
    tool: tool.name,
    connected: Object.keys(connections).some((name) => name === tool.name || name.startsWith(`${tool.name} in `)),
    found: tool.traces.some((trace) => existsSync(join(homeOf(context), trace))),
  }))
  if (asJson) context.terminal.json({ tools: rows })
  else context.terminal.table(['TOOL', 'CONNECTED', 'FOUND HERE'], rows.map(({ tool, connected, found }) => [tool, connected ? 'yes' : 'no', found ? 'yes' : 'no']))
  return 0
}

function undo(tool: Tool, repository: string | undefined, dryRun: boolean, asJson: boolean, context: Context): number {
  const outcomes = disconnect(tool, repository, recordPlace(homeOf(context), context.env), dryRun)
  if (!outcomes) {
    if (asJson) context.terminal.json({ tool: tool.name, dryRun, connected: false, files: [] })
    else context.terminal.print(`${tool.title} is not connected${repository === undefined ? '' : ' in this repository'}: nothing to undo`)
    return 0
  }
  const isWhole = outcomes.every(({ state }) => state !== 'left alone')
  if (asJson) context.terminal.json({ tool: tool.name, dryRun, connected: !isWhole, files: outcomes.map(forScripts) })
  else for (const outcome of outcomes) context.terminal.print(lineOf(outcome, homeOf(context), dryRun))
  return isWhole ? 0 : 1
}

/** The result for a file, and what remains to be done by hand. */
function lineOf({ file, state, reason, byHand }: FileOutcome, home: string, dryRun: boolean): string {
  const condition = dryRun && state !== 'left alone' && state !== 'unchanged' ? 'would be ' : ''
  const todo = byHand === undefined ? '' : `:\n${byHand}`
  return `${condition}${state}: ${besideHome(file, home)}${reason === undefined ? '' : `: ${reason}`}${todo}`
}

function tell(tool: Tool, setup: Setup, outcomes: readonly FileOutcome[], remarks: readonly string[], dryRun: boolean, { terminal }: Context): void {
  const place = (file: string) => besideHome(file, setup.home)
  for (const outcome of outcomes) {
    if (outcome.diff !== '') terminal.print(outcome.diff)
    terminal.note(lineOf(outcome, setup.home, dryRun))
  }
  for (const { file, kept } of outcomes) for (const { addition } of kept) terminal.note(`kept your own value: ${addition.at.join('.')} in ${place(file)}; Elder would need ${hideKey(JSON.stringify(addition.value), setup.key)}`)
  if (outcomes.every(({ state }) => state === 'unchanged')) terminal.note(`${tool.title} is already connected`)
  for (const remark of remarks) terminal.note(remark)
  if (!dryRun && outcomes.some(({ state }) => state === 'created' || state === 'changed')) terminal.note(`to undo: ${shellWord(setup.elder)} connect ${tool.name}${setup.repository === undefined ? '' : ' --repository'} --undo`)
}

function forScripts({ file, state, diff, kept, reason, byHand }: FileOutcome) {
  return { file, state, diff, kept: kept.map(({ addition }) => addition.at.join('.')), ...(reason !== undefined && { reason }), ...(byHand !== undefined && { byHand }) }
}
