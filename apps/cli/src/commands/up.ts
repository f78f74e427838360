import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { makePrivateFolder } from '@elder/backing'
import { accessSync, constants, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CommandError, defineCommand, usageError, wholeNumber, type Context } from '../command.ts'
import { readCredentials, type Credentials } from '../credentials.ts'
import { connectEdge } from '../edge.ts'
import { currentSetting, isSet } from '../platform-settings.ts'
import { endText } from '../platform/guide.ts'
import { lockOwner } from '../platform/lock.ts'
import { placesOf } from '../platform/places.ts'
import { showProgress, type Report } from '../platform/progress.ts'
import { readSettings, type Settings, type UpOptions } from '../platform/settings.ts'
import { readState, type State } from '../platform/state.ts'
import { supervise } from '../platform/supervisor.ts'
import { noArguments } from '../words.ts'

export const command = defineCommand({
  usage: 'up [--detach] [--provider URL] [--provider-key-file FILE] [--model NAME] [--port N] [--one-process | --edges N]',
  about: 'Starts the platform: NATS, Redis and Postgres on private ports, the six services, keys, a smoke test. Without --detach it\nruns in this terminal until Ctrl-C. The options are remembered for the next start, except --one-process.',
  options: {
    detach: { type: 'boolean', short: 'd', help: 'run in the background; returns when everything is ready' },
    provider: { type: 'string', value: 'URL', help: 'base URL of an OpenAI-compatible server, with /v1; "none" removes it' },
    'provider-key-file': { type: 'string', value: 'FILE', help: "file that holds the provider's key" },
    model: { type: 'string', value: 'NAME', help: "the model that connected tools use (default: the first that the provider lists)" },
    port: { type: 'string', value: 'N', help: 'port of the HTTP API (default: 8420, else the next free one)' },
    host: { type: 'string', value: 'ADDRESS', help: 'address of the HTTP API (default: 127.0.0.1)' },
    insecure: { type: 'boolean', help: 'allow an address that other machines can reach, without TLS' },
    edges: { type: 'string', value: 'N', help: 'number of edge processes that share the port (default at first: 1), one for each CPU core to use' },
    'one-process': { type: 'boolean', help: 'run all six services in one process, which needs less memory; not remembered' },
  },
  async run({ values, positionals }, context) {
    noArguments('up', positionals)
    const options = readOptions(values, context.cwd)
    const places = placesOf(context.checkout)
    if (lockOwner(places.lock)) return alreadyRunning(options, context)
    await (values.detach ? startDetached(options, context) : inTerminal(options, context))
    return 0
  },
})

function readOptions(values: Parameters<typeof command.run>[0]['values'], cwd: string): UpOptions {
  const { provider, 'provider-key-file': keyFile, model, port, host, edges } = values
  if (keyFile !== undefined && provider === undefined) throw usageError('--provider-key-file needs --provider URL')
  if (host !== undefined && !/^(localhost|127(\.\d+){3}|::1)$/.test(host) && !values.insecure) {
    throw usageError(`--host ${host} lets other machines reach the platform without TLS`, 'put a TLS proxy in front of 127.0.0.1, or add --insecure if you trust that network')
  }
  return {
    oneProcess: values['one-process'] === true,
    ...(provider === undefined ? {} : { provider: readProvider(provider) }),
    ...(keyFile === undefined ? {} : { providerKeyFile: readableFile('--provider-key-file', resolve(cwd, keyFile)) }),
    ...(model === undefined ? {} : { model }),
    ...(edges === undefined ? {} : { edges: readEdges(edges, values['one-process'] === true) }),
    ...(port === undefined ? {} : { port: wholeNumber('--port', port, 1, 65_535) }),
    ...(host === undefined ? {} : { host }),
  }
}

function readEdges(text: string, oneProcess: boolean): number {
  const edges = wholeNumber('--edges', text, 1, 64)
  if (edges > 1 && oneProcess) throw usageError('--edges and --one-process cannot be combined', 'remove one of the two')
  // On other systems, the kernel gives all new connections to one of the listening processes.
  if (edges > 1 && process.platform !== 'linux') throw usageError(`--edges ${edges} needs Linux, which spreads the connections of one port over several processes`, 'put a load balancer before several machines, or leave --edges out')
  return edges
}

function readProvider(text: string): string {
  if (text === 'none') return text
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw usageError(`--provider must be a URL such as https://api.example.com/v1, got ${JSON.stringify(text)}`)
  const url = new URL(text)
  if (url.username || url.password) throw usageError('--provider must not hold a key', 'put the key into a file and name it by --provider-key-file FILE')
  if (url.pathname === '/') url.pathname = '/v1'
  return url.href.replace(/\/$/, '')
}

function readableFile(flag: string, file: string): string {
  try {
    accessSync(file, constants.R_OK)
    return file
  } catch (error) {
    throw usageError(`${flag} ${file} cannot be read: ${(error as Error).message}`)
  }
}

