import * as z from 'zod'
import { roleNames } from '@elder/rpc'
import type { Dialect } from '../errors.ts'
import type { Route } from '../router.ts'
import { tags, type Answer, type Operation } from './operation.ts'
import { accessOperations } from './operations/access.ts'
import { checkOperations } from './operations/checks.ts'
import { editorOperations } from './operations/editors.ts'
import { governanceOperations } from './operations/governance.ts'
import { modelOperations } from './operations/models.ts'
import { platformOperations } from './operations/platform.ts'
import { sageOperations } from './operations/sages.ts'

export const operations: readonly Operation[] = [...modelOperations, ...checkOperations, ...sageOperations, ...accessOperations, ...governanceOperations, ...editorOperations, ...platformOperations]

type Schema = Readonly<Record<string, unknown>>

/** A route's path in OpenAPI's notation. A wildcard at the end, which may contain slashes, is called id. */
export function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}').replace('*', '{id}')
}

/** The OpenAPI 3.1 document of all routes: paths, roles and errors from the route table, the rest from the schemas that the routes validate with. */
export function openApiDocument(routes: readonly Route[], version: string) {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const operation = operations.find(({ method, path }) => method === route.method && path === route.path)
    const path = templateOf(route.path)
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describe(route, operation) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Elder',
      version,
      summary: "The layer between a team's AI coding tools and the models they call",
      description: 'JSON in camelCase, times in RFC 3339 UTC. Every answer has an x-request-id, which is the id of its audit entry.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'elder_<8 characters>_<43 characters>' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
      parameters: {
        repository: { name: 'X-Elder-Repository', in: 'header', schema: { type: 'string' }, description: 'The repository of the request; absent: all that the key may read' },
        client: { name: 'X-Elder-Client', in: 'header', schema: { type: 'string', maxLength: 64 }, description: 'The name of the client' },
        timeout: { name: 'X-Elder-Timeout-Ms', in: 'header', schema: { type: 'integer', minimum: 1 }, description: 'The time limit for the answer' },
      },
      responses: Object.fromEntries(Object.entries(failures).map(([dialect, { contentType, schema, example }]) => [dialect, { description: 'The error, and how to fix it', content: { [contentType]: { schema: outputSchema(schema), example } } }])),
    },
  }
}

function describe({ path, method, dialect, access }: Route, operation: Operation | undefined): object {
  const roles = ['admin', ...access.roles.map((role) => roleNames[role])].join(', ')
  const permission = access.anonymous ? 'For everybody, also without a key.' : `For the roles ${roles}.`
  return {
    operationId: `${method.toLowerCase()}${path.replace(/^\/v1/, '').replace(/[/:.-]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    ...(operation && { tags: [operation.tag], summary: operation.summary }),
    description: [operation?.description, permission].filter(Boolean).join('\n\n'),
    ...(access.anonymous && { security: [{}, { bearer: [] }] }),
    parameters: [...pathParameters(templateOf(path)), ...queryParameters(operation?.query), ...['repository', 'client', 'timeout'].map((name) => ({ $ref: `#/components/parameters/${name}` }))],
    ...(operation?.body && { requestBody: { required: true, content: { 'application/json': { schema: inputSchema(operation.body), example: operation.bodyExample } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(operation?.answers ?? {}).map(([status, answer]) => [status, describeAnswer(answer)])),
      default: { $ref: `#/components/responses/${dialect}` },
    },
  }
}

function describeAnswer({ description, schema, example, events, contentTypes }: Answer): object {
  const headers = { 'x-request-id': { schema: { type: 'string' }, description: 'The id of this request in logs, traces and the audit log' } }
  const content = {
    ...(schema && { 'application/json': { schema: outputSchema(schema), example } }),
    ...(events && { 'text/event-stream': { schema: { type: 'string', description: eventsText(events) } } }),
    ...Object.fromEntries((contentTypes ?? []).map((type) => [type, { schema: { type: 'string' } }])),
  }
  return { description, headers, ...(Object.keys(content).length > 0 && { content }) }
}

function eventsText(events: Readonly<Record<string, z.ZodType>>): string {
  return `Events: ${Object.keys(events).join(', ')}. A failure is sent as the last event.`
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' }, description: 'URL-encoded if it contains slashes' }))
}

function queryParameters(query: z.ZodObject | undefined): object[] {
  if (!query) return []
  const { properties = {}, required = [] } = inputSchema(query) as { properties?: Record<string, Schema>; required?: string[] }
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }))
}

const inputSchema = (schema: z.ZodType): Schema => plain(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
const outputSchema = (schema: z.ZodType): Schema => plain(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }))

function plain(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema' && name !== '~standard'))
}

const openAiFailure = z.strictObject({ error: z.looseObject({ message: z.string(), type: z.string(), code: z.string().nullable(), param: z.string().nullable() }) })

const failures: Readonly<Record<Dialect, { readonly contentType: string; readonly schema: z.ZodType; readonly example: unknown }>> = {
  problem: {
    contentType: 'application/problem+json',
    schema: z.strictObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string(), code: z.string(), reason: z.string().optional(), field: z.string().optional(), requestId: z.string() }),
    example: { type: 'about:blank', title: 'Invalid request', status: 400, detail: 'files: must hold at least one file, got []', code: 'invalid_argument', reason: 'INVALID_FIELD', field: 'files', requestId: '0199c0de-7c2a-7000-8000-000000000004' },
  },
  openai: {
    contentType: 'application/json',
    schema: openAiFailure,
    example: { error: { message: 'model "nope" does not exist', type: 'invalid_request_error', code: 'model_not_found', param: 'model' } },
  },
  continue: {
    contentType: 'application/json',
    schema: z.array(z.strictObject({ name: z.string(), description: z.string(), content: z.string() })),
    example: [{ name: 'Elder', description: 'Unavailable', content: 'Elder could not answer: the sages do not answer right now' }],
  },
  responses: {
    contentType: 'application/json',
    schema: openAiFailure,
    example: { error: { message: 'input must be a text or a list of items, got nothing', type: 'invalid_request_error', code: 'invalid_field', param: 'input' } },
  },
  anthropic: {
    contentType: 'application/json',
    schema: z.strictObject({ type: z.literal('error'), error: z.strictObject({ type: z.string(), message: z.string() }), request_id: z.string() }),
    example: { type: 'error', error: { type: 'not_found_error', message: 'model "nope" does not exist' }, request_id: '0199c0de-7c2a-7000-8000-000000000004' },
  },
  jsonrpc: {
    contentType: 'application/json',
    schema: z.looseObject({ jsonrpc: z.literal('2.0'), error: z.looseObject({ code: z.int(), message: z.string() }) }),
    example: { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'the body is empty: send a JSON object' } },
  },
}
