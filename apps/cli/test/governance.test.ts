import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { elder, startTestEdge, type Asked } from './elder.ts'

let folder: string
let door: Awaited<ReturnType<typeof startTestEdge>>
let answers: Record<string, unknown>
let refusals: Record<string, { status: number; reason: string; detail: string; field?: string }>

const ann = { id: 'u-ann', name: 'ann', role: 'developer', createdAt: '2026-11-22T18:00:00Z', teamId: 't-core' }
const eve = { id: 'u-eve', name: 'eve', role: 'developer', createdAt: '2026-11-22T18:00:00Z', teamId: 't-core' }
const bob = { id: 'u-bob', name: 'bob', role: 'lead', createdAt: '2026-11-22T18:00:00Z' }
const core = { id: 't-core', name: 'core', createdAt: '2026-11-22T18:00:00Z' }
const keys = [
  { id: 'abcdefgh', userId: 'u-ann', userName: 'ann', label: 'laptop' },
  { id: 'ijklmnop', userId: 'u-bob', userName: 'bob', label: 'ci' },
  { id: 'qrstuvwx', userId: 'u-ann', userName: 'ann', label: 'ci' },
]
const lists: Record<string, unknown> = {
  'GET /v1/users?limit=100': { items: [ann, bob], nextCursor: null },
  'GET /v1/teams?limit=100': { items: [core], nextCursor: null },
  'GET /v1/keys?limit=100': { items: keys, nextCursor: null },
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'elder-governance-'))
  answers = {}
  refusals = {}
  door = await startTestEdge(({ method, url, body }: Asked) => {
    const refusal = refusals[`${method} ${url}`]
    if (refusal) return { status: refusal.status, body: refusal }
    const answer = { ...lists, ...answers }[`${method} ${url}`]
    if (answer === undefined) return { status: 404, body: { title: 'Not found', status: 404, detail: `nothing is at ${url}`, reason: url.startsWith('/v1/settings/') ? 'SETTING_UNSET' : 'NOTHING' } }
    return { body: typeof answer === 'function' ? (answer as (body: unknown) => unknown)(body) : answer }
  })
})
afterEach(() => {
  door.close()
  rmSync(folder, { recursive: true })
})

const run = (...args: string[]) => elder(args, { cwd: folder, env: { ...door.env, TZ: 'UTC' } })
const changes = () => door.asked.filter(({ method }) => method !== 'GET').map(({ method, url, body }) => [`${method} ${url}`, body])
const rowsOf = (stdout: string) => stdout.trimEnd().split('\n').map((line) => line.trimEnd().split(/ {2,}/))

test('lists teams with who is in them, and who is in none', async () => {
  const { stdout } = await run('teams', 'list')
  expect(rowsOf(stdout)).toEqual([['team', 'users'], ['core', 'ann'], ['(none)', 'bob']])
  expect(JSON.parse((await run('teams', 'list', '--json')).stdout)).toMatchObject({ items: [{ id: 't-core', users: [{ name: 'ann' }] }], withoutTeam: [{ name: 'bob' }] })
})

test('creates a team, and puts people in and takes them out by their names', async () => {
  answers = { 'POST /v1/teams': core, 'PUT /v1/users/u-bob/team': (body: object) => ({ ...bob, ...body }) }
  expect(await run('teams', 'create', 'core')).toMatchObject({ code: 0, stdout: 'created team core\n' })
  expect(await run('teams', 'add', 'Bob', 'CORE')).toMatchObject({ code: 0, stdout: 'bob is in team core\n' })
  expect(await run('teams', 'remove', 'bob')).toMatchObject({ code: 0, stdout: 'bob is in no team\n' })
  expect(changes()).toEqual([['POST /v1/teams', { name: 'core' }], ['PUT /v1/users/u-bob/team', { teamId: 't-core' }], ['PUT /v1/users/u-bob/team', { teamId: null }]])
  expect(await run('teams', 'add', 'anne', 'core')).toMatchObject({ code: 1, stderr: expect.stringMatching(/there is no user "anne"[^]*did you mean "ann"/) as string })
})

