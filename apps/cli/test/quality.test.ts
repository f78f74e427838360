import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { elder, type Asked } from './elder.ts'
import { finding, startRepository, type Rig } from './repository-rig.ts'

let rig: Rig
let answers: Record<string, unknown>
beforeEach(async () => {
  answers = {}
  rig = await startRepository(({ method, url }: Asked) => {
    const body = answers[`${method} ${url}`]
    return body === undefined ? { status: 404, body: { title: 'Not found', status: 404, detail: `nothing is at ${url}` } } : { body }
  })
  rig.git('remote', 'add', 'origin', 'https://example.com/team/shop.git')
})
afterEach(() => rig.dispose())

const run = (...args: string[]) => elder(args, { cwd: rig.root, env: { ...rig.door.env, TZ: 'Asia/Tokyo' } })
const shop = 'repository=example.com%2Fteam%2Fshop'

const sql = { rule: 'elder/sql-injection', title: 'SQL built from request data', why: 'It runs as SQL.', fix: 'Bind it.', category: 'security', severity: 'error', cwe: 'CWE-89', securitySeverity: 8.8, confidence: 'high', blocks: true, languages: ['javascript', 'python'], badExample: 'db.query(`x ${id}`)\n', goodExample: "db.query('x $1', [id])\n" }

test('lists the rules, and explains one by its whole name or the end of it', async () => {
  answers = { 'GET /v1/rules': { items: [sql, { ...sql, rule: 'ruff/S307', title: 'eval', cwe: undefined, blocks: false }], nextCursor: null } }
  const { stdout } = await run('rules')
  expect(stdout.split('\n').slice(1, 3)).toEqual(['elder/sql-injection  security   error     yes     CWE-89  SQL built from request data', 'ruff/S307            security   error                     eval'])
  const one = await run('rules', 'sql-injection')
  expect(one.stdout).toContain('error, counts for security, fails it by itself · CWE-89 · security severity 8.8 · confidence high · javascript, python')
  expect(one.stdout).toContain('Fix: Bind it.\n\nFound\n    db.query(`x ${id}`)\n\nLeft alone\n    db.query(\'x $1\', [id])\n')
  expect(JSON.parse((await run('rules', 'ruff/S307', '--json')).stdout)).toMatchObject({ items: [{ rule: 'ruff/S307' }] })
  expect(await run('rules', 'sql-injektion')).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean: elder rules elder/sql-injection') as string })
})

test('tells in which languages a rule blocks new code alone', async () => {
  answers = { 'GET /v1/rules': { items: [{ ...sql, rule: 'elder/a', newCodeOnlyLanguages: ['javascript', 'python'] }, { ...sql, rule: 'elder/b', newCodeOnlyLanguages: ['python'] }], nextCursor: null } }
  expect((await run('rules')).stdout.split('\n').slice(1, 3)).toEqual(['elder/a  security   error     new code            CWE-89  SQL built from request data', 'elder/b  security   error     new code in python  CWE-89  SQL built from request data'])
  expect((await run('rules', 'elder/b')).stdout).toContain('fails it by itself · advises in elder check --all without --base or --baseline (python) · CWE-89')
})

test('explains a single rule of an engine by what holds for all that are not listed', async () => {
  const other = { rule: 'shellcheck/*', title: 'any other rule of this engine', why: 'Explained by shellcheck: https://www.shellcheck.net/wiki/*', category: 'maintainability', severity: 'note', blocks: false, languages: ['shell'] }
  answers = { 'GET /v1/rules': { items: [sql, other], nextCursor: null } }
  expect((await run('rules', 'shellcheck/SC2086')).stdout).toBe('shellcheck/SC2086  SC2086\nnote, counts for maintainability · shell\n\nExplained by shellcheck: https://www.shellcheck.net/wiki/SC2086\n')
  expect(await run('rules', 'ruff/S999')).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no rule ruff/S999') as string })
})

