import { beforeAll, beforeEach, expect, test } from 'vitest'
import { ServiceError } from '@elder/errors'
import { State } from '@elder/contracts/monitoring'
import { waitUntil } from '@elder/testkit'
import { adminKey, leadKey, requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge()
})
beforeEach(() => rig.services.calls.splice(0))

const lastCall = () => rig.services.calls.at(-1)
const eventsOf = (text: string) =>
  text
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => [/^event: (.*)$/m.exec(block)?.[1], JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null') as Record<string, unknown>] as const)

const finding = { file: 'src/a.py', line: 3, column: 7, endLine: 3, endColumn: 11, rule: 'ruff/S307', engine: 'ruff', category: 'security', severity: 'error', cwe: 'CWE-95', message: 'eval of input', securitySeverity: 9, fingerprint: 'f1', blocks: false }
const report = {
  version: 1,
  checkId: 'c1',
  verdict: 'fail',
  mode: 'whole_file',
  policyHash: 'p1',
  criteria: [
    { name: 'security', score: 12.5, threshold: 90, verdict: 'fail', evidence: [{ name: 'lines', value: 120 }] },
    { name: 'coverage', score: null, threshold: 95, verdict: 'not_evaluated', reason: 'no report', evidence: [] },
  ],
}

test('a check is answered in the shape of the command line', async () => {
  const response = await edge.send('POST', '/v1/checks', { body: { files: [{ path: 'src/a.py', content: Buffer.from([0xff, 0x00]).toString('base64'), encoding: 'base64' }], policy: 'version: 1' }, headers: { 'x-elder-repository': 'r1' } })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ ...report, files: [{ path: 'src/a.py', cached: false, status: 'checked', existingFindings: 0, suppressedFindings: 0 }], findings: [finding] })
  expect(lastCall()?.request).toMatchObject({ repository: 'r1', policyYaml: 'version: 1', files: [{ path: 'src/a.py', content: Buffer.from([0xff, 0x00]) }] })
  expect(lastCall()?.call).toMatchObject({ principal: { subject: 'dev' }, requestId: requestIdOf(response), via: 'edge-proxy' })
})

test('a check is SARIF for those who ask for it', async () => {
  const response = await edge.send('POST', '/v1/checks', { body: { files: [{ path: 'src/a b.py', content: 'x' }] }, headers: { accept: 'application/sarif+json' } })
  expect(response.headers.get('content-type')).toBe('application/sarif+json')
  const { version, runs } = (await response.json()) as { version: string; runs: { results: object[]; tool: { driver: { rules: object[] } } }[] }
  expect(version).toBe('2.1.0')
  expect(runs[0]?.results).toMatchObject([{ ruleId: finding.rule, level: finding.severity, locations: [{ physicalLocation: { artifactLocation: { uri: 'src/a%20b.py', uriBaseId: '%SRCROOT%' }, region: { startLine: finding.line } } }] }])
  expect(runs[0]?.tool.driver.rules).toEqual([{ id: finding.rule }])
})

test('a check streams what it finds to those who ask for events', async () => {
  const response = await edge.send('POST', '/v1/checks', { body: { files: [{ path: 'src/a.py', content: 'x' }], repository: 'r2' }, headers: { accept: 'text/event-stream', 'x-elder-repository': 'r1' } })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(eventsOf(await response.text())).toEqual([
    ['finding', finding],
    ['file', { path: 'src/a.py', cached: false, status: 'checked', existingFindings: 0, suppressedFindings: 0 }],
    ['report', report],
  ])
  expect(lastCall()?.request).toMatchObject({ repository: 'r2' })
})

test('findings reach the client while the check runs, and a check that fails ends with an error event', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const whole = rig.services.check
  rig.services.check = async function* (request, call) {
    for await (const event of whole(request, call)) {
      yield event
      await promise
      throw new ServiceError('unavailable', 'the engine died')
    }
  }
  const response = await edge.send('POST', '/v1/checks', { body: { files: [{ path: 'src/a.py', content: 'x' }] }, headers: { accept: 'text/event-stream' } })
  const reader = response.body?.getReader()
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toMatch(/^event: finding/)
  resolve()
  let rest = ''
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) rest += Buffer.from(part.value).toString()
  expect(eventsOf(rest)).toMatchObject([['error', { status: 503, detail: 'the engine died' }]])
  rig.services.check = whole
})

test('a client that leaves ends its check', async () => {
  const whole = rig.services.check
  let aborted = false
  rig.services.check = async function* (request, call) {
    call.signal.addEventListener('abort', () => (aborted = true))
    for await (const event of whole(request, call)) {
      yield event
      await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
    }
  }
  const leaving = new AbortController()
  const response = await edge.send('POST', '/v1/checks', { body: { files: [{ path: 'a.py', content: 'x' }] }, headers: { accept: 'text/event-stream' }, signal: leaving.signal })
  await response.body?.getReader().read()
  leaving.abort()
  await waitUntil(() => aborted)
  rig.services.check = whole
})

