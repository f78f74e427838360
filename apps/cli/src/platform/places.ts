import { join } from 'node:path'

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
    continueSagesConfig: join(home, 'continue-sages.yaml'),
    aiderConfig: join(home, 'aider.conf.yml'),
    lock: join(run, 'lock'),
    /** Of a restore: nothing else may touch the data, or start on it. */
    restoreLock: join(run, 'restore-lock'),
    state: join(run, 'state.json'),
  }
}

export type Places = ReturnType<typeof placesOf>
