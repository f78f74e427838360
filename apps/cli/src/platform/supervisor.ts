import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder, readOrCreateSecret, writePrivately } from '@elder/backing'
import pkg from '../../package.json' with { type: 'json' }
import { ServiceError } from '@elder/errors'
import { CommandError, type Env } from '../command.ts'
import { startBacking, type Backing } from './backing.ts'
import { endLeftovers } from './cleanup.ts'
import { writeToolFiles } from './guide.ts'
import { ensureKeys } from './keys.ts'
import { refuseDuringRestore, takeLock } from './lock.ts'
import { openLog } from './log-file.ts'
import { placesOf } from './places.ts'
import { identify } from './processes.ts'
import { reportStep, type Reporter } from './progress.ts'
import { startServices, type RunningServices } from './running-services.ts'
import { planServices, prefixOf, secretFile, stopWithinMs } from './services.ts'
import { settleSettings, type Settings, type UpOptions } from './settings.ts'
import { findProviderModel, smokeTest } from './smoke.ts'
import { readState, type State } from './state.ts'

export interface SuperviseInput {
  readonly checkout: string
  readonly env: Env
  readonly options: UpOptions
  readonly report: Reporter
  /** Aborts to stop the platform. */
  readonly signal: AbortSignal
}

const maxStarts = 3

/**
 * Starts the platform and keeps it running until `signal` aborts; resolves when everything is drained and stopped.
 * A failed start is undone and rejects. If another program has taken a chosen port meanwhile, the start is repeated with another port, unless tools are configured with it.
 */
export async function supervise(input: SuperviseInput): Promise<void> {
  for (let starts = 1; ; starts++) {
    try {
      return await superviseOnce(input)
    } catch (error) {
      if (!(error instanceof ServiceError) || error.reason !== 'PORT_IN_USE' || starts === maxStarts) throw error
      input.report({ kind: 'detail', text: `${error.message}; starting again with another port` })
    }
  }
}

async function superviseOnce(input: SuperviseInput): Promise<void> {
  const { checkout, env, options, report, signal } = input
  const places = placesOf(checkout)
  for (const folder of [places.home, places.run, places.logs, places.secrets, places.data, places.cache]) makePrivateFolder(folder)
  const lock = takeLock(places.lock)
  if ('owner' in lock) throw new CommandError(`the platform is already run by process ${lock.owner.pid}`, { fix: 'elder status shows it; elder down stops it' })
  await using undo = new AsyncDisposableStack()
  undo.defer(lock.release)
  // Checked after taking our lock; a restore checks ours after taking its own, so of two concurrent ones at least one sees the other.
  refuseDuringRestore(places.restoreLock)

  const left = readState(places.state)
  if (left) await reportStep(report, 'clearing what an earlier run left', () => endLeftovers(left))
  const settings = await settleSettings(places, options)
  const url = urlOf(settings)
  const log = (name: string) => openLog(join(places.logs, `${name}.log`))

  let backing: Backing | undefined
  let services: RunningServices | undefined
  let providerModel: string | undefined
  let ready = false
  const remember = () => {
    const state: State = {
      version: pkg.version,
      url,
      mode: options.oneProcess ? 'one-process' : 'processes',
      supervisor: identify(process.pid),
      ready,
      providerModel,
      stopWithinMs: stopWithinMs(env),
      services: services?.states() ?? [],
      backing: backing?.states() ?? [],
    }
    writePrivately(places.state, JSON.stringify(state))
  }
  const noteChange = () => {
    try {
      remember()
    } catch (error) {
      // A disk that becomes full later must not end the running platform.
      report({ kind: 'detail', text: `the state cannot be noted: ${error instanceof Error ? error.message : String(error)}` })
    }
  }
  undo.defer(() => rmSync(places.state, { force: true }))

  try {
    backing = await startBacking({ checkout, places, settings, env, report, log, changed: noteChange })
    undo.defer(backing.stop)
    signal.throwIfAborted()

    for (const name of ['principal-secret', 'auth-pepper']) readOrCreateSecret(places.secrets, name)
    services = startServices(planServices({ checkout, places, settings, urls: backing.urls, env, oneProcess: options.oneProcess }), { log, changed: noteChange })
    undo.defer(services.stop)
    await services.becomeReady(report, signal)
    const authAddress = `127.0.0.1:${env[`${prefixOf('auth')}RPC_PORT`] ?? settings.ports['auth.rpc']}`
    const credentials = await reportStep(report, 'keys for an admin and a developer', () =>
      ensureKeys({ checkout, places, url, authAddress, principalSecretFile: secretFile(places, 'principal-secret'), version: pkg.version }),
    )
    const connection = { url, apiKey: credentials.developerKey }
    await reportStep(report, 'smoke test: a check and a question through the edge', () => smokeTest(connection, env))
    providerModel = settings.model ?? (settings.provider ? await findProviderModel(connection, env) : undefined)
    writeToolFiles({ checkout, places, credentials, providerModel })
  } catch (error) {
    // Stopped during the start: failures caused by that are not reported.
    if (signal.aborted) return
    throw error
  }
  ready = true
  remember()
  report({ kind: 'ready' })
  await aborted(signal)
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function urlOf({ host, port }: Settings): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}
