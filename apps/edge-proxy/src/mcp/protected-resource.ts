import type { ServiceError } from '@elder/errors'
import { redact } from '@elder/telemetry'
import { withoutAddresses, statusOf } from '../errors.ts'
import { headerOf, type Exchange } from '../exchange.ts'

export interface ProtectedResourceParts {
  /** Where clients reach the door; without it they are told the name they used. */
  readonly publicUrl: string | undefined
  /** Issuers whose tokens the door takes beside its own keys. */
  readonly authorizationServers: readonly string[]
}

const metadataPath = '/.well-known/oauth-protected-resource'
/** What every caller needs, and what only people may have. */
const scopes = { use: 'elder:use', remember: 'elder:remember' }

/** GET /.well-known/oauth-protected-resource[/mcp], RFC 9728. Without an authorization server it promises none: keys are made by `elder keys`. */
export function protectedResource({ publicUrl, authorizationServers }: ProtectedResourceParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const base = baseOf(exchange, publicUrl)
    await exchange.answerJson(200, {
      resource: `${base}/mcp`,
      resource_name: 'Elder',
      bearer_methods_supported: ['header'],
      ...(authorizationServers.length > 0 && { authorization_servers: authorizationServers, scopes_supported: Object.values(scopes) }),
    })
  }
}

/** What WWW-Authenticate tells a client that was refused, so that it finds the way by itself. */
export function createChallenge({ publicUrl }: ProtectedResourceParts): (error: ServiceError, exchange: Exchange) => string | undefined {
  return (error, exchange) => {
    const status = statusOf(error)
    if (status !== 401 && error.reason !== 'ROLE_MISSING') return undefined
    const metadata = `resource_metadata="${baseOf(exchange, publicUrl)}${metadataPath}/mcp"`
    // Whoever sent no key has done nothing wrong yet.
    if (error.reason === 'KEY_MISSING') return `Bearer realm="elder", ${metadata}, scope="${scopes.use}"`
    const description = `error_description="${quotable(error.message)}"`
    if (status === 401) return `Bearer realm="elder", error="invalid_token", ${description}, ${metadata}, scope="${scopes.use}"`
    return `Bearer realm="elder", error="insufficient_scope", ${description}, ${metadata}, scope="${scopes.use} ${scopes.remember}"`
  }
}

function baseOf(exchange: Exchange, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl
  const { localAddress = '127.0.0.1', localPort = 0 } = exchange.request.socket
  const named = headerOf(exchange.request, 'host') ?? ''
  return `http://${/^[\w.:[\]-]{1,255}$/.test(named) ? named : `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`}`
}

// Only what RFC 6750 lets stand in a description.
const quotable = (text: string) => redact(withoutAddresses(text)).replaceAll(/[^\x20-\x7e]|["\\]/g, ' ')