test('renames a team, and deletes one that has people only when told twice', async () => {
  answers = { 'PUT /v1/teams/t-core': (body: object) => ({ ...core, ...body }), 'DELETE /v1/teams/t-core': { ...core, deletedAt: '2026-11-23T00:00:00Z', users: 1 } }
  expect(await run('teams', 'rename', 'core', 'kernel')).toMatchObject({ code: 0, stdout: 'team core is called kernel now\n' })
  expect(await run('teams', 'delete', 'core')).toMatchObject({ code: 2, stderr: expect.stringMatching(/1 user is in team core[^]*elder teams delete "core" --yes/) as string })
  expect(await run('teams', 'delete', 'core', '--yes')).toMatchObject({ code: 0, stdout: 'deleted team core; 1 user is in no team now\n' })
  expect(await run('teams', 'rename', 'core')).toMatchObject({ code: 2, stderr: expect.stringContaining('elder teams rename NAME NEW') as string })
  expect(changes()).toEqual([['PUT /v1/teams/t-core', { name: 'kernel' }], ['DELETE /v1/teams/t-core', undefined]])
})

test('what a team used is shown by its name when the team is gone', async () => {
  answers = { 'GET /v1/usage?limit=100': { items: [used({ teamId: 't-core' }), used({ teamId: 't-gone', cost: 0 })], nextCursor: null }, 'GET /v1/teams?deleted=true&limit=100': { items: [core, { id: 't-gone', name: 'docs', deletedAt: '2026-11-22T10:00:00Z' }], nextCursor: null } }
  expect(rowsOf((await run('usage', '--by', 'team')).stdout).slice(1, 3).map(([name]) => name)).toEqual(['core', 'docs (deleted 2026-11-22)'])
})

const policy = {
  scope: 'user',
  subject: 'u-ann',
  version: 4,
  limits: [{ meter: 'tokens', window: 'day', amount: 1_000, used: 12 }, { meter: 'cost', window: 'month', amount: 5, used: 0.25 }],
  allowedModels: ['acme-*'],
  maxOutputTokens: 4_096,
  secrets: 'mask',
  deniedPrompts: ['zebra'],
  deniedAnswers: [],
  answerCache: null,
  changedAt: '2026-11-22T18:00:00Z',
  changedBy: 'u-bob',
}

test('setting a budget warns about providers without known prices, except a lead, who may not list them', async () => {
  answers = { 'GET /v1/usage-policies/user/u-ann': policy, 'PUT /v1/usage-policies/user/u-ann': policy, 'GET /v1/providers': { items: [{ name: 'acme', priced: ['*'] }, { name: 'spare', priced: [] }] } }
  const set = () => run('policies', 'set', '--user', 'ann', '--limit', 'cost/day=1')
  expect(await set()).toMatchObject({ code: 0, stderr: expect.stringContaining('cost limits do not count spare') as string })
  refusals = { 'GET /v1/providers': { status: 403, reason: 'ROLE_MISSING', detail: 'this needs the role admin' } }
  expect(await set()).toMatchObject({ code: 0, stderr: '' })
  refusals = { 'GET /v1/providers': { status: 503, reason: 'AUTH_AWAY', detail: 'try again' } }
  const before = changes().length
  expect(await set()).toMatchObject({ code: 1 })
  expect(changes().length, 'what is told as a failure has changed nothing').toBe(before)
})

test('shows a policy with what was used of it, for people and for scripts', async () => {
  answers = { 'GET /v1/usage-policies/user/u-ann': policy }
  const { code, stdout } = await run('policies', 'show', '--user', 'ann')
  expect(code).toBe(0)
  expect(rowsOf(stdout)).toEqual([
    ['user ann', 'version 4, 2026-11-22 18:00:00'],
    ['', 'limit', 'tokens/day 12 of 1000'],
    ['', 'limit', 'cost/month 0.25 of 5'],
    ['', 'models', 'acme-*'],
    ['', 'answer', 'at most 4096 tokens'],
    ['', 'secrets', 'mask'],
    ['', 'no prompt', 'zebra'],
    ['', 'cache', 'for requests that ask for it'],
  ])
  expect(JSON.parse((await run('policies', 'show', '--user', 'ann', '--json')).stdout)).toEqual(policy)
})

