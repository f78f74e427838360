import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { elder, startTestEdge, type Asked } from './elder.ts'

let folder: string
let door: Awaited<ReturnType<typeof startTestEdge>>
let answers: Record<string, unknown>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'elder-records-'))
  answers = {}
  door = await startTestEdge(({ method, url }: Asked) => {
    const body = answers[`${method} ${url}`]
    return body === undefined ? { status: 404, body: { title: 'Not found', status: 404, detail: `nothing is at ${url}` } } : { body }
  })
})
afterEach(() => {
  door.close()
  rmSync(folder, { recursive: true })
})

const run = (...args: string[]) => elder(args, { cwd: folder, env: { ...door.env, TZ: 'Asia/Tokyo' } })
const sent = () => door.asked.map(({ method, url, body }) => [`${method} ${url}`, body])

const entry = { id: 'k1', version: 3, title: 'Naming', body: 'Past tense.', tags: ['a'], kind: 'convention', source: 'meeting', createdAt: '2026-11-22T18:00:00Z', updatedAt: '2026-11-22T18:00:00Z' }

test('an update of knowledge keeps what it does not name and says which version it changed', async () => {
  answers = { 'GET /v1/knowledge/k1': entry, 'PUT /v1/knowledge/k1': { ...entry, version: 4 } }
  writeFileSync(join(folder, 'text.md'), 'Present tense.')
  expect(await run('knowledge', 'update', 'k1', '--file', 'text.md')).toMatchObject({ code: 0, stdout: 'updated k1, now version 4: Naming\n' })
  expect(sent()[1]).toEqual(['PUT /v1/knowledge/k1', { title: 'Naming', body: 'Present tense.', tags: ['a'], kind: 'convention', source: 'meeting', baseVersion: 3 }])
})

test('an update that names nothing is refused before anything is asked', async () => {
  expect(await run('knowledge', 'update', 'k1')).toMatchObject({ code: 2, stderr: expect.stringContaining('no change was given') as string })
  expect(sent()).toEqual([])
})

test('lists knowledge to its last page, with local times; in JSON they are UTC', async () => {
  answers = {
    'GET /v1/knowledge?tag=a&limit=100': { items: [entry], nextCursor: 'c2' },
    'GET /v1/knowledge?tag=a&limit=100&cursor=c2': { items: [{ ...entry, id: 'k2', title: 'Second' }], nextCursor: null },
  }
  const { stdout } = await run('knowledge', 'list', '--tag', 'a')
  expect(stdout.split('\n').slice(1, 3)).toEqual(['k1  3        convention  2026-11-23 03:00:00  a     Naming', 'k2  3        convention  2026-11-23 03:00:00  a     Second'])
  const json = JSON.parse((await run('knowledge', 'list', '--tag', 'a', '--json')).stdout) as { items: { updatedAt: string }[] }
  expect(json.items.map(({ updatedAt }) => updatedAt)).toEqual(['2026-11-22T18:00:00Z', '2026-11-22T18:00:00Z'])
})

test.each([
  [['knowledge', 'list'], '/v1/knowledge?limit=100', 'no knowledge yet: elder knowledge add'],
  [['knowledge', 'list', '--tag', 'a'], '/v1/knowledge?tag=a&limit=100', 'no knowledge matches'],
  [['policies', 'list'], '/v1/usage-policies?limit=100', 'no usage policies: elder policies set'],
  [['settings', 'list'], '/v1/settings?limit=100', 'no setting was ever set: elder settings set NAME FILE'],
  [['settings', 'history', 'providers'], '/v1/settings/providers/versions?limit=100', 'setting providers was never set'],
])('elder %j says that there is nothing, rather than head an empty table', async (args, path, said) => {
  const none = { items: [], nextCursor: null }
  answers = { [`GET ${path}`]: none, 'GET /v1/users?limit=100': none, 'GET /v1/teams?limit=100': none, 'GET /v1/keys?limit=100': none }
  expect(await run(...args)).toMatchObject({ code: 0, stdout: expect.stringContaining(said) as string })
  expect(JSON.parse((await run(...args, '--json')).stdout)).toEqual({ items: [] })
})

test('shows a new key once on stdout, alone, so that it can be piped', async () => {
  answers = { 'POST /v1/keys': { key: { id: 'abcdefgh', userName: 'ann', role: 'lead', createdAt: '2026-11-22T18:00:00Z' }, secret: 'elder_abcdefgh_x' } }
  expect(await run('keys', 'create', '--user', 'ann', '--role', 'lead', '--label', 'ci', '--requests-per-minute', '60')).toMatchObject({ code: 0, stdout: 'elder_abcdefgh_x\n', stderr: expect.stringContaining('key abcdefgh of ann (lead)') as string })
  expect(sent()).toEqual([['POST /v1/keys', { userName: 'ann', role: 'lead', label: 'ci', requestsPerMinute: 60 }]])
})

