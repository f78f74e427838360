import { join } from 'node:path'

/** The paths of a checkout's local state. All are under .elder, except Postgres's data when started by root. */
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
    /** Settings that outlive a run: ports, provider, model. */
    settings: join(home, 'settings.json'),
    credentials: join(home, 'credentials'),
    providers: join(home, 'providers.json'),
    continueConfig: join(home, 'continue.yaml'),
    continueSagesConfig: join(home, 'continue-sages.yaml'),
    aiderConfig: join(home, 'aider.conf.yml'),
    lock: join(run, 'lock'),
    /** Held by a restore: no other process may use the data or start the platform. */
    restoreLock: join(run, 'restore-lock'),
    state: join(run, 'state.json'),
  }
}

export type Places = ReturnType<typeof placesOf>
