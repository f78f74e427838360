import * as z from 'zod'
import { health } from '../answers.ts'
import type { Operation } from '../operation.ts'

const up = { state: 'up', causes: [], services: [], events: [] }

const protectedResource = z.strictObject({
  resource: z.string(),
  resource_name: z.string(),
  bearer_methods_supported: z.array(z.string()),
  authorization_servers: z.array(z.string()).optional(),
  scopes_supported: z.array(z.string()).optional(),
})
const metadataOf = (of: string): Operation => ({
  method: 'GET',
  path: `/.well-known/oauth-protected-resource${of}`,
  tag: 'platform',
  summary: 'How a client of /mcp gets a token (RFC 9728)',
  description: 'It names authorization servers if they are configured; otherwise keys are the only way.',
  answers: { 200: { description: 'The metadata', schema: protectedResource, example: { resource: 'http://127.0.0.1:8420/mcp', resource_name: 'Elder', bearer_methods_supported: ['header'] } } },
})

export const platformOperations: readonly Operation[] = [
  metadataOf(''),
  metadataOf('/mcp'),
  {
    method: 'GET',
    path: '/v1/health',
    tag: 'platform',
    summary: 'The health of the platform, causes first',
    description: 'Without a key only the state.',
    answers: { 200: { description: 'It works, perhaps degraded', schema: health.or(z.strictObject({ state: z.string() })), example: up }, 503: { description: 'It is down', schema: health.or(z.strictObject({ state: z.string() })), example: { state: 'down' } } },
  },
  { method: 'GET', path: '/v1/openapi.json', tag: 'platform', summary: 'This document', answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }), example: { openapi: '3.1.1' } } } },
  {
    method: 'POST',
    path: '/mcp',
    tag: 'platform',
    summary: 'The Model Context Protocol over streamable HTTP, without sessions',
    description: 'Revision 2026-07-28, and by handshake 2025-11-25 and earlier. With Accept: text/event-stream and a progressToken the answer is a stream of events.',
    body: z.looseObject({ jsonrpc: z.literal('2.0'), method: z.string() }).or(z.array(z.looseObject({ jsonrpc: z.literal('2.0') }))),
    bodyExample: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    answers: { 200: { description: "The server's answer", schema: z.looseObject({ jsonrpc: z.literal('2.0') }).or(z.array(z.looseObject({}))), example: { jsonrpc: '2.0', id: 1, result: { tools: [] } } }, 202: { description: 'Accepted; there is no answer' } },
  },
]
