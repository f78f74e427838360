import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CommandError } from '../command.ts'

/** Where a checkout keeps its local state. All of it is under .elder, except Postgres's data when root runs it. */
export function placesOf(checkout: string) {
  const home = join(checkout, '.elder')
  const run = join(home, 'run')
  return {
    home,
    run,
    logs: join(home, 'logs'),
    secrets: join(home, 'secrets'),
    data: join(home, 'data'),
    cache: join(home, 'cache'),
    /** Choices that outlive a run: ports, provider, model. */
    settings: join(home, 'settings.json'),
    credentials: join(home, 'credentials'),
    providers: join(home, 'providers.json'),
    continueConfig: join(home, 'continue.yaml'),
    aiderConfig: join(home, 'aider.conf.yml'),
    lock: join(run, 'lock'),
    state: join(run, 'state.json'),
  }
}

export type Places = ReturnType<typeof placesOf>

/** Creates the folders, for their owner alone. */
export function makePlaces(places: Places): void {
  for (const folder of [places.home, places.run, places.logs, places.secrets, places.data, places.cache]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw cannotWrite(folder, error)
    }
  }
}

const remedies: Record<string, string> = {
  ENOSPC: 'the disk is full: free some space (df -h shows how much is left), then try again',
  EROFS: 'the file system is read-only: clone the repository to a place that can be written to',
  EACCES: 'the folder belongs to someone else: give it to yourself (chown -R) or use your own clone',
  EPERM: 'the folder belongs to someone else: give it to yourself (chown -R) or use your own clone',
  EDQUOT: 'your disk quota is spent: free some space, then try again',
}

export function cannotWrite(path: string, cause: unknown): CommandError {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  const mend = remedies[code]
  return new CommandError(`cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, mend === undefined ? { cause } : { cause, mend })
}