test('a change of a policy keeps what it does not name and says which version it changed', async () => {
  answers = { 'GET /v1/usage-policies/user/u-ann': policy, 'PUT /v1/usage-policies/user/u-ann': (body: object) => ({ ...policy, ...body, version: 5 }), 'GET /v1/providers': { items: [] } }
  const { code, stdout } = await run('policies', 'set', '--user', 'ann', '--limit', 'tokens/day=none', '--limit', 'cost/month=7.5', '--limit', 'requests/minute=60', '--max-tokens', 'none', '--deny-prompt', 'a', '--deny-prompt', 'b', '--cache', 'on')
  expect({ code, first: stdout.split('\n')[0] }).toEqual({ code: 0, first: 'user ann  version 5, 2026-11-22 18:00:00' })
  expect(changes()).toEqual([
    [
      'PUT /v1/usage-policies/user/u-ann',
      {
        baseVersion: 4,
        limits: [{ meter: 'cost', window: 'month', amount: 7.5 }, { meter: 'requests', window: 'minute', amount: 60 }],
        allowedModels: ['acme-*'],
        maxOutputTokens: null,
        secrets: 'mask',
        deniedPrompts: ['a', 'b'],
        deniedAnswers: [],
        answerCache: 'on',
      },
    ],
  ])
})

test('every term is set and taken away; clear takes all of them', async () => {
  const empty = { scope: 'team', subject: 't-core', version: 0, limits: [], allowedModels: [], maxOutputTokens: null, secrets: null, deniedPrompts: [], deniedAnswers: [], answerCache: null }
  answers = { 'GET /v1/usage-policies/team/t-core': empty, 'PUT /v1/usage-policies/team/t-core': (body: object) => ({ ...empty, ...body, version: 1 }) }
  await run('policies', 'set', '--team', 'core', '--models', 'a, b-*', '--max-tokens', '100', '--secrets', 'block', '--deny-answer', 'x', '--cache', 'off')
  answers = { ...answers, 'GET /v1/usage-policies/team/t-core': { ...empty, ...(changes()[0]?.[1] as object), version: 1 } }
  await run('policies', 'set', '--team', 'core', '--models', 'any', '--max-tokens', 'none', '--secrets', 'none', '--deny-answer', 'none', '--cache', 'ask')
  await run('policies', 'clear', '--team', 'core')
  const { scope: _scope, subject: _subject, version: _version, ...terms } = empty
  expect(changes().map(([, body]) => body)).toEqual([
    { ...terms, baseVersion: 0, allowedModels: ['a', 'b-*'], maxOutputTokens: 100, secrets: 'block', deniedAnswers: ['x'], answerCache: 'off' },
    { ...terms, baseVersion: 1 },
    { ...terms, baseVersion: 1 },
  ])
})

test('a key is named by its id or by a label that no other has', async () => {
  answers = { 'GET /v1/usage-policies/key/abcdefgh': { ...policy, scope: 'key', subject: 'abcdefgh', version: 0 } }
  expect(await run('policies', 'show', '--key', 'laptop')).toMatchObject({ code: 0, stdout: 'key abcdefgh of ann  has no policy\n' })
  expect(await run('policies', 'show', '--key', 'ci')).toMatchObject({ code: 1, stderr: expect.stringContaining('2 keys are labelled "ci": ijklmnop, qrstuvwx') as string })
  expect(await run('policies', 'show', '--key', 'nobody')).toMatchObject({ code: 1, stderr: expect.stringContaining('elder keys list') as string })
})

test('lists policies under readable names', async () => {
  answers = { 'GET /v1/usage-policies?limit=100': { items: [policy, { ...policy, scope: 'key', subject: 'ijklmnop', limits: [], allowedModels: [], maxOutputTokens: null, secrets: null, deniedPrompts: [] }], nextCursor: null } }
  expect(rowsOf((await run('policies', 'list')).stdout).slice(1)).toEqual([
    ['user', 'ann', '4', '2026-11-22 18:00:00', 'tokens/day 12 of 1000; cost/month 0.25 of 5; models acme-*; 4096 tokens an answer; mask secrets; 1 denied pattern'],
    ['key', 'ijklmnop of bob', '4', '2026-11-22 18:00:00', 'nothing'],
  ])
})

