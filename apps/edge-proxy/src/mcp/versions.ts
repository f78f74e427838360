import type { IncomingMessage } from 'node:http'
import { headerOf } from '../exchange.ts'
import { isObject } from '@elder/dialects'

/** The revision without a session: each request contains everything that is needed to answer it. */
export const statelessVersion = '2026-07-28'
/** The revisions that begin with a handshake, newest first. */
export const handshakeVersions: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07']
export const supportedVersions: readonly string[] = [statelessVersion, ...handshakeVersions]

export const versionKey = 'io.modelcontextprotocol/protocolVersion'
export const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'
export const serverInfoKey = 'io.modelcontextprotocol/serverInfo'

/** Whether the stateless revision answers a request: it names this revision, or an unknown one. */
export function isStateless(request: IncomingMessage, body: unknown): boolean {
  return [headerOf(request, 'mcp-protocol-version'), versionIn(body)].some((version) => version !== undefined && !handshakeVersions.includes(version as string))
}

function versionIn(body: unknown): unknown {
  if (!isObject(body) || !isObject(body.params) || !isObject(body.params._meta)) return undefined
  return body.params._meta[versionKey]
}
