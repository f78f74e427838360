import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { ServiceError } from '@elder/errors'
import { standardSearchPath } from './command.ts'

/** How to start a program, how to see that it works, how to end it. */
export interface ProcessSpec {
  name: string
  command: string
  args: string[]
  /** Its whole environment, on top of a standard PATH. Nothing is inherited. */
  env?: Record<string, string>
  cwd?: string
  uid?: number
  gid?: number
  stopSignal: NodeJS.Signals
  /** Runs before each start: clears what an earlier life left behind. */
  beforeStart?(): Promise<void>
  probe(): Promise<boolean>
}

export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunningProcess {
  readonly pid: number
  /** Resolves when the process has exited, for any reason. Never rejects. */
  readonly exited: Promise<ProcessEnd>
  /** Ends it by its own signal, and by SIGKILL when that takes too long. Resolves when it is gone. */
  stop(): Promise<void>
}

/**
 * Becomes the program and leaves a watcher beside it. The watcher reads a pipe whose other end is the parent's: a line says that
 * the program has ended, an end without one says that the parent is gone, by kill -9 too, and then the program is ended.
 */
const guardScript = `
program=$$
(
  trap '' TERM INT HUP
  if read -r _ <&3; then exit 0; fi
  kill -s "$ELDER_STOP_SIGNAL" "$program" 2>/dev/null || exit 0
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    sleep 0.25
    kill -0 "$program" 2>/dev/null || exit 0
  done
  kill -s KILL "$program" 2>/dev/null
) >/dev/null 2>&1 </dev/null &
unset ELDER_STOP_SIGNAL
exec "$@" 3<&-
`

/** How long a process may take to end by its own signal. */
export const usualStopMs = 20_000
const startTimeoutMs = 60_000

/**
 * Starts a process and resolves once its probe answers. It lives in its own session, so a terminal's Ctrl-C reaches the parent alone,
 * and it ends with the parent, however the parent ends.
 */
export async function runProcess(spec: ProcessSpec, log: (line: string) => void = () => {}): Promise<RunningProcess> {
  await spec.beforeStart?.()
  const lastLines: string[] = []
  const child = spawnGuarded(spec)
  for (const stream of [child.stdout, child.stderr] as Readable[]) {
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line)
      if (lastLines.length > 20) lastLines.shift()
      log(line)
    })
  }
  child.once('error', (error) => lastLines.push(error.message))
  let ended: ProcessEnd | undefined
  const exited = endOf(child)
  void exited.then((end) => (ended = end))

  const stop = async () => {
    if (ended) return
    child.kill(spec.stopSignal)
    const impatient = setTimeout(() => child.kill('SIGKILL'), usualStopMs)
    await exited
    clearTimeout(impatient)
  }
  const deadline = Date.now() + startTimeoutMs
  for (let waitMs = 10; !(await spec.probe()); waitMs = Math.min(waitMs * 2, 200)) {
    if (ended) throw startFailure(spec.name, `ended ${describeEnd(ended)} before it answered`, lastLines)
    if (Date.now() > deadline) {
      await stop()
      throw startFailure(spec.name, `did not answer within ${startTimeoutMs / 1_000} s`, lastLines)
    }
    await Promise.race([delay(waitMs), exited])
  }
  return { pid: child.pid as number, exited, stop }
}

function spawnGuarded(spec: ProcessSpec): ChildProcess {
  return spawn('/bin/sh', ['-c', guardScript, 'elder-guard', spec.command, ...spec.args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { PATH: standardSearchPath, ...spec.env, ELDER_STOP_SIGNAL: spec.stopSignal.slice('SIG'.length) },
    cwd: spec.cwd ?? '/',
    ...(spec.uid !== undefined && { uid: spec.uid }),
    ...(spec.gid !== undefined && { gid: spec.gid }),
  })
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  const lifeline = child.stdio[3] as Writable | null
  lifeline?.on('error', () => {})
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: 127, signal: null }))
    child.once('exit', (code, signal) => {
      lifeline?.end('ended\n')
      resolve({ code, signal })
    })
  })
}

function describeEnd(end: ProcessEnd): string {
  return end.signal === null ? `with code ${end.code}` : `by ${end.signal}`
}

function startFailure(name: string, problem: string, lines: readonly string[]): ServiceError {
  const said = lines.length === 0 ? '' : `; it said:\n${lines.map((line) => `  ${line}`).join('\n')}`
  return new ServiceError('unavailable', `${name} ${problem}${said}`, { reason: 'START_FAILED' })
}