const today = new Date().toISOString().slice(0, 10)
const used = (changed: object) => ({ day: today, keyId: 'abcdefgh', userId: 'u-ann', provider: 'acme', model: 'acme-large', requests: 2, inputTokens: 100, outputTokens: 10, cachedTokens: 50, cost: 0.1, ...changed })

test('adds up usage by what is asked for, dearest first, and asks for no page that is too old', async () => {
  answers = {
    'GET /v1/usage?limit=100': { items: [used({}), used({ cost: 0.2 }), used({ userId: 'u-bob', model: 'acme-small', cost: 1.5 })], nextCursor: 'c2' },
    'GET /v1/usage?limit=100&cursor=c2': { items: [used({ userId: 'u-gone', requests: 1 }), used({ day: '2020-01-01', requests: 1_000 })], nextCursor: 'c3' },
  }
  expect(rowsOf((await run('usage', '--by', 'user')).stdout)).toEqual([
    ['user', 'requests', 'input', 'output', 'cached', 'cost'],
    ['bob', '2', '100', '10', '50', '1.50'],
    ['ann', '4', '200', '20', '100', '0.300000'],
    ['u-gone', '1', '100', '10', '50', '0.100000'],
    ['total', '7', '400', '40', '200', '1.90'],
  ])
  expect(JSON.parse((await run('usage', '--by', 'model', '--json')).stdout)).toMatchObject({ by: 'model', items: [{ group: 'acme-small', cost: 1.5 }, { group: 'acme-large', cost: 0.4 }] })
  expect(door.asked.some(({ url }) => url.includes('c3'))).toBe(false)
})

test('finds a user who holds a key without the list of users, which developers do not see, and one without a key in it', async () => {
  const usage = { items: [used({})], nextCursor: null }
  answers = { 'GET /v1/usage?scope=user&subject=u-ann&limit=100': usage, 'GET /v1/usage?scope=user&subject=u-eve&limit=100': usage, 'GET /v1/users?limit=100': { items: [ann, bob, eve], nextCursor: null } }
  expect(await run('usage', '--user', 'Ann')).toMatchObject({ code: 0 })
  expect(door.asked.some(({ url }) => url.startsWith('/v1/users'))).toBe(false)
  expect(await run('usage', '--user', 'eve')).toMatchObject({ code: 0 })
  expect(await run('usage', '--user', 'nobody')).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no user "nobody"') as string })
})

test('shows the usage of one user by day', async () => {
  answers = { 'GET /v1/usage?scope=user&subject=u-ann&limit=100': { items: [used({})], nextCursor: null } }
  expect(rowsOf((await run('usage', '--user', 'ann', '--days', '1')).stdout)[1]).toEqual([today, '2', '100', '10', '50', '0.100000'])
})

test('to a developer, who sees neither users nor teams, shows what the platform calls their own, by name', async () => {
  const forbidden = { status: 403, reason: 'ROLE_MISSING', detail: "this needs the role admin or lead; your key's user is developer" }
  refusals = { 'GET /v1/users?limit=100': forbidden, 'GET /v1/teams?limit=100': forbidden, 'GET /v1/teams?deleted=true&limit=100': forbidden }
  answers = { 'GET /v1/usage?limit=100': { items: [used({ teamId: 't-core' })], nextCursor: null } }
  expect(rowsOf((await run('usage')).stdout).slice(1)).toEqual([[today, '2', '100', '10', '50', '0.100000'], ['total', '2', '100', '10', '50', '0.100000']])
  expect(rowsOf((await run('usage', '--by', 'user')).stdout)[1]?.[0]).toBe('ann')
  expect(rowsOf((await run('usage', '--by', 'team')).stdout)[1]?.[0]).toBe('t-core')
  expect(await run('usage', '--team', 'core')).toMatchObject({ code: 1, stderr: expect.stringMatching(/needs the role admin or lead[^]*ask a lead or an admin/) as string })
})

