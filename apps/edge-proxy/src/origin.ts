import type { IncomingMessage } from 'node:http'
import { ServiceError } from '@elder/errors'
import { headerOf } from './exchange.ts'

export interface OriginSettings {
  /** The address that the edge listens on. */
  readonly host: string
  /** The address that clients use, if it differs. */
  readonly publicUrl: string | undefined
  readonly allowedOrigins: readonly string[]
}

const ownNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Refuses requests from web pages of foreign origins. When the edge listens on loopback, it also refuses foreign host names (DNS rebinding). */
export function createOriginGuard({ host, publicUrl, allowedOrigins }: OriginSettings): (request: IncomingMessage) => void {
  const published = [...allowedOrigins, ...(publicUrl === undefined ? [] : [publicUrl])].flatMap((url) => (URL.canParse(url) ? [new URL(url)] : []))
  const origins = new Set([...allowedOrigins, ...published.map(({ origin }) => origin)])
  const hosts = new Set([...ownNames, ...published.map(({ hostname }) => hostname)])
  const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.')

  return (request) => {
    const origin = headerOf(request, 'origin')
    if (origin !== undefined && !origins.has(origin) && !ownNames.has(hostnameOf(origin))) throw new ServiceError('permission_denied', 'web pages of this origin may not use Elder: add the origin to the setting ALLOWED_ORIGINS', { reason: 'ORIGIN_FOREIGN' })
    const named = headerOf(request, 'host')
    if (isLocal && named !== undefined && !hosts.has(hostnameOf(`http://${named}`))) throw new ServiceError('permission_denied', 'this edge accepts requests only under the names of this machine: set PUBLIC_URL to use another name', { reason: 'HOST_FOREIGN' })
  }
}

const hostnameOf = (url: string) => (URL.canParse(url) ? new URL(url).hostname : '')
