import { accessSync, constants } from 'node:fs'
import type { Context, Env } from '../command.ts'
import { findConnection, givenUrl, readCredentials } from '../credentials.ts'
import { connectEdge } from '../edge.ts'
import { placesOf } from './places.ts'

export interface Cause {
  readonly component: string
  readonly reason: string
  readonly remedy: string
}

/** The health that a platform's edge reports, which is all that is known of a platform elsewhere or of another user. */
export interface Health {
  readonly url: string
  readonly state: string
  readonly causes: readonly Cause[]
  readonly services: readonly { readonly name: string; readonly state: string; readonly version: string; readonly instances: number }[]
}

/** Whether the environment points to another platform than this checkout's, or this checkout's belongs to another user. */
export function isElsewhere(checkout: string, env: Env): boolean {
  const url = givenUrl(env)
  if (!url) return false
  return !isOurs(placesOf(checkout).home) || readCredentials(checkout)?.url !== url
}

/** True also if the folder does not exist yet. */
function isOurs(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

export async function askHealth({ checkout, env }: Pick<Context, 'checkout' | 'env'>): Promise<Health> {
  const edge = connectEdge(findConnection(checkout, env), env)
  const health = await edge.request<Partial<Health>>('GET', '/v1/health', { timeoutMs: 5_000, alsoAnswer: 503 }).finally(edge.close)
  return { url: edge.url, state: health.state ?? 'refusing requests', causes: health.causes ?? [], services: health.services ?? [] }
}
