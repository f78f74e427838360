import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { placeOf, removePlace } from '@elder/backing'
import { CommandError, defineCommand } from '../command.ts'
import { refuseDuringRestore } from '../platform/lock.ts'
import { placesOf } from '../platform/places.ts'
import type { Terminal } from '../terminal.ts'
import { noArguments } from '../words.ts'
import { stopPlatform } from './down.ts'

export const command = defineCommand({
  usage: 'uninstall [--yes]',
  about: 'Stops the platform and deletes everything that up created: data, keys, secrets, logs, programs. Asks for confirmation first.',
  options: { yes: { type: 'boolean', short: 'y', help: 'do not ask' } },
  async run({ values, positionals }, { checkout, terminal }) {
    noArguments('uninstall', positionals)
    const { home, data, restoreLock } = placesOf(checkout)
    const place = placeOf(join(data, 'postgres'), checkout)
    if (!existsSync(home) && !existsSync(place)) {
      terminal.print('nothing is installed here')
      return 0
    }
    if (!values.yes && !(await confirm(`Delete all data, keys and logs in ${home}${place.startsWith(home) ? '' : ` and ${place}`}? [y/N] `, terminal))) {
      terminal.print('nothing was changed')
      return 1
    }
    // A running restore would continue, and leave data that looks installed.
    refuseDuringRestore(restoreLock)
    await stopPlatform(checkout)
    removePlace(place)
    rmSync(home, { recursive: true, force: true })
    terminal.print(`removed. What stays: this checkout with its node_modules, and what you copied into the settings of Continue or Aider.\nTo be rid of the checkout as well: rm -rf '${checkout}'`)
    return 0
  },
})

async function confirm(question: string, { streams: { stdin, stderr } }: Terminal): Promise<boolean> {
  if (!stdin.isTTY) throw new CommandError('uninstall asks for confirmation, and this is not a terminal', { exitCode: 2, fix: 'elder uninstall --yes' })
  const asking = createInterface({ input: stdin, output: stderr })
  // Ctrl-C and Ctrl-D close the prompt without an answer.
  const answer = await new Promise<string>((resolve) => {
    asking.question(question, resolve)
    asking.once('SIGINT', () => asking.close()).once('close', () => resolve(''))
  })
  asking.close()
  return /^y(es)?$/i.test(answer.trim())
}
