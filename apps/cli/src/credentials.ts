import { readFileSync } from 'node:fs'
import { CommandError, type Context, type Env } from './command.ts'
import { connectEdge, ForbiddenError, type Connection, type Edge } from './edge.ts'
import { placesOf } from './platform/places.ts'

/** The content of .elder/credentials: lines of NAME=value. */
export interface Credentials {
  readonly url: string
  readonly developerKey: string
  readonly adminKey: string
}

export function readCredentials(checkout: string): Credentials | undefined {
  try {
    const values = new Map(
      readFileSync(placesOf(checkout).credentials, 'utf8')
        .split('\n')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
    )
    const value = (name: string) => values.get(name) ?? ''
    return { url: value('ELDER_URL'), developerKey: value('ELDER_API_KEY'), adminKey: value('ELDER_ADMIN_API_KEY') }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function formatCredentials({ url, developerKey, adminKey }: Credentials): string {
  return `ELDER_URL=${url}\nELDER_API_KEY=${developerKey}\nELDER_ADMIN_API_KEY=${adminKey}\n`
}

/** The platform's URL from the environment, in a form to which paths can be appended. */
export function givenUrl({ ELDER_URL: given }: Env): string | undefined {
  if (!given) return undefined
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) throw new CommandError(`ELDER_URL must be a URL such as http://127.0.0.1:8420, got ${JSON.stringify(given)}`, { exitCode: 2 })
  return given.replace(/\/$/, '')
}

/** The URL and key from the environment, or else those of this checkout's platform. */
export function findConnection(checkout: string, env: Env, as: 'developer' | 'admin' = 'developer'): Connection {
  const { ELDER_API_KEY: key } = env
  const url = givenUrl(env)
  if (key && !/^[\x21-\x7e]+$/.test(key)) throw new CommandError('ELDER_API_KEY must be an Elder key, without spaces or line breaks', { exitCode: 2, fix: 'elder env prints the one of this checkout' })
  if (url && key) return { url, apiKey: key }
  const stored = readCredentials(checkout)
  // A key belongs to one platform: the stored one is never sent to another.
  if (url && stored?.url !== url) throw new CommandError('ELDER_URL is set but ELDER_API_KEY is not', { exitCode: 2, fix: 'export ELDER_API_KEY=elder_…, a key of that platform' })
  if (!stored) throw new CommandError('no platform was started in this checkout', { exitCode: 3, fix: `start one: ${checkout}/elder up    or set ELDER_URL and ELDER_API_KEY` })
  return { url: url || stored.url, apiKey: key || (as === 'admin' ? stored.adminKey : stored.developerKey) }
}

/** Opens a connection to the platform for one piece of work. */
export async function withEdge<T>({ checkout, env }: Pick<Context, 'checkout' | 'env'>, work: (edge: Edge) => Promise<T>, as?: 'developer' | 'admin'): Promise<T> {
  const edge = connectEdge(findConnection(checkout, env, as), env)
  try {
    return await work(edge)
  } catch (error) {
    // What `elder env` exports hides the admin's key that commands for admins would use.
    if (as !== 'admin' || !(error instanceof ForbiddenError) || !env.ELDER_API_KEY || env.ELDER_API_KEY !== readCredentials(checkout)?.developerKey) throw error
    throw new ForbiddenError(error.message, { exitCode: error.exitCode, fix: "unset ELDER_API_KEY: it is this checkout's key for developers, and without it the command uses the one for admins", cause: error })
  } finally {
    edge.close()
  }
}
