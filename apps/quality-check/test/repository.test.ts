import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { CheckMode, CheckState, CreateRepositoryCheckRequest, Criterion, FileStatus, FindingState, Verdict, type SourceFile } from '@elder/contracts/quality'
import { waitUntil } from '@elder/testkit'
import { createRepositoryCheckStore } from '../src/repository/check-store.ts'
import { checkRepository, prepare, ruleAt, sourceFiles, startReadyInstance, watch, type RepositoryOutcome } from './repository-rig.ts'
import { callOf, collect, requestOf, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig
let instance: Instance

beforeAll(async () => {
  rig = await startRig()
  instance = await startReadyInstance(rig)
  return rig.close
})

const criterion = ({ report }: RepositoryOutcome, number: Criterion) => report.criteria.find((each) => each.criterion === number)
const block = Array.from({ length: 14 }, (_, index) => `  const total${index} = prices[${index}] * quantities[${index}] + shippingCosts(${index}, prices)`).join('\n')
const long = (name: string) => `export function ${name}(prices, quantities) {\n${block}\n  return ${name}Of(prices)\n}\n`

test('checks a repository in the background: each file, blocks that files share, coverage, and the verdict', async () => {
  const lcov = 'SF:src/a.js\nDA:1,1\nDA:2,1\nDA:3,0\nDA:4,1\nend_of_record\n'
  const outcome = await checkRepository(instance, { 'src/a.js': long('cart'), 'src/b.js': long('order'), 'src/c.py': 'eval(input())\n', 'README.md': '# Shop\n' }, { reports: [{ path: 'coverage/lcov.info', content: Buffer.from(lcov), modifiedAt: undefined }] })
  expect(outcome.files.map(({ path }) => path).sort()).toEqual(['README.md', 'src/a.js', 'src/b.js', 'src/c.py'])
  expect(outcome.files.find(({ path }) => path === 'src/c.py')?.status).toBe(FileStatus.FILE_STATUS_CHECKED)
  expect(outcome.findings.map(ruleAt)).toEqual(expect.arrayContaining([expect.stringMatching(/^src\/c\.py:1 /), expect.stringMatching(/^src\/[ab]\.js:\d+ jscpd\/duplicated-block$/)]))
  expect(outcome.findings.every(({ fingerprint }) => fingerprint !== '')).toBe(true)
  expect(outcome.report).toMatchObject({ verdict: Verdict.VERDICT_FAIL, mode: CheckMode.CHECK_MODE_WHOLE_FILE })
  expect(criterion(outcome, Criterion.CRITERION_COVERAGE)).toMatchObject({ verdict: Verdict.VERDICT_FAIL, score: 75, reason: expect.stringContaining('src/a.js:3') })
  expect(outcome.progress.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['files', 'duplication', 'coverage']))
  expect(outcome.progress.at(-1)).toMatchObject({ done: 1, total: 1 })
})

test('may be watched late, twice, and from another instance', async () => {
  const checkId = await prepare(instance, { 'a.py': 'eval(input())\n' })
  await instance.client.startRepositoryCheck({ checkId }, callOf())
  const first = await watch(instance, checkId)
  const other = await startReadyInstance(rig)
  const late = await watch(other, checkId)
  expect(late.findings).toEqual(first.findings)
  expect(late.files).toEqual(first.files)
  expect(late.report).toEqual(first.report)
  await other.service.stop()
})

test('starting a check again, as after a lost answer, does nothing', async () => {
  const checkId = await prepare(instance, { 'a.py': 'ONE = 1\n' })
  await instance.client.startRepositoryCheck({ checkId }, callOf())
  await instance.client.startRepositoryCheck({ checkId }, callOf())
  expect((await watch(instance, checkId)).files).toHaveLength(1)
  await instance.client.startRepositoryCheck({ checkId }, callOf())
})

test('a path that is sent again replaces the first, and more is refused once the check has started', async () => {
  const checkId = await prepare(instance, { 'a.py': 'eval(input())\n', 'b.py': 'ONE = 1\n' })
  const again = await instance.client.addRepositoryFiles({ checkId, files: sourceFiles({ 'a.py': 'ONE = 1\n' }), coverageReports: [] }, callOf())
  expect(again.files).toBe(2)
  await instance.client.startRepositoryCheck({ checkId }, callOf())
  expect((await watch(instance, checkId)).findings).toEqual([])
  await expect(instance.client.addRepositoryFiles({ checkId, files: sourceFiles({ 'c.py': '' }), coverageReports: [] }, callOf())).rejects.toMatchObject({ code: 'failed_precondition', reason: 'CHECK_STARTED' })
})