const consultation = {
  answer: 'You asked: why?. See src/a.ts:3-9.',
  citations: [{ source: 'rag', repository: 'r', path: 'src/a.ts', startLine: 3, endLine: 9, score: 0.8 }],
  sages: [{ name: 'rag', status: 'answered', tookMs: 4 }],
  cached: false,
}

test('a consultation is answered whole, or written as it comes', async () => {
  expect(await (await edge.send('POST', '/v1/consultations', { body: { question: 'why?' } })).json()).toEqual(consultation)
  const streamed = await edge.send('POST', '/v1/consultations', { body: { question: 'why?' }, headers: { accept: 'text/event-stream' } })
  expect(eventsOf(await streamed.text())).toEqual([
    ['text', { text: 'You asked: why?. ' }],
    ['text', { text: 'See src/a.ts:3-9.' }],
    ['consultation', consultation],
  ])
})

test('a caller\'s own time limit reaches the service', async () => {
  const before = Date.now()
  await edge.send('POST', '/v1/consultations', { body: { question: 'why?' }, headers: { 'x-elder-timeout-ms': '1500' } })
  const deadline = lastCall()?.call.deadline.getTime() ?? 0
  expect(deadline - before).toBeGreaterThan(0)
  expect(deadline - before).toBeLessThan(5_000)
})

test('knowledge is created, read, changed, listed and deleted', async () => {
  const created = await edge.send('POST', '/v1/knowledge', { body: { title: 'T', body: 'B', tags: ['a'], kind: 'decision' } })
  expect(created.status).toBe(201)
  expect(await created.json()).toEqual({ id: 'k1', version: 1, title: 'T', body: 'B', tags: ['a'], kind: 'decision', createdAt: '2027-01-15T08:00:00.000Z', updatedAt: '2027-01-15T08:00:00.000Z', updatedBy: 'dev' })
  expect(await (await edge.send('GET', '/v1/knowledge/k%2F9?version=3')).json()).toMatchObject({ id: 'k/9', version: 3 })
  expect(await (await edge.send('PUT', '/v1/knowledge/k1', { body: { title: 'T2', body: 'B2', baseVersion: 1 } })).json()).toMatchObject({ version: 2, title: 'T2' })
  const conflict = await edge.send('PUT', '/v1/knowledge/k1', { body: { title: 'T2', body: 'B2', baseVersion: 7 } })
  expect(conflict.status).toBe(409)
  expect(await conflict.json()).toMatchObject({ reason: 'VERSION_CONFLICT', detail: 'version 7 is not the current one' })
  expect(await (await edge.send('GET', '/v1/knowledge?query=words&tag=a&limit=2&cursor=c')).json()).toMatchObject({ items: [{ id: 'k1' }], nextCursor: null })
  expect(lastCall()?.request).toEqual({ query: 'words', tag: 'a', cursor: 'c', pageSize: 2 })
  expect(await (await edge.send('DELETE', '/v1/knowledge/k1')).json()).toEqual({ id: 'k1', deleted: true })
})

test('a repository whose id holds slashes is indexed and searched', async () => {
  const id = encodeURIComponent('github.com/acme/shop')
  const sha256 = 'a'.repeat(64)
  expect(await (await edge.send('POST', `/v1/repositories/${id}/manifest`, { body: { files: [{ path: 'src/a.ts', sha256 }] } })).json()).toEqual({ missing: ['src/a.ts'], removed: 1, unchanged: 2, skipped: [], totalFiles: 3, totalChunks: 7 })
  expect(lastCall()?.request).toEqual({ repository: 'github.com/acme/shop', files: [{ path: 'src/a.ts', sha256 }] })
  const put = await edge.send('PUT', `/v1/repositories/${id}/files`, { body: { files: [{ path: 'src/a.ts', content: Buffer.from('const a').toString('base64') }] } })
  expect(await put.json()).toEqual({ added: 1, changed: 0, chunks: 3, skipped: [{ path: 'b.bin', reason: 'binary' }], totalFiles: 4, totalChunks: 9 })
  expect(lastCall()?.request).toMatchObject({ files: [{ content: Buffer.from('const a') }] })
  const search = (await (await edge.send('POST', '/v1/searches', { body: { query: 'a', limit: 3 } })).json()) as { tookMs: number }
  expect(search).toMatchObject({ hits: [{ repository: 'r', path: 'src/a.ts', startLine: 3, endLine: 9, score: 1, preview: 'const a' }] })
  expect(search.tookMs).toBeGreaterThanOrEqual(0)
  expect(lastCall()?.request).toEqual({ repository: '', query: 'a', limit: 3 })
})

