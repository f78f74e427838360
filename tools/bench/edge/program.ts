/** A measured program: pinned to its own core where the system allows it. Its CPU time and memory are read from /proc. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'

export const canPin = cpus().length > 1 && existsSync('/usr/bin/taskset')

export const placement = canPin ? 'the measured program runs on core 0, everything else on core 1' : 'no program is pinned to a core'

export interface Program {
  readonly pid: number
  readonly child: ChildProcess
  stop(): Promise<void>
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** 0: the measured program. 1: everything else. */
  readonly core: 0 | 1
  /** A Node program with an IPC channel to its parent, which exits when the channel closes. */
  readonly talks?: boolean
}

export function startProgram(command: string, args: readonly string[], { env = {}, cwd, core, talks = false }: StartOptions): Program {
  const [program, words] = canPin ? ['taskset', ['-c', String(core), command, ...args]] : [command, [...args]]
  const child = spawn(program, words, { env: { ...process.env, ...env }, ...(cwd !== undefined && { cwd }), stdio: talks ? ['ignore', 'inherit', 'inherit', 'ipc'] : ['ignore', 'ignore', 'inherit'] })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} could not be started`)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    pid,
    child,
    async stop() {
      if (child.connected) child.disconnect()
      else child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), 8_000)
      await exited
      clearTimeout(killer)
    },
  }
}

/** A Node program that sends its port once it listens. */
export async function startListener(file: string, args: readonly string[], core: 0 | 1, nodeFlags: readonly string[] = []): Promise<Program & { port: number }> {
  const program = startProgram(process.execPath, [...nodeFlags, file, ...args], { core, talks: true })
  const port = await new Promise<number>((resolve) => program.child.once('message', (message: { port: number }) => resolve(message.port)))
  return { ...program, port }
}

/** CPU time so far of all living threads. */
export function cpuMicros(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + scheduled(`${pid}/task/${thread}`)[0], 0)
}

/** How long its main thread was runnable while another program had the core. */
export function waitedMicros(pid: number): number {
  return scheduled(String(pid))[1]
}

function scheduled(task: string): [ran: number, waited: number] {
  const [ran, waited] = readFileSync(`/proc/${task}/schedstat`, 'utf8').split(' ')
  return [Number(ran) / 1_000, Number(waited) / 1_000]
}

/** Steal time of the two cores. */
export function stolenMicros(): number {
  const cores = readFileSync('/proc/stat', 'utf8').split('\n').filter((line) => /^cpu[01] /.test(line))
  return cores.reduce((sum, line) => sum + Number(line.split(' ')[8]) * 10_000, 0)
}

export function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024
}
