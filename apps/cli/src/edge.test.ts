import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectEdge, type Edge } from './edge.ts'

const server = createServer((_, response) => response.writeHead(503, { 'content-type': 'application/json' }).end('{"state":"down","causes":[{"component":"redis"}]}'))
let edge: Edge

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  edge = connectEdge({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, apiKey: 'k' }, {})
})
afterAll(() => {
  edge.close()
  server.close()
})

test('takes a status for an answer where that is what was asked about, and for a refusal everywhere else', async () => {
  expect(await edge.request('GET', '/v1/health', { alsoAnswer: 503 })).toEqual({ state: 'down', causes: [{ component: 'redis' }] })
  await expect(edge.request('GET', '/v1/checks')).rejects.toThrow('[503]')
})