async function alreadyRunning(options: UpOptions, context: Context): Promise<number> {
  const { terminal, checkout } = context
  const places = placesOf(checkout)
  const state = readState(places.state)
  if (!state?.ready) {
    terminal.note('elder: another command is starting or stopping the platform; see elder status')
    return 1
  }
  const changes = changesOf(options, state, readSettings(places))
  if (changes.length > 0) throw new CommandError(`the platform is already running; ${changes.join(' and ')} would change it`, { fix: 'stop it first: elder down' })
  terminal.print('The platform is already running.\n')
  await printEnd(context)
  return 0
}

/** The flags that differ from the running platform. */
function changesOf(options: UpOptions, state: State, settings: Settings | undefined): string[] {
  const differs = (asked: unknown, has: unknown) => asked !== undefined && asked !== has
  const provider = options.provider === 'none' ? '' : options.provider
  return [
    differs(options.port, settings?.port) ? '--port' : '',
    differs(options.host, settings?.host) ? '--host' : '',
    differs(provider, settings?.provider?.url ?? '') ? '--provider' : '',
    differs(options.providerKeyFile, settings?.provider?.keyFile) ? '--provider-key-file' : '',
    differs(options.model, settings?.model) ? '--model' : '',
    options.oneProcess && state.mode !== 'one-process' ? '--one-process' : '',
    differs(options.edges, state.services.filter(({ name }) => name.startsWith('edge-proxy')).length) ? '--edges' : '',
  ].filter((flag) => flag !== '')
}

async function inTerminal(options: UpOptions, context: Context): Promise<void> {
  const stop = new AbortController()
  const onSignal = () => {
    // Interrupted twice: ends without waiting. What was started ends with this process.
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  const show = showProgress(context.terminal)
  const report = (said: Report) => {
    show(said)
    if (said.kind === 'ready') {
      void printEnd(context)
        .catch((error: unknown) => context.terminal.note(error instanceof Error ? error.message : String(error)))
        .then(() => context.terminal.print('\nCtrl-C stops it.'))
    }
  }
  stop.signal.addEventListener('abort', () => context.terminal.note('\nstopping; press Ctrl-C again to stop at once'), { once: true })
  await supervise({ checkout: context.checkout, env: context.env, options, report, signal: stop.signal })
}

/** Starts a detached supervisor, and waits until it reports that everything is ready. */
export async function startDetached(options: UpOptions, context: Context): Promise<void> {
  const { checkout, env, terminal } = context
  const log = logOfSupervisor(checkout)
  const child = spawn(process.execPath, [join(checkout, 'apps/cli/dist/main.js'), 'supervise', JSON.stringify(options)], { detached: true, env: { ...env }, cwd: '/', stdio: ['ignore', log, log, 'ipc'] })
  const show = showProgress(terminal)
  let interrupted = false
  const end = () => {
    interrupted = true
    child.kill('SIGTERM')
  }
  process.once('SIGINT', end).once('SIGTERM', end)
  const outcome = await new Promise<Report>((done) => {
    child.on('message', (said: Report) => {
      show(said)
      if (said.kind === 'ready' || said.kind === 'failed') done(said)
    })
    const failed = (message: string, fix?: string) => done({ kind: 'failed', exitCode: 1, message, ...(fix === undefined ? {} : { fix }) })
    child.once('error', (error) => failed(`the supervisor cannot be started: ${error.message}`))
    child.once('exit', (code, signal) => {
      if (code === 0) failed('the platform was stopped before it was ready')
      else failed(`the supervisor ended ${signal === null ? `with code ${code}` : `by ${signal}`} before the platform was ready`, 'its log: elder logs supervisor')
    })
  })
  if (outcome.kind === 'failed') {
    if (interrupted) {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      throw new CommandError('interrupted: what was started is stopped', { exitCode: 130 })
    }
    const { message, fix, exitCode } = outcome
    throw new CommandError(message, { exitCode, ...(fix === undefined ? {} : { fix }) })
  }
  child.disconnect()
  child.unref()
  await printEnd(context)
}

function logOfSupervisor(checkout: string): number {
  const { home, logs } = placesOf(checkout)
  for (const folder of [home, logs]) makePrivateFolder(folder)
  return openSync(join(logs, 'supervisor.log'), 'a', 0o600)
}

async function printEnd(context: Context): Promise<void> {
  const { checkout, terminal } = context
  const places = placesOf(checkout)
  const credentials = readCredentials(checkout)
  if (!credentials) return
  const hasLiveProviders = await areProvidersLive(credentials, context)
  const providerUrl = readSettings(places)?.provider?.url
  terminal.print(endText({ checkout, places, credentials, providerModel: readState(places.state)?.providerModel, hasLiveProviders, providerUrl }))
}

/** Does not fail for a running platform: without an answer, the text is that for a platform with the providers of `up`. */
async function areProvidersLive({ url, adminKey }: Credentials, { env, terminal }: Context): Promise<boolean> {
  const edge = connectEdge({ url, apiKey: adminKey }, env)
  try {
    return isSet(await currentSetting(edge, 'providers'))
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    terminal.note(`elder: the live setting providers could not be asked for: ${error.message}`)
    return false
  } finally {
    edge.close()
  }
}
