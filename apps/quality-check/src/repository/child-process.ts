import { spawn } from 'node:child_process'
import { StageFailure } from './placed-diagnostic.ts'

export interface ChildCommand {
  /** Used in error messages. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The complete environment, apart from NO_COLOR and a PATH that contains no programs. */
  readonly env?: Readonly<Record<string, string>>
  readonly timeLimitMs: number
  readonly maxOutputBytes: number
}

/**
 * Runs a program until it exits and returns its output. Throws StageFailure when it cannot be started, exceeds the time limit
 * or writes too much, and the signal's reason when it is aborted. In all of these cases the program and its child processes are killed.
 */
export function runChild({ name, command, args, cwd, env = {}, timeLimitMs, maxOutputBytes }: ChildCommand, signal: AbortSignal): Promise<{ stdout: string; exitCode: number }> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const child = spawn(command, [...args], { cwd, env: { ...env, NO_COLOR: '1', PATH: '/nonexistent' }, stdio: ['ignore', 'pipe', 'ignore'], detached: true })
    const pieces: Buffer[] = []
    let size = 0
    let failure: unknown
    const end = (reason: unknown) => {
      failure ??= reason
      killGroup(child.pid)
    }
    const abandon = () => end(signal.reason)
    const timer = setTimeout(() => end(new StageFailure(`${name} gave up after ${timeLimitMs} ms`)), timeLimitMs)
    signal.addEventListener('abort', abandon, { once: true })
    child.stdout.on('data', (piece: Buffer) => {
      size += piece.length
      if (size > maxOutputBytes) end(new StageFailure(`${name} wrote more than ${maxOutputBytes} bytes`))
      else pieces.push(piece)
    })
    child.on('error', (error) => end(new StageFailure(`${name} did not start: ${error.message}`)))
    child.on('close', (code, killedBy) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abandon)
      if (failure !== undefined) reject(failure)
      else if (code === null) reject(new StageFailure(`${name} was ended by ${killedBy}`))
      else resolve({ stdout: Buffer.concat(pieces).toString(), exitCode: code })
    })
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
