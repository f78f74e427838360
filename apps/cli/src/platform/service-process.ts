import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Running } from './keep-running.ts'
import type { LogFile } from './log-file.ts'
import { identify, signalGroup } from './processes.ts'
import { stopWithinMs, type ServicePlan } from './services.ts'

/**
 * Starts a Node program as a service: in its own session, so that a terminal's Ctrl-C reaches only the supervisor, and with
 * an IPC channel that closes when the supervisor is gone.
 */
export async function startServiceProcess({ main, nodeFlags, env }: Pick<ServicePlan, 'main' | 'nodeFlags' | 'env'>, log: LogFile): Promise<Running> {
  const child = spawn(process.execPath, [...nodeFlags, main], { env: { ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], cwd: '/' })
  const complaint = collectComplaint(child.stderr as Readable)
  child.stdout?.on('data', (chunk: Buffer) => log.write(chunk))
  child.stderr?.on('data', (chunk: Buffer) => log.write(chunk))
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    // 'close' comes after the last output, so the error message is complete.
    child.once('close', (code, signal) => resolve(complaint() ?? (signal === null ? `ended with code ${code}` : `ended by ${signal}`)))
  })
  const { pid } = child
  if (pid === undefined) throw new Error(await exited)
  const identity = identify(pid)
  // Its child processes must not outlive it; after kill -9 the service cannot end them itself.
  child.once('exit', () => killRest(pid))
  return {
    pid,
    exited,
    async stop() {
      child.kill('SIGTERM')
      const impatient = setTimeout(() => signalGroup(identity, 'SIGKILL'), stopWithinMs(env))
      await exited
      clearTimeout(impatient)
    },
  }
}

function killRest(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The error message of a program that ended: all faults of a refused configuration, otherwise the last line that is not part of a stack. */
function collectComplaint(stderr: Readable): () => string | undefined {
  let tail = ''
  stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('utf8')).slice(-8_192)
  })
  return () => {
    const refused = tail.lastIndexOf(configurationFault)
    if (refused >= 0) return tail.slice(refused).trimEnd()
    const lines = tail.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^\s*[})\]]|^Node\.js v/.test(line))
    return lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1)
  }
}

export const configurationFault = 'invalid configuration:'
