import type { ServiceError } from '@elder/errors'
import { redact } from '@elder/telemetry'
import { withoutAddresses, statusOf } from '../errors.ts'
import { headerOf, type Exchange } from '../exchange.ts'

export interface ProtectedResourceParts {
  /** The address that clients use; without it the Host header of the request. */
  readonly publicUrl: string | undefined
  /** Issuers of tokens, named in the metadata. */
  readonly authorizationServers: readonly string[]
}

const metadataPath = '/.well-known/oauth-protected-resource'
/** `use` is needed by every caller; `remember` is granted to people only. */
const scopes = { use: 'elder:use', remember: 'elder:remember' }

/** GET /.well-known/oauth-protected-resource[/mcp], RFC 9728. Names no authorization server unless one is configured: `elder keys` creates keys. */
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

/** The WWW-Authenticate header of a refusal, by which a client discovers how to authenticate. */
export function createChallenge({ publicUrl }: ProtectedResourceParts): (error: ServiceError, exchange: Exchange) => string | undefined {
  return (error, exchange) => {
    const status = statusOf(error)
    if (status !== 401 && error.reason !== 'ROLE_MISSING') return undefined
    const metadata = `resource_metadata="${baseOf(exchange, publicUrl)}${metadataPath}/mcp"`
    // RFC 6750: no error code for a request without credentials.
    if (error.reason === 'KEY_MISSING') return `Bearer realm="elder", ${metadata}, scope="${scopes.use}"`
    const description = `error_description="${quotable(error.message)}"`
    if (status === 401) return `Bearer realm="elder", error="invalid_token", ${description}, ${metadata}, scope="${scopes.use}"`
    return `Bearer realm="elder", error="insufficient_scope", ${description}, ${metadata}, scope="${scopes.use} ${scopes.remember}"`
  }
}

function baseOf(exchange: Exchange, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl
  const { localAddress = '127.0.0.1', localPort = 0 } = exchange.request.socket
  const host = headerOf(exchange.request, 'host') ?? ''
  return `http://${/^[\w.:[\]-]{1,255}$/.test(host) ? host : `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`}`
}

// Replaces characters that RFC 6750 does not allow in a description.
const quotable = (text: string) => redact(withoutAddresses(text)).replaceAll(/[^\x20-\x7e]|["\\]/g, ' ')
