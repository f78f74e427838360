import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { Outcome } from '@elder/contracts/edge-events'
import { openSpool } from '@elder/messaging'
import { testTelemetry, waitUntil } from '@elder/testkit'
import type { Accepted, Ended } from '../src/audit.ts'
import { AuditBuffer } from '../src/audit-buffer.ts'
import { developerKey, developerKeyId, question, requestIdOf, startRig, unknownKey, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge({ BODY_LIMIT_BYTES: '2048', HEADERS_TIMEOUT_MS: '300' })
})

test('every answer carries an id and has exactly one fact that tells it', async () => {
  rig.provider.behave({ do: 'answer' }, { do: 'die', afterChunks: 0 }, { do: 'die', afterChunks: 0 }, { do: 'chunks', count: 3, everyMs: 1 }, { do: 'answer' })
  const answers = [
    await edge.complete(question, { headers: { 'x-elder-client': 'c'.repeat(100) } }),
    await edge.complete(question),
    await edge.complete({ ...question, stream: true }),
    await edge.complete({ ...question, model: 'nope' }),
    await edge.complete(question, { key: unknownKey }),
    await edge.complete(question, { key: null }),
    await edge.complete('{"broken'),
    await edge.complete({ ...question, filler: 'x'.repeat(3_000) }),
    await edge.send('GET', '/v1/models'),
    await edge.send('GET', '/nowhere'),
    await edge.send('DELETE', '/v1/models'),
    await edge.send('GET', '/v1/audit'),
    await edge.send('POST', '/v1/knowledge', { body: { title: 'T', body: 'B' } }),
    await edge.send('POST', '/v1/checks', { body: { files: [{ path: 'a.py', content: 'x' }] } }),
    await edge.send('GET', '/v1/health', { key: null }),
    await edge.send('POST', '/mcp', { body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } }),
  ]
  await Promise.all(answers.map((answer) => answer.text()))
  const ids = answers.map(requestIdOf)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  const facts = await rig.settledFacts(edge, ids)
  expect(facts.map(({ requestId }) => requestId)).toEqual(ids)
  expect(facts.map(({ status }) => status)).toEqual(answers.map(({ status }) => status))
  expect(facts.map(({ route, outcome }) => `${route} ${outcome}`)).toEqual([
    '/v1/chat/completions 1',
    '/v1/chat/completions 3',
    '/v1/chat/completions 1',
    '/v1/chat/completions 3',
    '/v1/chat/completions 2',
    '/v1/chat/completions 2',
    '/v1/chat/completions 3',
    '/v1/chat/completions 3',
    '/v1/models 1',
    '(unknown) 3',
    '/v1/models 3',
    '/v1/audit 2',
    '/v1/knowledge 1',
    '/v1/checks 1',
    '/v1/health 1',
    '/mcp 1',
  ])
  expect(facts[0]).toMatchObject({ subject: 'dev', keyId: developerKeyId, method: 'POST', client: 'c'.repeat(64) })
  expect(facts[0]?.traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(facts[4]).toMatchObject({ subject: '', keyId: '' })
})

test('what is no HTTP, or comes too slowly, is answered and on record too', async () => {
  const speak = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(edge.service.port, '127.0.0.1', () => socket.write(text))
      let answer = ''
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
      socket.on('close', () => resolve(answer))
      socket.on('error', reject)
    })
  const answers = await Promise.all([
    speak('NONSENSE\r\n\r\n'),
    speak(`GET /v1/models HTTP/1.1\r\nhost: x\r\nbig: ${'x'.repeat(40_000)}\r\n\r\n`),
    speak('GET /v1/models HTTP/1.1\r\nhost: x\r\n'),
    speak(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${developerKey}\r\ncontent-length: 100\r\n\r\n{"mod`),
  ])
  expect(answers.map((answer) => answer.split(' ', 2)[1])).toEqual(['400', '431', '408', '408'])
  const ids = answers.map((answer) => /^x-request-id: (.*)$/im.exec(answer)?.[1]?.trim() ?? '')
  expect((await rig.settledFacts(edge, ids)).map(({ status }) => status)).toEqual([400, 431, 408, 408])
})

test('facts wait for the broker and are delivered once it is back', async () => {
  await rig.backing.nats.stop()
  const answers = await Promise.all(Array.from({ length: 10 }, () => edge.complete(question)))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
  await rig.backing.nats.start()
  const ids = answers.map(requestIdOf)
  await waitUntil(() => ids.every((id) => rig.factsOf(id).length > 0))
  expect((await rig.settledFacts(edge, ids)).length).toBe(10)
})

test('a spool that is full closes the door with 503 and a time to come back, and opens it again', async () => {
  const small = await rig.startEdge({ SPOOL_MAX_BYTES: '65536' })
  expect((await small.complete(question)).status).toBe(200)
  await rig.backing.nats.stop()
  const before = rig.provider.requests.length
  let served = 0
  const refused = await waitUntil(async () => {
    const response = await small.complete(question)
    served += response.status === 200 ? 1 : 0
    return response.status === 200 ? undefined : response
  })
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ error: { code: 'audit_unwritable' } })
  // What was refused never reached the provider.
  expect(rig.provider.requests.length - before).toBe(served)
  expect(await small.metrics()).toMatch(/elder_edge_unaudited_total\{[^}]*\} [1-9]/)
  await rig.backing.nats.start()
  await waitUntil(async () => (await small.complete(question)).status === 200)
})

test('requests accepted before a crash and never ended are audited as interrupted', async () => {
  const directory = join(rig.folder, 'earlier')
  mkdirSync(directory, { recursive: true })
  const telemetry = await testTelemetry('earlier')
  const id = '0190a8f0-0000-7000-8000-000000000001'
  const earlier = await openSpool<Accepted, Ended>({ directory, maxBytes: 1_000_000, telemetry, createBuffer: () => new AuditBuffer({ publishEncoded: () => Promise.reject(new Error('not in this life')) }) })
  await earlier.accept(id, { acceptedAtMs: Date.now(), subject: 'dev', keyId: developerKeyId, teamId: '', method: 'POST', route: '/v1/chat/completions', client: '', traceId: '', completion: { provider: 'stand-in', model: 'stand-in-1', streamed: true } }).written
  await earlier.close()
  const later = await rig.startEdge({ SPOOL_DIRECTORY: directory })
  const [fact] = await rig.settledFacts(later, [id])
  expect(fact).toMatchObject({ status: 0, outcome: Outcome.OUTCOME_INTERRUPTED, subject: 'dev' })
  const completion = await waitUntil(() => rig.completions.find(({ requestId }) => requestId === id))
  expect(completion).toMatchObject({ outcome: Outcome.OUTCOME_INTERRUPTED, usageKnown: false, model: 'stand-in-1' })
})