test('a refusal that names its field does so once', async () => {
  refusals = { 'POST /v1/teams': { status: 400, reason: 'INVALID_FIELD', field: 'name', detail: 'name: may have at most 64 characters: shorten it, got "nnn' } }
  expect(await run('teams', 'create', 'n'.repeat(65))).toMatchObject({ code: 2, stderr: expect.stringMatching(/^elder: name: may have at most 64 characters: shorten it, got "nnn$/m) as string })
})

test('an exhausted limit is not explained as a missing role', async () => {
  refusals = { 'GET /v1/usage?limit=100': { status: 403, reason: 'BUDGET_SPENT', detail: 'user ann may send 1 request a day: it begins again at 2026-11-23T00:00 UTC' } }
  const { code, stderr } = await run('usage')
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/may send 1 request a day[^]*elder policies set/) as string })
  expect(stderr).not.toContain('role')
})

const value = (...names: string[]) => names.map((name) => ({ name, baseUrl: `https://${name}.example/v1`, keyFile: `${name}.key` }))
const version = (number: number, ...names: string[]) => ({ name: 'providers', version: number, value: value(...names), changedAt: '2026-11-22T18:00:00Z', changedBy: 'u-bob' })

test('a setting is set from a file on the version that is current, or on the one that is named', async () => {
  writeFileSync(join(folder, 'providers.json'), JSON.stringify(value('acme')))
  answers = { 'PUT /v1/settings/providers': version(1, 'acme') }
  expect(await run('settings', 'set', 'providers', 'providers.json')).toMatchObject({ code: 0, stdout: 'providers is at version 1\n' })
  answers = { ...answers, 'GET /v1/settings/providers': version(1, 'acme') }
  await run('settings', 'set', 'providers', 'providers.json')
  await run('settings', 'set', 'providers', 'providers.json', '--base-version', '7')
  expect(changes().map(([, body]) => (body as { baseVersion: number }).baseVersion)).toEqual([0, 1, 7])
  writeFileSync(join(folder, 'broken.json'), '[{')
  expect(await run('settings', 'set', 'providers', 'broken.json')).toMatchObject({ code: 2, stderr: expect.stringContaining('broken.json is not JSON') as string })
})

test('a setting is got as JSON, listed, and its history told with names', async () => {
  answers = {
    'GET /v1/settings/providers': version(2, 'acme', 'backup'),
    'GET /v1/settings/providers?version=1': version(1, 'acme'),
    'GET /v1/settings?limit=100': { items: [version(2, 'acme', 'backup')], nextCursor: null },
    'GET /v1/settings/providers/versions?limit=100': { items: [version(2, 'acme', 'backup'), version(1, 'acme')], nextCursor: null },
  }
  expect(JSON.parse((await run('settings', 'get', 'providers')).stdout)).toEqual(value('acme', 'backup'))
  expect(JSON.parse((await run('settings', 'get', 'providers', '--version', '1')).stdout)).toEqual(value('acme'))
  expect(rowsOf((await run('settings', 'list')).stdout)[1]).toEqual(['providers', '2', '2026-11-22 18:00:00', 'bob'])
  expect(rowsOf((await run('settings', 'history', 'providers')).stdout).slice(1).map(([, number]) => number)).toEqual(['2', '1'])
})

test('shows what a version changed, and makes an earlier one the newest', async () => {
  answers = {
    'GET /v1/settings/providers': version(2, 'acme', 'backup'),
    'GET /v1/settings/providers?version=1': version(1, 'acme'),
    'GET /v1/settings/providers?version=2': version(2, 'acme', 'backup'),
    'POST /v1/settings/providers/restore': version(3, 'acme'),
  }
  const { stdout } = await run('settings', 'diff', 'providers')
  expect(stdout.split('\n').filter((line) => /^[-+]/.test(line))).toEqual([
    '--- providers 1 → 2',
    '+++ providers 1 → 2',
    '+  },',
    '+  {',
    '+    "name": "backup",',
    '+    "baseUrl": "https://backup.example/v1",',
    '+    "keyFile": "backup.key"',
  ])
  expect((await run('settings', 'diff', 'providers', '--from', '2', '--to', '2')).stdout).toBe('versions 2 and 2 of providers say the same\n')
  expect((await run('settings', 'diff', 'providers', '--to', '1')).stdout).toContain('+    "name": "acme",')
  expect(await run('settings', 'restore', 'providers', '1')).toMatchObject({ code: 0, stdout: 'providers is at version 3, which says what version 1 said\n' })
  expect(changes()).toEqual([['POST /v1/settings/providers/restore', { version: 1 }]])
})