test('a diff leaves old debt alone', async () => {
  const diff = '--- a/a.py\n+++ b/a.py\n@@ -2,0 +3,1 @@\n+eval(input())\n'
  const outcome = await checkRepository(instance, { 'a.py': 'eval(input())\nONE = 1\neval(input())\n', 'b.py': 'eval(input())\n' }, { diff, mode: CheckMode.CHECK_MODE_NEW_CODE })
  expect([...new Set(outcome.findings.map(({ file, line }) => `${file}:${line}`))]).toEqual(['a.py:3'])
  expect(outcome.files.find(({ path }) => path === 'b.py')?.existingFindings).toBeGreaterThan(0)
  expect(outcome.report.mode).toBe(CheckMode.CHECK_MODE_NEW_CODE)
})

test('lines that a change removed are judged, and not kept, whether the check ends, is cancelled or is never started', async () => {
  const secret = 'tr0ub4dor&3'
  const texts = { 'a.test.js': "test('signs in', () => {\n  expect(login()).toBeTruthy()\n})\n" }
  const diff = `--- a/a.test.js\n+++ b/a.test.js\n@@ -2 +2 @@\n-  expect(login()).toBe('${secret}')\n+  expect(login()).toBeTruthy()\n`
  const options = { diff, mode: CheckMode.CHECK_MODE_NEW_CODE, repository: 'removed lines' }
  const { findings } = await checkRepository(instance, texts, options)
  expect(findings).toMatchObject([{ rule: 'elder/weakened-test', blocks: true }])
  await instance.client.cancelRepositoryCheck({ checkId: await prepare(instance, texts, options) }, callOf())
  const late = await prepare(instance, texts, options)
  const tables = await rig.openTables()
  await tables.query("update repository_checks set created_at = now() - interval '25 hours' where id = $1", [late])
  await createRepositoryCheckStore(() => tables).sweep()
  const names = await tables.query<{ name: string }>("select quote_ident(table_name) as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'")
  expect(names.map(({ name }) => name)).toContain('repository_checks')
  for (const { name } of names) expect({ name, rows: await tables.query(`select 1 from ${name} each where each::text like $1`, [`%${secret}%`]) }).toEqual({ name, rows: [] })
  expect(findings[0]?.message).toContain(`"expect(login()).toBe('…')" became`)
})

test('some files are judged like an edit, and what is not among them is not gone', async () => {
  const repository = 'in parts'
  await checkRepository(instance, { 'a.py': 'eval(input())\n', 'b.py': 'eval(input())\n' }, { repository })
  const outcome = await checkRepository(instance, { 'a.py': 'ONE = 1\n', 'c.js': long('cart'), 'd.js': long('order') }, { repository, someFiles: true })
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_PASS)
  expect(outcome.progress.map(({ stage }) => stage)).not.toContain('duplication')
  const { checks } = await instance.client.listChecks({ repository, pageSize: 0, pageToken: '', wholeRepositoryOnly: false }, callOf())
  expect(checks.map(({ files, wholeRepository }) => [files, wholeRepository])).toEqual([[3, false], [2, true]])
  const { findings } = await instance.client.listFindings({ repository, state: FindingState.FINDING_STATE_UNSPECIFIED, pageSize: 0, pageToken: '' }, callOf())
  expect([...new Set(findings.map(({ finding }) => finding?.file))]).toEqual(['b.py', 'c.js', 'd.js'])
})

test('requires all six criteria, and never counts what was not analysed as a pass', async () => {
  const outcome = await checkRepository(instance, { 'a.py': 'ONE = 1\n' })
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_NOT_EVALUATED)
  expect(criterion(outcome, Criterion.CRITERION_COVERAGE)).toMatchObject({ verdict: Verdict.VERDICT_NOT_EVALUATED, score: undefined, reason: 'no coverage report was given' })
  const lenient = await checkRepository(instance, { 'a.py': 'ONE = 1\n' }, { policyYaml: 'version: 1\nrequired: { repository: [security] }\n' })
  expect(lenient.report.verdict).toBe(Verdict.VERDICT_PASS)
})