const parked = (id: number) => ({ id, subject: 'elder.auth.key_revoked.v1', consumer: 'auth-audit', code: 'not_found', reason: 'no\u001b such user', attempt: 5, parkedAt: '2026-11-22T18:00:00Z', eventId: 'fact-1', producer: 'auth', bytes: 64 })

test('lists what is parked to its last page, and shows one', async () => {
  answers = { 'GET /v1/parked?limit=100': { items: [], nextCursor: null } }
  expect(await run('parked')).toMatchObject({ code: 0, stdout: 'nothing is parked\n' })
  answers = { 'GET /v1/parked?limit=100': { items: [parked(7)], nextCursor: '7' }, 'GET /v1/parked?limit=100&cursor=7': { items: [parked(12)], nextCursor: null }, 'GET /v1/parked/7': parked(7) }
  const { stdout } = await run('parked', 'list')
  expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, '|').replace(/\|\d+ d \d+ h\|/, '|age|'))).toEqual(['id|subject|consumer|attempt|age|reason', '7|elder.auth.key_revoked.v1|auth-audit|5|age|no\\x1b such user', '12|elder.auth.key_revoked.v1|auth-audit|5|age|no\\x1b such user', ''])
  expect(JSON.parse((await run('parked', '--json')).stdout)).toEqual({ items: [parked(7), parked(12)] })
  expect((await run('parked', 'show', '7')).stdout).toMatch(/^reason {5}not_found: no\\x1b such user\nattempt {4}5\nparked {5}2026-11-23 03:00:00, \d+ d \d+ h ago\nfact {7}fact-1$/m)
})

test('replays and drops what is named or all, one after the other, and exits with 1 when one was refused', async () => {
  answers = { 'GET /v1/parked?limit=100': { items: [parked(7), parked(12)], nextCursor: null }, 'POST /v1/parked/7/replay': parked(7), 'POST /v1/parked/12/replay': parked(12), 'DELETE /v1/parked/12': parked(12) }
  expect(await run('parked', 'replay', '--all')).toMatchObject({ code: 0, stdout: 'replayed 2 messages\n' })
  expect(await run('parked', 'replay', '8', '7')).toMatchObject({ code: 1, stdout: 'replayed 1 message\n', stderr: 'elder: 8: nothing is at /v1/parked/8/replay [404]\n' })
  expect(JSON.parse((await run('parked', 'drop', '12', '12', '--json')).stdout)).toEqual({ items: [parked(12)] })
  expect(sent().map(([what]) => what)).toEqual(['GET /v1/parked?limit=100', 'POST /v1/parked/7/replay', 'POST /v1/parked/12/replay', 'POST /v1/parked/8/replay', 'POST /v1/parked/7/replay', 'DELETE /v1/parked/12'])
})

test('exits with 1 when the audit chain is broken, and says where', async () => {
  answers = { 'GET /v1/audit/verification': { intact: true, entries: 7, headHash: 'beef', firstBrokenSequence: null, reason: '' } }
  expect(await run('audit', 'verify')).toMatchObject({ code: 0, stdout: 'intact: 7 entries, head beef\n' })
  answers = { 'GET /v1/audit/verification': { intact: false, entries: 7, headHash: 'beef', firstBrokenSequence: 4, reason: 'its hash does not fit' } }
  expect(await run('audit', 'verify')).toMatchObject({ code: 1, stdout: 'BROKEN at entry 4 of 7: its hash does not fit\n' })
})

test('prints an answer with its sources and names the sage that is missing', async () => {
  answers = {
    'POST /v1/consultations': {
      answer: 'In the past tense.',
      citations: [{ source: 'knowledge', id: 'k1', version: 3, title: 'Naming', score: 1 }, { source: 'rag', repository: 'shop', path: 'src/a.ts', startLine: 3, endLine: 9, score: 0.5 }],
      sages: [{ name: 'knowledge', status: 'answered', tookMs: 3 }, { name: 'rag', status: 'timed_out', tookMs: 900 }],
      cached: false,
    },
  }
  const { code, stdout, stderr } = await run('consult', 'how', 'do we', 'name events?', '--repository', 'shop')
  expect(code).toBe(0)
  expect(stdout).toBe('In the past tense.\n\nSources\n  Naming (knowledge k1, version 3)\n  src/a.ts:3-9 (shop)\n')
  expect(stderr).toContain('the rag sage is missing from this answer: timed out after 900 ms')
  expect(sent()).toEqual([['POST /v1/consultations', { question: 'how do we name events?', repository: 'shop' }]])
})

test('a refusal is repeated in the words of the platform, with its status', async () => {
  const { code, stderr } = await elder(['knowledge', 'show', 'k1'], { env: { ELDER_URL: door.url, ELDER_API_KEY: 'x' } })
  expect({ code, says: stderr.includes('nothing is at /v1/knowledge/k1 [404]') }).toEqual({ code: 1, says: true })
})
