import { beforeAll, beforeEach, expect, test } from 'vitest'
import { CheckMode, Finding, FindingState, PageFormat } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import { waitUntil } from '@elder/testkit'
import { leadKey, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge()
})
beforeEach(() => rig.services.calls.splice(0))

const lastCall = () => rig.services.calls.at(-1)
const finding = { file: 'src/a.py', line: 3, rule: 'ruff/S307', severity: 'error', securitySeverity: 9, fingerprint: 'f1', blocks: false }

test('a check may name its mode, what changed, and coverage reports', async () => {
  const body = {
    mode: 'new_code',
    transient: true,
    diff: '--- a/src/a.py\n+++ b/src/a.py\n',
    files: [{ path: 'src/a.py', content: 'x', changedLines: [{ first: 1, last: 2 }, { first: 7, last: 7 }], modifiedAt: '2026-01-31T10:00:00Z' }],
    coverageReports: [{ path: 'coverage/lcov.info', content: 'VE46', encoding: 'base64', modifiedAt: '2026-01-31T12:00:00+01:00' }],
  }
  expect((await edge.send('POST', '/v1/checks', { body })).status).toBe(200)
  expect(lastCall()?.request).toMatchObject({
    mode: CheckMode.CHECK_MODE_NEW_CODE,
    transient: true,
    diff: body.diff,
    files: [{ path: 'src/a.py', changedLines: [{ first: 1, last: 2 }, { first: 7, last: 7 }], modifiedAt: new Date('2026-01-31T10:00:00Z') }],
    coverageReports: [{ path: 'coverage/lcov.info', content: Buffer.from('TN:'), modifiedAt: new Date('2026-01-31T11:00:00Z') }],
  })
})

test('a finding brings the way from source to sink and its edits', async () => {
  const whole = rig.services.check
  rig.services.check = async function* (request, call) {
    const flow = [{ line: 1, column: 5, endLine: 1, endColumn: 9, message: 'request data from req.query.id' }]
    const edits = [{ line: 3, column: 7, endLine: 3, endColumn: 11, text: 'safe' }]
    yield { event: { $case: 'finding', value: Finding.fromPartial({ file: 'a.ts', line: 3, column: 7, endLine: 3, endColumn: 11, flow, edits, editsAreSafe: true, confidence: 'high', blocks: true, minutes: 20 }) } }
    yield* whole(request, call)
  }
  const { findings } = (await (await edge.send('POST', '/v1/checks', { body: { files: [{ path: 'a.ts', content: 'x' }] } })).json()) as { findings: unknown[] }
  rig.services.check = whole
  expect(findings[0]).toMatchObject({
    flow: [{ line: 1, column: 5, endLine: 1, endColumn: 9, message: 'request data from req.query.id' }],
    edits: [{ line: 3, column: 7, endLine: 3, endColumn: 11, text: 'safe' }],
    editsAreSafe: true,
    confidence: 'high',
    blocks: true,
    minutes: 20,
  })
})

test('whether it would block new code is part of the finding, the report and the rule, only where it applies', async () => {
  const whole = rig.services.check
  rig.services.check = async function* (request, call) {
    yield { event: { $case: 'finding', value: Finding.fromPartial({ file: 'a.ts', line: 3, column: 7, endLine: 3, endColumn: 11, blocksNewCode: true }) } }
    for await (const answer of whole(request, call)) yield answer.event?.$case === 'report' ? { event: { $case: 'report', value: { ...answer.event.value, newCodeBlockers: 1 } } } : answer
  }
  const check = async () => (await edge.send('POST', '/v1/checks', { body: { files: [{ path: 'a.ts', content: 'x' }] } })).json() as Promise<{ findings: object[] }>
  const told = await check()
  rig.services.check = whole
  expect(told).toMatchObject({ newCodeBlockers: 1, findings: [{ blocks: false, blocksNewCode: true }, expect.not.objectContaining({ blocksNewCode: expect.anything() as unknown })] })
  expect(await check()).not.toHaveProperty('newCodeBlockers')
  expect(await (await edge.send('GET', '/v1/rules')).json()).toMatchObject({ items: [{ newCodeOnlyLanguages: ['javascript'] }] })
})

test('a repository is checked in steps: created, filled, started, cancelled', async () => {
  const created = await edge.send('POST', '/v1/checks/repository', { body: { repository: 'r1', policy: 'version: 1', mode: 'baseline', deep: true } })
  expect(created.status).toBe(201)
  expect(await created.json()).toEqual({ checkId: 'c7' })
  expect(lastCall()?.request).toMatchObject({ repository: 'r1', policyYaml: 'version: 1', mode: CheckMode.CHECK_MODE_BASELINE, deep: true, diff: '', someFiles: false })
  await edge.send('POST', '/v1/checks/repository', { body: { repository: 'r1', wholeRepository: false } })
  expect(lastCall()?.request).toMatchObject({ repository: 'r1', someFiles: true })

  const added = await edge.send('PUT', '/v1/checks/c7/files', { body: { files: [{ path: 'a.py', content: '/w==', encoding: 'base64' }], coverageReports: [{ path: 'lcov.info', content: 'TN:' }] } })
  expect(await added.json()).toEqual({ checkId: 'c7', files: 11 })
  expect(lastCall()?.request).toMatchObject({ checkId: 'c7', files: [{ path: 'a.py', content: Buffer.from([0xff]) }], coverageReports: [{ path: 'lcov.info' }] })

  const started = await edge.send('POST', '/v1/checks/c7/start')
  expect(started.status).toBe(202)
  expect(lastCall()).toMatchObject({ method: 'startRepositoryCheck', request: { checkId: 'c7' } })

  expect(await (await edge.send('DELETE', '/v1/checks/c7')).json()).toEqual({ checkId: 'c7', cancelled: true })
  expect(lastCall()).toMatchObject({ method: 'cancelRepositoryCheck', request: { checkId: 'c7' }, call: { principal: { subject: 'dev' } } })
})

