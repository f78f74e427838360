import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

/** The repository. */
export const root = join(import.meta.dirname, '..')

/**
 * The environment of a tool: the pinned Node and the repository's own programs come first on PATH.
 * Asks Nx not to reach out and not to keep a daemon.
 */
const toolEnv: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
}

/** Runs a program in the repository with its output shown; the exit code, or 1 when a signal ended it. */
export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...toolEnv, ...env } })
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
