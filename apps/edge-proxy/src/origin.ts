import type { IncomingMessage } from 'node:http'
import { ServiceError } from '@elder/errors'
import { headerOf } from './exchange.ts'

export interface OriginSettings {
  /** What the door listens on. */
  readonly host: string
  /** Where clients reach it, when that is not where it listens. */
  readonly publicUrl: string | undefined
  readonly allowedOrigins: readonly string[]
}

const ownNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Keeps out what speaks through a browser for another site (DNS rebinding). Throws for a page's origin, and at a door on this machine for a host, that is not ours. */
export function createOriginGuard({ host, publicUrl, allowedOrigins }: OriginSettings): (request: IncomingMessage) => void {
  const published = [...allowedOrigins, ...(publicUrl === undefined ? [] : [publicUrl])].flatMap((url) => (URL.canParse(url) ? [new URL(url)] : []))
  const origins = new Set([...allowedOrigins, ...published.map(({ origin }) => origin)])
  const hosts = new Set([...ownNames, ...published.map(({ hostname }) => hostname)])
  const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.')

  return (request) => {
    const origin = headerOf(request, 'origin')
    if (origin !== undefined && !origins.has(origin) && !ownNames.has(hostnameOf(origin))) throw new ServiceError('permission_denied', 'pages of this origin may not use the platform', { reason: 'ORIGIN_FOREIGN' })
    const named = headerOf(request, 'host')
    if (isLocal && named !== undefined && !hosts.has(hostnameOf(`http://${named}`))) throw new ServiceError('permission_denied', 'this door answers for this machine only: another name for it must be its public address in the settings', { reason: 'HOST_FOREIGN' })
  }
}

const hostnameOf = (url: string) => (URL.canParse(url) ? new URL(url).hostname : '')