test.each([
  ['out of the repository', '../secret.py', /send a path relative to the repository/],
  ['absolute', '/etc/passwd', /"\/etc\/passwd" is absolute/],
  ['with a NUL', 'a\0.py', /has a control character/],
  ['hidden', 'a/../../b.py', /has an empty part, "\." or "\.\."/],
])('refuses a path that is %s, by its name', async (_what, path, message) => {
  const { checkId } = await instance.client.createRepositoryCheck(CreateRepositoryCheckRequest.fromPartial({ repository: 'shop' }), callOf())
  await expect(instance.client.addRepositoryFiles({ checkId, files: sourceFiles({ 'fine.py': '', [path]: '' }), coverageReports: [] }, callOf())).rejects.toMatchObject({ code: 'invalid_argument', field: 'files[1].path', message: expect.stringMatching(message) })
})

test('refuses what is wrong in itself before anything is sent', async () => {
  const create = (terms: Partial<CreateRepositoryCheckRequest>) => instance.client.createRepositoryCheck(CreateRepositoryCheckRequest.fromPartial(terms), callOf())
  await expect(create({ policyYaml: 'version: 3\n' })).rejects.toMatchObject({ code: 'invalid_argument', reason: 'POLICY_INVALID' })
  await expect(create({ diff: 'hello' })).rejects.toMatchObject({ code: 'invalid_argument', field: 'diff' })
  await expect(create({ repository: 'x'.repeat(600) })).rejects.toMatchObject({ code: 'invalid_argument', field: 'repository' })
  await expect(watch(instance, 'nonsense')).rejects.toMatchObject({ code: 'not_found', message: 'there is no check "nonsense"' })
  await expect(instance.client.startRepositoryCheck({ checkId: '00000000-0000-0000-0000-000000000000' }, callOf())).rejects.toMatchObject({ code: 'not_found' })
})

test('refuses more than a check may hold', async () => {
  const small = await startReadyInstance(rig, { ELDER_QUALITY_CHECK_REPOSITORY_FILES: '2', ELDER_QUALITY_CHECK_REPOSITORY_BYTES: '1048576' })
  await expect(prepare(small, { 'a.py': '', 'b.py': '', 'c.py': '' })).rejects.toMatchObject({ code: 'resource_exhausted', reason: 'CHECK_TOO_LARGE', message: expect.stringContaining('3 files, more than 2') })
  await expect(prepare(small, { 'a.py': '#'.repeat(2_000_000) })).rejects.toMatchObject({ code: 'resource_exhausted', message: expect.stringContaining('2000000 bytes') })
  await small.service.stop()
})

test('a check without files fails with the reason', async () => {
  const { checkId } = await instance.client.createRepositoryCheck(CreateRepositoryCheckRequest.fromPartial({ repository: 'shop' }), callOf())
  await instance.client.startRepositoryCheck({ checkId }, callOf())
  await expect(watch(instance, checkId)).rejects.toMatchObject({ code: 'aborted', reason: 'CHECK_FAILED', message: expect.stringContaining('it has no files') })
})

test('a check that ends what works on it is given up, and what failed is known to be so', async () => {
  const checkId = await prepare(instance, { 'a.py': 'ONE = 1\n' })
  const tables = await rig.openTables()
  await tables.query('update repository_checks set starts = 3 where id = $1', [checkId])
  await instance.client.startRepositoryCheck({ checkId }, callOf())
  await expect(watch(instance, checkId)).rejects.toMatchObject({ code: 'aborted', reason: 'CHECK_FAILED', message: expect.stringContaining('3 instances ended while they worked on it') })
  expect((await instance.client.getCheck({ checkId }, callOf())).check).toMatchObject({ state: CheckState.CHECK_STATE_FAILED, reason: '3 instances ended while they worked on it', report: undefined })
})

test('a check that is not finished within a day fails and is deleted', async () => {
  const [late, fresh] = [await prepare(instance, { 'a.py': 'ONE = 1\n' }), await prepare(instance, { 'a.py': 'ONE = 1\n' })]
  const tables = await rig.openTables()
  await tables.query("update repository_checks set created_at = now() - interval '25 hours' where id = $1", [late])
  await createRepositoryCheckStore(() => tables).sweep()
  const held = await tables.query<{ check_id: string }>('select check_id from repository_check_files where check_id = any($1::uuid[])', [[late, fresh]])
  expect(held.map((row) => row.check_id)).toEqual([fresh])
  await expect(watch(instance, late)).rejects.toMatchObject({ reason: 'CHECK_FAILED', message: expect.stringContaining('it was not finished within a day') })
})