test('lists findings of the repository one is in, to the last page, worst first as they come', async () => {
  const tracked = { ...finding, file: 'a.py', state: 'new', firstSeenAt: '2026-11-22T18:00:00Z', lastSeenAt: '2026-11-22T18:00:00Z' }
  answers = {
    [`GET /v1/findings?${shop}&state=open&limit=100`]: { items: [tracked], nextCursor: 'c2' },
    [`GET /v1/findings?${shop}&state=open&limit=100&cursor=c2`]: { items: [{ ...tracked, line: 9 }], nextCursor: null },
    [`GET /v1/findings?${shop}&state=fixed&limit=100`]: { items: [], nextCursor: null },
  }
  expect((await run('findings')).stdout.split('\n').slice(1, 3)).toEqual(['a.py:3  error     ruff/S307  new    2026-11-23 03:00:00  use of eval', 'a.py:9  error     ruff/S307  new    2026-11-23 03:00:00  use of eval'])
  expect((JSON.parse((await run('findings', '--json')).stdout) as { items: unknown[] }).items).toHaveLength(2)
  expect((await run('findings', '--state', 'fixed')).stdout).toBe('no fixed findings of example.com/team/shop\n')
})

test('lists checks, and shows one with what its scores were computed from', async () => {
  const record = {
    checkId: 'c7', repository: 'example.com/team/shop', subject: 'dev', state: 'completed', mode: 'whole_file', wholeRepository: true, files: 3, cachedFiles: 0, notAnalysedFiles: 1, findings: 2, at: '2026-11-22T18:00:00Z',
    report: { version: 1, verdict: 'fail', policyHash: 'p', criteria: [{ name: 'maintainability', score: 71.25, threshold: 80, verdict: 'fail', evidence: [{ name: 'lines', value: 120 }, { name: 'remediation_minutes', value: 35 }] }, { name: 'coverage', score: null, threshold: 95, verdict: 'not_evaluated', reason: 'no report', evidence: [] }] },
  }
  answers = { [`GET /v1/checks?${shop}&limit=20`]: { items: [record, { ...record, checkId: 'c6', wholeRepository: false, report: undefined, state: 'running', progress: { stage: 'files', done: 1, total: 3 } }], nextCursor: null }, 'GET /v1/checks/c7': record, 'GET /v1/users?limit=100': { items: [{ id: 'dev', name: 'ann' }], nextCursor: null } }
  expect((await run('checks')).stdout.split('\n').slice(1, 3)).toEqual(['c7     2026-11-23 03:00:00  ann  repository  3      2         fail', 'c6     2026-11-23 03:00:00  ann  whole_file  3      2         running: files 1 of 3'])
  const { stdout } = await run('checks', 'c7')
  expect(stdout).toContain('the whole repository, whole_file: 3 files, 1 not analysed, 2 findings\nfail\n')
  expect(stdout).toContain('maintainability  71.3   80     fail                      lines 120, remediation_minutes 35')
  expect(JSON.parse((await run('checks', 'c7', '--json')).stdout)).toEqual(record)
  answers = { 'GET /v1/checks/c7': { ...record, report: { ...record.report, newCodeBlockers: 1 } } }
  expect((await run('checks', 'c7')).stdout).toContain('1 not analysed, 2 findings, 1 of which would block in new code\nfail\n')
})

test('prints the report page, or writes it to the file that is given', async () => {
  answers = { [`GET /v1/reports?${shop}&format=markdown`]: '# Quality', [`GET /v1/reports?${shop}&format=html`]: '<!doctype html>' }
  expect((await run('report')).stdout).toBe('"# Quality"\n')
  expect(await run('report', '--output', 'page.html')).toMatchObject({ code: 0, stdout: '' })
  expect(readFileSync(join(rig.root, 'page.html'), 'utf8')).toBe('"<!doctype html>"')
  expect(await run('report', '--output', 'nowhere/page.md')).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere/page.md cannot be written: its folder does not exist') as string })
})

test('sets a baseline, and repeats why it may not', async () => {
  answers = { 'POST /v1/baselines': { repository: 'example.com/team/shop', findings: 12 } }
  expect(await run('baseline', 'set')).toMatchObject({ code: 0, stdout: '12 open findings of example.com/team/shop are accepted\n' })
  expect(rig.door.asked.at(-1)?.body).toEqual({ repository: 'example.com/team/shop' })
  rmSync(join(rig.root, '.git'), { recursive: true })
  await run('baseline', 'set', '--repository', 'r9')
  expect(rig.door.asked.at(-1)?.body).toEqual({ repository: 'r9' })
})