test('a background check is read in its current state, or watched to its report', async () => {
  const record = await edge.send('GET', '/v1/checks/c7')
  expect(await record.json()).toEqual({ checkId: 'c7', repository: 'r1', subject: 'dev', state: 'running', mode: 'whole_file', wholeRepository: true, files: 3, cachedFiles: 0, notAnalysedFiles: 0, findings: 1, at: '2027-01-15T08:00:00.000Z', progress: { stage: 'files', done: 1, total: 3 } })
  expect((await edge.send('GET', '/v1/checks/other')).status).toBe(404)

  const watched = await (await edge.send('GET', '/v1/checks/c7', { headers: { accept: 'text/event-stream' } })).text()
  expect([...watched.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)).toEqual(['progress', 'finding', 'file', 'report'])
  expect(watched).toContain('data: {"stage":"files","done":1,"total":1}')
  const sarif = await (await edge.send('GET', '/v1/checks/c7', { headers: { accept: 'application/sarif+json' } })).json()
  expect(sarif).toMatchObject({ runs: [{ results: [{ locations: [{ physicalLocation: { artifactLocation: { uri: 'src/a.py' } } }] }] }] })
})

test('a watched check that fails ends with its reason, and one that is left is left', async () => {
  const whole = rig.services.watch
  let left = false
  // oxlint-disable-next-line require-yield -- it fails before anything was said
  rig.services.watch = async function* () {
    throw new ServiceError('aborted', 'the check was cancelled', { reason: 'CHECK_CANCELLED' })
  }
  const refused = await edge.send('GET', '/v1/checks/c7', { headers: { accept: 'text/event-stream' } })
  expect(refused.status).toBe(409)
  rig.services.watch = async function* (request, call) {
    call.signal.addEventListener('abort', () => (left = true))
    yield* whole(request, call)
    await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
  }
  const leaving = new AbortController()
  const response = await edge.send('GET', '/v1/checks/c7', { headers: { accept: 'text/event-stream' }, signal: leaving.signal })
  await response.body?.getReader().read()
  leaving.abort()
  await waitUntil(() => left)
  rig.services.watch = whole
})

test('history, findings and rules are lists; the report is a page on which no script runs', async () => {
  const checks = await edge.send('GET', '/v1/checks?repository=r1&limit=3&cursor=abc&wholeRepository=true')
  expect(await checks.json()).toMatchObject({ items: [{ checkId: 'c7' }], nextCursor: 'next' })
  expect(lastCall()?.request).toMatchObject({ repository: 'r1', pageSize: 3, pageToken: 'abc', wholeRepositoryOnly: true })

  const findings = await edge.send('GET', '/v1/findings?repository=r1&state=reopened')
  expect(await findings.json()).toMatchObject({ items: [{ ...finding, state: 'reopened', firstSeenAt: '2027-01-15T08:00:00.000Z' }], nextCursor: null })
  expect(lastCall()?.request).toMatchObject({ repository: 'r1', state: FindingState.FINDING_STATE_REOPENED })

  expect(await (await edge.send('GET', '/v1/rules')).json()).toMatchObject({ items: [{ rule: 'elder/empty-catch', category: 'root_cause', severity: 'error', blocks: true, languages: ['javascript'], badExample: 'try { f() } catch {}' }] })

  const page = await edge.send('GET', '/v1/reports?format=html', { headers: { 'x-elder-repository': 'r9' } })
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await page.text()).toContain('<!doctype html>')
  expect(lastCall()?.request).toMatchObject({ repository: 'r9', format: PageFormat.PAGE_FORMAT_HTML })
})

test('a baseline is set by leads and admins only', async () => {
  expect((await edge.send('POST', '/v1/baselines', { body: { repository: 'r1' } })).status).toBe(403)
  expect(lastCall()?.method).not.toBe('setBaseline')
  const set = await edge.send('POST', '/v1/baselines', { body: { repository: 'r1' }, key: leadKey })
  expect({ status: set.status, body: await set.json() }).toEqual({ status: 201, body: { repository: 'r1', findings: 12 } })
})

test.each([
  ['GET', '/v1/findings', undefined, 'repository', 'must name a repository'],
  ['GET', '/v1/findings?repository=r&state=gone', undefined, 'state', '"gone"'],
  ['GET', '/v1/reports?repository=r&format=pdf', undefined, 'format', '"pdf"'],
  ['POST', '/v1/checks', { files: [{ path: 'a', content: 'x', changedLines: [{ first: 0, last: 1 }] }] }, 'files.0.changedLines.0.first', 'must be a line number, from 1, got 0'],
  ['POST', '/v1/checks', { files: [{ path: 'a', content: 'x' }], mode: 'old_code' }, 'mode', '"old_code"'],
  ['POST', '/v1/checks', { files: [{ path: 'a', content: 'x' }], coverageReports: [{ path: 'c', content: '', modifiedAt: 'noon' }] }, 'coverageReports.0.modifiedAt', 'must be a time such as'],
  ['POST', '/v1/checks/repository', { repo: 'r' }, 'repo', 'unknown field "repo"'],
  ['PUT', '/v1/checks/c7/files', { files: [{ content: 'x' }] }, 'files.0.path', 'got nothing'],
])('%s %s with %j is refused naming the field', async (method, path, body, field, message) => {
  const response = await edge.send(method, path, { ...(body && { body }), key: leadKey })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ field, detail: expect.stringContaining(message) as string })
  expect(rig.services.calls).toEqual([])
})
