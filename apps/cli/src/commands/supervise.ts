import { defineCommand } from '../command.ts'
import { explainFailure } from '../failure.ts'
import { placesOf } from '../platform/places.ts'
import type { Report } from '../platform/progress.ts'
import type { UpOptions } from '../platform/settings.ts'
import { supervise } from '../platform/supervisor.ts'

export const command = defineCommand({
  usage: 'supervise OPTIONS',
  about: 'What elder up --detach leaves running. Reports over the channel to the command that started it, as long as that listens.',
  options: {},
  async run({ positionals }, { checkout, env }) {
    const options = JSON.parse(positionals[0] ?? '{}') as UpOptions
    const stop = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
    const report = (said: Report) => {
      process.stdout.write(`${logLine(said)}\n`)
      // The waiting command may have ended; the platform keeps running.
      if (process.connected) process.send?.(said, () => {})
    }
    try {
      await supervise({ checkout, env, options, report, signal: stop.signal })
      return 0
    } catch (error) {
      const { message, fix, exitCode } = await explainFailure(error, placesOf(checkout).home)
      report({ kind: 'failed', message, exitCode, ...(fix === undefined ? {} : { fix }) })
      return exitCode
    } finally {
      if (process.connected) process.disconnect()
    }
  },
})

/** In the format of the services' logs, so that `elder logs` shows all alike. */
function logLine(said: Report): string {
  return JSON.stringify({ time: new Date().toISOString(), level: said.kind === 'failed' ? 'error' : 'info', service: 'supervisor', msg: inWords(said) })
}

function inWords(said: Report): string {
  if (said.kind === 'begin') return `${said.step}: begun`
  if (said.kind === 'detail') return said.text
  if (said.kind === 'done') return `${said.step}: done in ${said.tookMs} ms`
  if (said.kind === 'failed') return said.fix === undefined ? said.message : `${said.message}; ${said.fix}`
  return said.kind
}
