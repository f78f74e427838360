import { z } from 'zod'
import { health } from '../answers.ts'
import type { Operation } from '../operation.ts'

const up = { state: 'up', causes: [], services: [], events: [] }

export const platformOperations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/v1/health',
    tag: 'platform',
    summary: 'How the platform is, the cause of a trouble first',
    description: 'Without a key only the state.',
    answers: { 200: { description: 'It works, perhaps degraded', schema: health.or(z.strictObject({ state: z.string() })), example: up }, 503: { description: 'It is down', schema: health.or(z.strictObject({ state: z.string() })), example: { state: 'down' } } },
  },
  { method: 'GET', path: '/v1/openapi.json', tag: 'platform', summary: 'This document', answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }), example: { openapi: '3.1.1' } } } },
  {
    method: 'POST',
    path: '/mcp',
    tag: 'platform',
    summary: 'The Model Context Protocol over streamable HTTP, without sessions',
    body: z.looseObject({ jsonrpc: z.literal('2.0'), method: z.string() }).or(z.array(z.looseObject({ jsonrpc: z.literal('2.0') }))),
    bodyExample: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    answers: { 200: { description: "The server's answer", schema: z.looseObject({ jsonrpc: z.literal('2.0') }).or(z.array(z.looseObject({}))), example: { jsonrpc: '2.0', id: 1, result: { tools: [] } } }, 202: { description: 'Taken; there is nothing to answer' } },
  },
]