test('keys are listed, made and revoked; what the service forbids stays forbidden', async () => {
  const listed = (await (await edge.send('GET', '/v1/keys?limit=2', { key: adminKey })).json()) as { items: unknown[]; nextCursor: string }
  expect(listed.nextCursor).toBe('next')
  expect(listed.items[0]).toEqual({ id: 'adminkey', userId: 'ada', userName: 'ada', role: 'admin', createdAt: '2027-01-15T08:00:00.000Z' })
  const made = await edge.send('POST', '/v1/keys', { key: leadKey, body: { userName: 'new', role: 'developer', label: 'ci', expiresAt: '2027-06-01T00:00:00Z', requestsPerMinute: 9 } })
  expect(made.status).toBe(201)
  expect(await made.json()).toMatchObject({ key: { id: 'newkey01', role: 'developer' }, secret: expect.stringMatching(/^elder_newkey01_/) as string })
  expect(lastCall()?.request).toMatchObject({ userName: 'new', role: 3, label: 'ci', expiresAt: new Date('2027-06-01T00:00:00Z'), requestsPerMinute: 9 })
  expect(await (await edge.send('DELETE', '/v1/keys/leadkey1', { key: adminKey })).json()).toMatchObject({ id: 'leadkey1', revokedAt: '2027-01-15T08:00:00.000Z' })
  const missing = await edge.send('DELETE', '/v1/keys/nothere1', { key: adminKey })
  expect(missing.status).toBe(404)
  expect(await missing.json()).toMatchObject({ code: 'not_found', reason: 'KEY_UNKNOWN' })
  expect((await edge.send('POST', '/v1/keys', { body: { userName: 'x' } })).status).toBe(403)
})

test('the audit record is for leads', async () => {
  expect((await edge.send('GET', '/v1/audit')).status).toBe(403)
  expect(await (await edge.send('GET', '/v1/audit?factId=f&subject=dev&action=request', { key: leadKey })).json()).toEqual({
    items: [{ sequence: 7, factId: 'f', occurredAt: '2027-01-15T08:00:00.000Z', subject: 'dev', keyId: 'develop1', action: 'request', target: '/v1/models', outcome: 'ok', detail: { status: 200 }, previousHash: 'aa', hash: 'bb' }],
    nextCursor: null,
  })
  expect(await (await edge.send('GET', '/v1/audit/verification', { key: leadKey })).json()).toEqual({ intact: true, entries: 7, headHash: 'bb', firstBrokenSequence: null, reason: '' })
})

test('models are the platform\'s own and the providers\'', async () => {
  expect(await (await edge.send('GET', '/v1/models')).json()).toMatchObject({ object: 'list', data: [{ id: 'elder/sages', object: 'model', owned_by: 'elder' }, { id: 'stand-in-1', owned_by: 'stand-in' }, { id: 'stand-in-2' }] })
})

test('a provider that lists no models is asked for its list, and takes any id', async () => {
  const { writeFileSync } = await import('node:fs')
  const file = `${rig.folder}/open.json`
  writeFileSync(file, JSON.stringify([{ name: 'open', baseUrl: `${rig.provider.url}/`, keyFile: 'key' }]))
  const open = await rig.startEdge({ PROVIDERS_FILE: file })
  const before = rig.provider.requests.length
  for (let i = 0; i < 3; i++) expect(await (await open.send('GET', '/v1/models')).json()).toMatchObject({ data: [{ id: 'elder/sages' }, { id: 'stand-in-1', owned_by: 'open' }] })
  expect(rig.provider.requests.slice(before).map(({ path }) => path)).toEqual(['/v1/models'])
  // It is the provider's business to refuse a name that nobody knows here.
  expect((await open.complete({ model: 'newest', messages: [{ role: 'user', content: 'x' }] })).status).toBe(404)
  expect(rig.provider.requests.at(-1)?.path).toBe('/v1/chat/completions')
})

test('health is the whole picture for those with a key, and one word for strangers', async () => {
  const response = await edge.send('GET', '/v1/health')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ state: 'degraded', causes: [{ component: 'redis', affects: ['cache'], remedy: 'start redis' }], events: [{ total: 3, lastMinute: 1 }] })
  expect(await (await edge.send('GET', '/v1/health', { key: null })).json()).toEqual({ state: 'degraded' })
  rig.services.health = { state: State.STATE_DOWN, causes: [], services: [], events: [] }
  expect((await edge.send('GET', '/v1/health')).status).toBe(503)
  // A monitoring that has just begun knows nothing yet: nothing is wrong, and no load balancer is to leave.
  rig.services.health = { state: State.STATE_UNSPECIFIED, causes: [], services: [], events: [] }
  const unknown = await edge.send('GET', '/v1/health')
  expect([unknown.status, ((await unknown.json()) as { state: string }).state]).toEqual([200, 'unknown'])
})

test('without monitoring the door tells what it sees itself', async () => {
  await rig.services.stopMonitoring()
  const response = await edge.send('GET', '/v1/health')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ state: 'degraded', services: [{ name: 'edge-proxy', state: 'degraded' }], causes: expect.arrayContaining([expect.objectContaining({ component: 'monitoring' })]) as unknown })
})
