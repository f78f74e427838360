import { join } from 'node:path'
import { makePrivateFolder, readOrCreateSecret } from '@elder/backing'
import pkg from '../../package.json' with { type: 'json' }
import { ServiceError } from '@elder/errors'
import { CommandError, type Env } from '../command.ts'
import { startBacking } from './backing.ts'
import { endLeftovers } from './cleanup.ts'
import { writeToolFiles } from './guide.ts'
import { ensureKeys } from './keys.ts'
import { refuseDuringRestore, takeLock } from './lock.ts'
import { openLog } from './log-file.ts'
import { placesOf, type Places } from './places.ts'
import { reportStep, type Reporter } from './progress.ts'
import { startServices } from './running-services.ts'
import { planServices, prefixOf, secretFile } from './services.ts'
import { settleSettings, type Settings, type UpOptions } from './settings.ts'
import { findProviderModel, smokeTest } from './smoke.ts'
import { readState } from './state.ts'
import { StateRecord } from './state-record.ts'

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
  const { checkout, options, report, signal } = input
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
  const record = new StateRecord({ ...input, places, url: urlOf(settings) })
  undo.defer(() => record.remove())
  try {
    await startEverything(input, { places, settings, record, undo })
  } catch (error) {
    // Stopped during the start: failures caused by that are not reported.
    if (signal.aborted) return
    throw error
  }
  record.becameReady()
  report({ kind: 'ready' })
  await aborted(signal)
}

interface StartParts {
  readonly places: Places
  readonly settings: Settings
  readonly record: StateRecord
  /** Receives how to stop what was started. */
  readonly undo: AsyncDisposableStack
}

async function startEverything({ checkout, env, options, report, signal }: SuperviseInput, { places, settings, record, undo }: StartParts): Promise<void> {
  const log = (name: string) => openLog(join(places.logs, `${name}.log`))
  const changed = () => record.update()
  const backing = await startBacking({ checkout, places, settings, env, report, log, changed })
  record.backing = backing
  undo.defer(backing.stop)
  signal.throwIfAborted()

  for (const name of ['principal-secret', 'auth-pepper']) readOrCreateSecret(places.secrets, name)
  const services = startServices(planServices({ checkout, places, settings, urls: backing.urls, env, oneProcess: options.oneProcess }), { log, changed })
  record.services = services
  undo.defer(services.stop)
  await services.becomeReady(report, signal)

  const url = urlOf(settings)
  const authAddress = `127.0.0.1:${env[`${prefixOf('auth')}RPC_PORT`] ?? settings.ports['auth.rpc']}`
  const credentials = await reportStep(report, 'keys for an admin and a developer', () =>
    ensureKeys({ checkout, places, url, authAddress, principalSecretFile: secretFile(places, 'principal-secret'), version: pkg.version }),
  )
  const connection = { url, apiKey: credentials.developerKey }
  await reportStep(report, 'smoke test: a check and a question through the edge', () => smokeTest(connection, env))
  record.providerModel = settings.model ?? (settings.provider ? await findProviderModel(connection, env) : undefined)
  writeToolFiles({ checkout, places, credentials, providerModel: record.providerModel })
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function urlOf({ host, port }: Settings): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}
