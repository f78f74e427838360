import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { CommandError, defineCommand, type Command } from '../command.ts'

/** A command that a script of the repository implements: arguments, output and exit code are passed through. */
export function toolCommand(usage: string, about: string): Command {
  return defineCommand({
    usage,
    about,
    options: {},
    verbatim: true,
    async run({ positionals }, { checkout, env }) {
      const script = join(checkout, 'tools', `${usage.split(' ', 1)[0]}.ts`)
      if (!existsSync(script)) throw new CommandError(`${script} is missing from this checkout`)
      const child = spawn(process.execPath, [script, ...positionals], { cwd: checkout, env: { ...env }, stdio: 'inherit' })
      // Ctrl-C in a terminal reaches the script as well, which decides when both end.
      const forward = (signal: NodeJS.Signals) => child.kill(signal)
      process.on('SIGINT', () => {}).on('SIGTERM', forward)
      return new Promise<number>((resolve, reject) => {
        child.once('error', reject)
        child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
      })
    },
  })
}