test('a cancelled check stops its work and says so', async () => {
  const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`src/f${index}.py`, `X = ${index}\neval(input(X))\n`]))
  const checkId = await prepare(instance, many)
  await instance.client.startRepositoryCheck({ checkId }, callOf())
  let cancelled = false
  const watching = watch(instance, checkId, (event) => {
    if (event?.$case !== 'file' || cancelled) return
    cancelled = true
    void instance.client.cancelRepositoryCheck({ checkId }, callOf())
  })
  await expect(watching).rejects.toMatchObject({ code: 'aborted', reason: 'CHECK_CANCELLED' })
  const tables = await rig.openTables()
  await waitUntil(async () => (await tables.query('select 1 from repository_check_files where check_id = $1', [checkId])).length === 0)
  // The queue goes on.
  expect((await checkRepository(instance, { 'a.py': 'ONE = 1\n' })).files).toHaveLength(1)
  await expect(instance.client.startRepositoryCheck({ checkId }, callOf())).rejects.toMatchObject({ code: 'failed_precondition' })
})

test('a check that is cancelled while files are sent says so, and how many there were', async () => {
  const checkId = await prepare(instance, { 'a.py': 'ONE = 1\n', 'b.py': 'TWO = 2\n' })
  await instance.client.cancelRepositoryCheck({ checkId }, callOf())
  const { check } = await instance.client.getCheck({ checkId }, callOf())
  expect(check).toMatchObject({ state: CheckState.CHECK_STATE_CANCELLED, files: 2, reason: 'before all files were sent' })
})

test('what was too large to be sent is named in the report of a repository, and counted', async () => {
  const { checkId } = await instance.client.createRepositoryCheck(CreateRepositoryCheckRequest.fromPartial({ repository: 'huge' }), callOf())
  const [file] = sourceFiles({ 'huge.ts': '' })
  await instance.client.addRepositoryFiles({ checkId, files: [...sourceFiles({ 'a.py': 'ONE = 1\n' }), { ...(file as SourceFile), sizeBytes: 10_485_760n }], coverageReports: [] }, callOf())
  await instance.client.startRepositoryCheck({ checkId }, callOf())
  const { files, report } = await watch(instance, checkId)
  expect(files.find(({ path }) => path === 'huge.ts')).toMatchObject({ status: FileStatus.FILE_STATUS_NOT_ANALYSED, reason: expect.stringContaining('10485760 bytes, more than can be sent') as string })
  expect(report.verdict).not.toBe(Verdict.VERDICT_PASS)
  expect((await instance.client.getCheck({ checkId }, callOf())).check).toMatchObject({ files: 2, notAnalysedFiles: 1 })
})

test('what was held is dropped with the report, and history knows the check', async () => {
  const checkId = await prepare(instance, { 'a.py': 'ONE = 1\n' }, { repository: 'history' })
  const tables = await rig.openTables()
  const record = async () => (await instance.client.getCheck({ checkId }, callOf())).check
  const listed = async () => (await instance.client.listChecks({ repository: 'history', pageSize: 0, pageToken: '', wholeRepositoryOnly: false }, callOf())).checks.map((check) => check.state)
  expect(await listed()).toEqual([])
  expect(await record()).toMatchObject({ state: CheckState.CHECK_STATE_COLLECTING, wholeRepository: true, progress: undefined, report: undefined })
  await instance.client.startRepositoryCheck({ checkId }, callOf())
  await watch(instance, checkId)
  expect(await listed()).toEqual([CheckState.CHECK_STATE_COMPLETED])
  expect(await record()).toMatchObject({ state: CheckState.CHECK_STATE_COMPLETED, files: 1, progress: { stage: 'coverage', done: 1, total: 1 }, report: { checkId } })
  expect(await tables.query('select 1 from repository_check_files where check_id = $1', [checkId])).toEqual([])
})