test('a setting that was never set is said to be so, with what sets it', async () => {
  expect(await run('settings', 'get', 'providers')).toMatchObject({ code: 1, stderr: expect.stringMatching(/never set[^]*elder settings set providers FILE/) as string })
  expect(await run('settings', 'unset', 'providers')).toMatchObject({ code: 1, stderr: expect.stringContaining('never set') as string })
})

test('a setting is unset by a version that says nothing', async () => {
  const unset = { ...version(3), value: null }
  answers = { 'GET /v1/settings/providers': version(2, 'acme'), 'PUT /v1/settings/providers': unset }
  expect(await run('settings', 'unset', 'providers')).toMatchObject({ code: 0, stdout: expect.stringContaining('providers is unset since version 3') as string })
  expect(changes()).toEqual([['PUT /v1/settings/providers', { value: null, baseVersion: 2 }]])
  answers = { 'GET /v1/settings/providers': unset, 'GET /v1/providers': { items: [], nextCursor: null }, 'GET /v1/health': { state: 'up' } }
  expect((await run('providers', 'list')).stderr).toContain('the setting is not set')
})

test('lists providers and sets them', async () => {
  const inUse = { name: 'acme', baseUrl: 'https://acme.example/v1', dialect: 'openai', apis: ['chat', 'responses'], models: null, priced: ['acme-*'], priority: 0, weight: 1, keyFile: 'acme.key', state: 'up', inFlight: 0, paused: [] }
  answers = { 'GET /v1/providers': { items: [], nextCursor: null }, 'GET /v1/health': { state: 'up' } }
  expect(await run('providers', 'list')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/not set[^]*no provider is configured: elder up --provider URL/) as string })
  const ill = { ...inUse, name: 'spare', models: ['a', 'b-*'], priced: [], state: 'paused', paused: [{ model: 'a', again: '2026-11-22T18:00:04Z', reason: 'provider_busy' }], lastFailure: { at: '2026-11-22T18:00:00Z', message: 'provider spare failed with status 503' } }
  const refused = { state: 'degraded', causes: [{ component: 'provider-settings', reason: 'the live setting providers is invalid, the previous settings stay in use: provider acme: keyFile names no file' }] }
  answers = { 'GET /v1/health': refused, 'GET /v1/providers': { items: [inUse, ill], nextCursor: null }, 'GET /v1/settings/providers': version(1, 'acme'), 'PUT /v1/settings/providers': version(2, 'acme', 'backup') }
  expect(rowsOf((await run('providers', 'list')).stdout)).toEqual([
    ['name', 'apis', 'models', 'priced', 'state', 'priority', 'weight', 'key file', 'address'],
    ['acme', 'chat,responses', 'any', 'acme-*', 'up', '0', '1', 'acme.key', 'https://acme.example/v1'],
    ['spare', 'chat,responses', 'a,b-*', 'none', 'paused', '0', '1', 'acme.key', 'https://acme.example/v1'],
    ['spare: a is left alone until 2026-11-22 18:00:04 (provider_busy)'],
    ['spare: failed last at 2026-11-22 18:00:00: provider spare failed with status 503'],
  ])
  expect((await run('providers', 'list')).stderr).toContain('the live setting providers is invalid, the previous settings stay in use: provider acme: keyFile names no file')
  expect(JSON.parse((await run('providers', 'list', '--json')).stdout)).toEqual({ version: 1, items: [inUse, ill] })
  writeFileSync(join(folder, 'providers.json'), JSON.stringify(value('acme', 'backup')))
  expect(await run('providers', 'set', 'providers.json')).toMatchObject({ code: 0, stdout: 'providers are at version 2: acme, backup\n' })
  expect(changes()).toEqual([['PUT /v1/settings/providers', { value: value('acme', 'backup'), baseVersion: 1 }]])
})
