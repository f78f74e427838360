import { setTimeout as delay } from 'node:timers/promises'
import { ServiceError } from '@elder/errors'
import { CommandError } from '../command.ts'
import { keepRunning, type Kept } from './keep-running.ts'
import type { LogFile } from './log-file.ts'
import { probeReadiness } from './probe.ts'
import { reportStep, type Reporter } from './progress.ts'
import { configurationFault, startServiceProcess } from './service-process.ts'
import type { ServicePlan } from './services.ts'
import type { ServiceState } from './state.ts'

export interface RunningServices {
  states(): ServiceState[]
  /** Resolves when every service is ready; rejects with the reason if one fails. */
  becomeReady(report: Reporter, signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

const readyWithinMs = 60_000
const triesBeforeGivingUp = 4

/** Starts the first service, on which all others depend, and then the others. Each is restarted whenever it ends. */
export function startServices(plans: readonly ServicePlan[], { log, changed }: { log(name: string): LogFile; changed(): void }): RunningServices {
  const children: { plan: ServicePlan; kept: Kept }[] = []
  const start = (plan: ServicePlan) => {
    const file = log(plan.name)
    const child = { plan, kept: keepRunning(plan.name, () => startServiceProcess(plan, file), changed) }
    children.push(child)
    return child
  }
  return {
    states: () => children.flatMap(({ plan, kept }) => plan.services.map(({ name, adminPort }) => ({ ...kept.state, name, adminPort }))),
    async becomeReady(report, signal) {
      const [first, ...others] = plans
      if (first) await reportStep(report, first.name, () => becomeReady(start(first), signal))
      if (others.length === 0) return
      // When one has failed, waiting for the others ends.
      const failed = new AbortController()
      const either = AbortSignal.any([signal, failed.signal])
      const ready = (plan: ServicePlan) =>
        becomeReady(start(plan), either).catch((error: unknown) => {
          failed.abort()
          throw error
        })
      await reportStep(report, others.map(({ name }) => name).join(', '), () => Promise.all(others.map(ready)))
    },
    async stop() {
      await Promise.all(children.map(({ kept }) => kept.stop()))
    },
  }
}

async function becomeReady({ plan, kept }: { plan: ServicePlan; kept: Kept }, signal: AbortSignal): Promise<void> {
  const end = Date.now() + readyWithinMs
  for (let waitMs = 20; ; waitMs = Math.min(waitMs * 1.5, 250)) {
    signal.throwIfAborted()
    const { reason, restarts, process } = kept.state
    const { ready, reason: notReady } = await probeAll(plan, process?.pid)
    if (ready) return
    if (reason?.startsWith(configurationFault)) throw new CommandError(`${plan.name}: ${reason}`, { fix: 'correct or unset these variables and try again' })
    if (reason?.includes('EADDRINUSE')) throw new ServiceError('failed_precondition', `${plan.name} does not start: ${reason}`, { reason: 'PORT_IN_USE' })
    if (restarts >= triesBeforeGivingUp) throw new CommandError(`${plan.name} does not start: ${reason}`, { fix: `its log: elder logs ${plan.name}` })
    if (Date.now() > end) throw new CommandError(`${plan.name} is not ready after ${readyWithinMs / 1_000} s: ${notReady}`, { fix: `its log: elder logs ${plan.name}` })
    await delay(waitMs, undefined, { signal })
  }
}

async function probeAll(plan: ServicePlan, pid: number | undefined) {
  if (pid === undefined) return { ready: false, reason: 'not running' }
  const probes = await Promise.all(plan.services.map(async ({ name, adminPort }) => ({ name, ...(await probeReadiness(adminPort, pid)) })))
  const missing = probes.filter(({ ready }) => !ready)
  return { ready: missing.length === 0, reason: missing.map(({ name, reason }) => (probes.length > 1 ? `${name}: ${reason}` : reason)).join('; ') }
}