test('judges dependencies: declared, locked, used, and free of what an operator\'s source knows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'elder-osv-'))
  const advisory = (id: string, name: string, severity: string) => ({ id, modified: '2026-01-02T00:00:00Z', summary: 'Pads too much', database_specific: { severity }, affected: [{ package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.3.0' }] }] }] })
  writeFileSync(join(folder, 'A.json'), JSON.stringify(advisory('GHSA-a', 'left-pad', 'HIGH')))
  writeFileSync(join(folder, 'B.json'), JSON.stringify(advisory('GHSA-b', 'right-pad', 'LOW')))
  const knowing = await startReadyInstance(rig, { ELDER_QUALITY_CHECK_OSV_PATH: folder })
  await instance.service.stop()
  try {
    const dependencies = { 'left-pad': '^1.0.0', 'right-pad': '^1.0.0', idle: '1.0.0', 'used-by-script': '1.0.0' }
    const lock = { lockfileVersion: 3, packages: { '': { dependencies }, ...Object.fromEntries(Object.keys(dependencies).map((name) => [`node_modules/${name}`, { version: '1.0.0' }])) } }
    const files = {
      'package.json': JSON.stringify({ name: 'shop', scripts: { start: 'used-by-script --port 1' }, dependencies }, null, 1),
      'package-lock.json': JSON.stringify(lock, null, 1),
      'src/a.js': "import pad from 'left-pad'\nimport other from 'right-pad'\nimport missing from 'missing'\nexport default [pad, other, missing]\n",
    }
    const outcome = await checkRepository(knowing, files, { policyYaml: 'version: 1\nrules: { elder/undeclared-import: error }\n' })
    const about = outcome.findings.filter(({ rule }) => /dependency|undeclared|vulnerability|lock/.test(rule)).map(ruleAt)
    expect(about.sort()).toEqual(['package-lock.json:12 elder/vulnerable-dependency', 'package-lock.json:15 elder/tolerated-vulnerability', 'package.json:9 elder/unused-dependency', 'src/a.js:3 elder/undeclared-import'])
    const result = criterion(outcome, Criterion.CRITERION_DEPENDENCIES)
    expect(result).toMatchObject({ verdict: Verdict.VERDICT_FAIL, score: 40 })
    expect(result?.evidence.map(({ name, value }) => [name, value])).toEqual(expect.arrayContaining([['dependencies', 5], ['flawed_dependencies', 3], ['vulnerable_dependencies_looked_up', 5]]))
    const accepted = await checkRepository(knowing, files, { policyYaml: 'version: 1\ndependencies: { ignore: [missing, idle, left-pad] }\n' })
    expect(criterion(accepted, Criterion.CRITERION_DEPENDENCIES)).toMatchObject({ verdict: Verdict.VERDICT_PASS, score: 100 })
    writeFileSync(join(folder, 'C.json'), JSON.stringify(advisory('GHSA-c', 'used-by-script', 'CRITICAL')))
    const later = await checkRepository(knowing, files)
    expect(later.findings.filter(({ rule }) => rule === 'elder/vulnerable-dependency').map(ruleAt)).toContain('package-lock.json:21 elder/vulnerable-dependency')
  } finally {
    await knowing.service.stop()
    rmSync(folder, { recursive: true })
    instance = await startReadyInstance(rig)
  }
})

test('judges licences by the policy: denied ones fail, and what nothing tells is not called allowed', async () => {
  const dependencies = { 'left-pad': '^1.0.0', 'right-pad': '^1.0.0' }
  const files = (licences: Record<string, string | undefined>) => ({
    'package.json': JSON.stringify({ name: 'shop', dependencies }, null, 1),
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages: { '': { dependencies }, ...Object.fromEntries(Object.keys(dependencies).map((name) => [`node_modules/${name}`, { version: '1.0.0', license: licences[name] }])) } }, null, 1),
    'src/a.js': "import pad from 'left-pad'\nimport other from 'right-pad'\nexport default [pad, other]\n",
  })
  const policyYaml = 'version: 1\ndependencies: { vulnerabilities: off, licences: { deny: [AGPL-3.0-only] } }\n'
  const denied = await checkRepository(instance, files({ 'left-pad': 'AGPL-3.0-only', 'right-pad': 'MIT OR AGPL-3.0-only' }), { policyYaml })
  expect(denied.findings.filter(({ rule }) => rule === 'elder/denied-licence')).toMatchObject([{ file: 'package-lock.json', line: 10, message: 'left-pad 1.0.0 is licensed under AGPL-3.0-only, which elder.yaml denies' }])
  expect(criterion(denied, Criterion.CRITERION_DEPENDENCIES)?.verdict).toBe(Verdict.VERDICT_FAIL)
  const silent = await checkRepository(instance, files({ 'right-pad': 'MIT' }), { policyYaml })
  expect(criterion(silent, Criterion.CRITERION_DEPENDENCIES)).toMatchObject({ verdict: Verdict.VERDICT_NOT_EVALUATED, reason: expect.stringContaining('nothing says the licence of left-pad') })
  const told = await checkRepository(instance, { ...files({ 'right-pad': 'MIT' }), 'node_modules/left-pad/package.json': '{"name": "left-pad", "version": "1.0.0", "license": "ISC"}' }, { policyYaml })
  expect(criterion(told, Criterion.CRITERION_DEPENDENCIES)?.verdict).toBe(Verdict.VERDICT_PASS)
})

test('without a source of known vulnerabilities, or with one that cannot be used, nothing is called free of them', async () => {
  const files = { 'package.json': '{"name": "shop"}', 'a.js': 'export const a = 1\n' }
  expect(criterion(await checkRepository(instance, files), Criterion.CRITERION_DEPENDENCIES)).toMatchObject({ verdict: Verdict.VERDICT_NOT_EVALUATED, score: undefined, reason: expect.stringContaining('no source of known vulnerabilities is configured') })
  await instance.service.stop()
  const mistaken = await startReadyInstance(rig, { ELDER_QUALITY_CHECK_OSV_PATH: '/nonexistent/osv.zip' })
  expect(criterion(await checkRepository(mistaken, files), Criterion.CRITERION_DEPENDENCIES)).toMatchObject({ verdict: Verdict.VERDICT_NOT_EVALUATED, reason: expect.stringContaining('known vulnerabilities were not looked up: osv.zip cannot be read') })
  const switchedOff = await checkRepository(mistaken, files, { policyYaml: 'version: 1\ndependencies: { vulnerabilities: off }\n' })
  expect(criterion(switchedOff, Criterion.CRITERION_DEPENDENCIES)?.verdict).toBe(Verdict.VERDICT_PASS)
  await mistaken.service.stop()
  instance = await startReadyInstance(rig)
})

test('the repository\'s own settings have no effect on any look, the deep ones included', async () => {
  const marker = join(tmpdir(), `elder-hostile-${process.pid}`)
  const program = `require('fs').writeFileSync(${JSON.stringify(marker)}, '')\n`
  const files = {
    'src/a.js': long('cart'),
    'src/b.js': long('order'),
    'src/save.ts': 'export async function save(): Promise<void> {}\nsave()\n',
    '.jscpd.json': '{"threshold": 0, "ignore": ["**"], "minTokens": 100000}',
    '.gitignore': '*\n',
    '.oxlintrc.json': '{"rules": {}, "ignorePatterns": ["**"]}',
    'oxlint.config.ts': program,
    'tsconfig.json': '{"exclude": ["**"]}',
    'pyrightconfig.json': '{"exclude": ["**"]}',
    'conftest.py': `open(${JSON.stringify(marker)}, "w")\n`,
    'package.json': JSON.stringify({ name: 'shop', scripts: { preinstall: `touch ${marker}`, prepare: `touch ${marker}` }, jscpd: { ignore: ['**'] } }),
  }
  const { findings, progress } = await checkRepository(instance, files, { deep: true })
  expect(findings.map(ruleAt)).toEqual(expect.arrayContaining(['src/save.ts:2 oxlint/typescript/no-floating-promises', expect.stringMatching(/^src\/[ab]\.js:\d+ jscpd\/duplicated-block$/)]))
  expect(progress.map(({ stage }) => stage)).toContain('types')
  expect(existsSync(marker)).toBe(false)
})

test('a check of some files reads the coverage reports that come with it', async () => {
  const check = (report: string, path = 'coverage/lcov.info') =>
    collect(instance.client.check({ ...requestOf({ 'src/a.js': long('cart') }), coverageReports: [{ path, content: Buffer.from(report), modifiedAt: undefined }] }, callOf()))
  const lcov = 'SF:src/a.js\nDA:1,1\nDA:2,0\nend_of_record\n'
  const coverageOf = async (report: string) => (await check(report)).report.criteria.find((each) => each.criterion === Criterion.CRITERION_COVERAGE)
  expect(await coverageOf(lcov)).toMatchObject({ verdict: Verdict.VERDICT_FAIL, score: 50, reason: expect.stringContaining('src/a.js:2') })
  expect(await coverageOf(`${lcov}${'SF:other.js\nDA:1,1\nend_of_record\n'.repeat(6_000)}`)).toMatchObject({ score: 50 })
  expect(await coverageOf('hello')).toMatchObject({ verdict: Verdict.VERDICT_NOT_EVALUATED, score: undefined, reason: expect.stringContaining('is in no format that is known') })
})
