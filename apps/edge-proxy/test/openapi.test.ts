import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, expect, test } from 'vitest'
import { operations, templateOf } from '../src/openapi/document.ts'
import { adminKey, startRig, type Edge } from './rig.ts'

interface Described {
  tags?: string[]
  summary?: string
  description: string
  operationId: string
  parameters: { name?: string; in?: string; required?: boolean }[]
  requestBody?: { content: { 'application/json': { schema: { required?: string[]; additionalProperties?: boolean } } } }
  responses: Record<string, object>
}
type Failure = { content: Record<string, { schema: { required?: string[] } }> }
type Document = { openapi: string; paths: Record<string, Record<string, Described>>; components: { responses: Record<string, Failure> } }

let edge: Edge
let document: Document
beforeAll(async () => {
  const rig = await startRig()
  // A setting that names a key is taken where the key is.
  writeFileSync(join(rig.folder, 'acme.key'), 'key\n')
  edge = await rig.startEdge()
  document = (await (await edge.send('GET', '/v1/openapi.json', { key: null })).json()) as Document
})

const described = () => Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })))

test('the document is valid OpenAPI 3.1, for strangers too', async () => {
  expect(document.openapi).toMatch(/^3\.1\./)
  expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true })
})

test('every route is in it with its meaning, and nothing else is', () => {
  const bare = described().filter(({ operation }) => operation.summary === undefined || operation.tags?.length !== 1)
  expect(bare.map(({ name }) => name)).toEqual([])
  const offered = described().map(({ name }) => name)
  for (const { method, path } of operations) expect(offered).toContain(`${method} ${templateOf(path)}`)
  expect(new Set(described().map(({ operation }) => operation.operationId)).size).toBe(offered.length)
})

test('bodies, queries, roles and errors are those that the routes go by', async () => {
  const check = document.paths['/v1/checks']?.post
  expect(check?.requestBody?.content['application/json'].schema).toMatchObject({ required: ['files'], additionalProperties: false })
  expect(check?.responses).toMatchObject({ default: { $ref: '#/components/responses/problem' } })
  expect(document.paths['/v1/chat/completions']?.post?.responses).toMatchObject({ default: { $ref: '#/components/responses/openai' } })
  expect(document.paths['/v1/audit']?.get?.description).toContain('For the roles admin, lead.')
  const parameters = document.paths['/v1/checks/{id}/files']?.put?.parameters
  expect(parameters).toContainEqual(expect.objectContaining({ name: 'id', in: 'path', required: true }))
  expect(document.paths['/v1/findings']?.get?.parameters).toContainEqual(expect.objectContaining({ name: 'state', in: 'query', required: false }))
})

const withBodies = operations.filter(({ bodyExample }) => bodyExample !== undefined)

// What an example names may be missing here, or may have been changed since: then the answer says so in the words that are documented.
test.each(withBodies)('the example of $method $path is understood as it stands', async ({ method, path, bodyExample, answers }) => {
  const examples = Object.values(answers).map(({ example }) => new Map<string, unknown>(Object.entries({ name: 'providers', scope: 'user', ...(example as object | undefined) })))
  const valueOf = (name: string) => encodeURIComponent([examples[0]?.get(name), examples[0]?.get('checkId')].find((value) => typeof value === 'string') ?? 'example.com/team/shop')
  const response = await edge.send(method, path.replace(/:(\w+)/g, (_, name: string) => valueOf(name)), { key: adminKey, body: bodyExample })
  expect([...Object.keys(answers).map(Number), 404, 409]).toContain(response.status)
  if (response.ok) return
  const failure = document.paths[templateOf(path)]?.[method.toLowerCase()]?.responses.default as { $ref: string } | undefined
  const [[contentType, { schema }] = ['', { schema: {} }]] = Object.entries(document.components.responses[failure?.$ref.split('/').at(-1) ?? '']?.content ?? {})
  expect(response.headers.get('content-type')).toBe(contentType)
  expect(Object.keys((await response.json()) as object)).toEqual(expect.arrayContaining((schema.required ?? []) as unknown[]))
})
