import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freePort } from '@elder/backing'
import { Role } from '@elder/contracts/auth'
import { CheckRequest, QualityCheckServiceDefinition, type Finding } from '@elder/contracts/quality'
import { connectRpc, personCall, type RpcClient } from '@elder/rpc'
import { testTelemetry, waitUntil } from '@elder/testkit'
import { bringUp, runProgram, type Ended, type Platform } from '../platform.ts'

let platform: Platform
let quality: RpcClient<typeof QualityCheckServiceDefinition>
let repository: string

beforeAll(async () => {
  const port = String(await freePort())
  platform = await bringUp([], { ELDER_QUALITY_CHECK_RPC_PORT: port, ELDER_EDGE_PROXY_QUALITY_CHECK_ADDRESS: `127.0.0.1:${port}` })
  const principalSecret = readFileSync(join(platform.checkout, '.elder/secrets/principal-secret'), 'utf8').trim()
  quality = connectRpc(QualityCheckServiceDefinition, `127.0.0.1:${port}`, { telemetry: await testTelemetry('edge-proxy'), principalSecret })
})

afterAll(async () => {
  quality?.close()
  await platform?.dispose()
})

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'elder-gate-'))
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 't')
  git('config', 'user.email', 't@example.com')
  return () => rmSync(repository, { recursive: true })
})

const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, encoding: 'utf8' })
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(repository, path)), { recursive: true })
  writeFileSync(join(repository, path), text)
}
const commit = (message: string) => git('commit', '-qam', message)
const elder = (...words: string[]): Promise<Ended> => platform.elder(words, { cwd: repository })
const call = () => personCall({ subject: 'dev', name: 'dev', role: Role.ROLE_DEVELOPER, keyId: '' }, randomUUID(), 30_000)

const faults: Readonly<Record<string, string>> = {
  'src/run.py': 'import os\nimport subprocess\n\ndef run(code):\n    try:\n        return eval(code)\n    except:\n        pass\n',
  'src/page.ts': "import express from 'express'\n\nconst app = express()\napp.get('/', (req, res) => {\n  const code = String(req.query.code)\n  try {\n    res.send(eval(code))\n  } catch (error) {}\n})\n",
  'src/fine.ts': 'export const answer = 42\n',
}

interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly rule: string
  readonly message: string
  readonly fingerprint?: string
}
const placesOf = (findings: readonly Place[]) => findings.map(({ file, line, column, endLine, endColumn, rule, message, fingerprint = '' }) => `${file}:${line}:${column}-${endLine}:${endColumn} ${rule} ${message} ${fingerprint}`).sort()

test('the same check says the same through every door', async () => {
  for (const [path, text] of Object.entries(faults)) write(path, text)
  const files = Object.entries(faults).map(([path, text]) => ({ path, content: Buffer.from(text) }))
  const request = CheckRequest.fromPartial({ repository: 'doors', files })

  const streamed: Finding[] = []
  for await (const { event } of quality.check(request, call())) if (event?.$case === 'finding') streamed.push(event.value)
  const expected = placesOf(streamed)
  expect(expected.length).toBeGreaterThan(4)

  const { findings: atOnce } = await quality.checkAtOnce({ check: request }, call())
  expect(placesOf(atOnce)).toEqual(expected)

  const body = JSON.stringify({ repository: 'doors', files: Object.entries(faults).map(([path, content]) => ({ path, content })) })
  const rest = (await (await platform.fetch('/v1/checks', { method: 'POST', body })).json()) as { findings: Place[] }
  expect(placesOf(rest.findings)).toEqual(expected)

  const json = await elder('check', '--whole', '--json', ...Object.keys(faults))
  expect(placesOf((JSON.parse(json.stdout) as { findings: Place[] }).findings)).toEqual(expected)

  const text = await elder('check', '--whole', ...Object.keys(faults))
  expect(text.code).toBe(1)
  for (const { file, line, column, rule } of rest.findings) expect(text.stdout).toMatch(new RegExp(`^${file.replaceAll('.', String.raw`\.`)}:${line}:${column}: .*${rule}`, 'm'))

  const all = await elder('check', '--all', '--json')
  expect(placesOf((JSON.parse(all.stdout) as { findings: Place[] }).findings)).toEqual(expect.arrayContaining(expected))
})

const clean = 'def first(xs):\n    return xs[0]\n'
const withEval = `${clean}\n\ndef run(code):\n    return eval(code)\n`

test('old debt does not fail an edit, and --staged judges the index', async () => {
  write('old.py', withEval)
  git('add', '.')
  git('commit', '-qm', 'first')
  write('old.py', withEval.replace('xs[0]', 'xs[1]'))
  const edited = await elder('check', '--json', 'old.py')
  expect({ code: edited.code, ...(JSON.parse(edited.stdout) as object) }).toMatchObject({ code: 0, mode: 'new_code', findings: [], files: [{ path: 'old.py', existingFindings: expect.any(Number) as number }] })
  expect(await elder('check', '--whole', 'old.py')).toMatchObject({ code: 1 })

  write('new.py', withEval)
  git('add', 'new.py')
  write('new.py', clean)
  expect(await elder('check', '--staged', '--format', 'aider')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^new\.py:6:\d+: .*eval/m) as string })
  expect(await elder('check', 'new.py')).toMatchObject({ code: 0 })
})

test('after a commit, Aider gets findings about the committed lines', async () => {
  write('a.py', withEval)
  git('add', '.')
  git('commit', '-qm', 'first')
  write('a.py', `${withEval}\n\ndef second(xs):\n    return xs[1]\n`)
  commit('harmless')
  expect(await elder('check', '--format', 'aider', 'a.py')).toMatchObject({ code: 0, stdout: '' })
  write('a.py', `${withEval}\n\ndef second(xs):\n    return eval(xs)\n`)
  commit('harmful')
  const { code, stdout } = await elder('check', '--format', 'aider', 'a.py')
  expect(code).toBe(1)
  expect(stdout).toMatch(/^a\.py:10:\d+: .*eval/m)
  expect(stdout).not.toMatch(/^a\.py:6:/m)
})

test('the hook refuses a commit that the gate fails', async () => {
  expect(await elder('hooks', 'install')).toMatchObject({ code: 0 })
  write('a.py', withEval)
  git('add', 'a.py')
  const bad = await runProgram('git', ['commit', '-m', 'bad'], { cwd: repository })
  expect(bad.code).toBe(1)
  expect(bad.stdout + bad.stderr).toContain('a.py:6:')
  write('a.py', clean)
  git('add', 'a.py')
  expect(await runProgram('git', ['commit', '-m', 'good'], { cwd: repository })).toMatchObject({ code: 0 })
  expect(await elder('hooks', 'uninstall')).toMatchObject({ code: 0 })
  expect(existsSync(join(repository, '.git/hooks/pre-commit'))).toBe(false)
})

test('--fix fixes what is safe and leaves the rest', async () => {
  write('a.py', `import os\n\n\n${withEval}`)
  const { stdout } = await elder('check', '--fix', 'a.py')
  expect(stdout).toContain('-import os')
  expect(readFileSync(join(repository, 'a.py'), 'utf8')).toBe(`\n\n${withEval}`)
})

test('SARIF describes the rules, and every rule can be explained', async () => {
  write('src/page.ts', faults['src/page.ts'] ?? '')
  const { runs } = JSON.parse((await elder('check', '--format', 'sarif', 'src/page.ts')).stdout) as { runs: [{ tool: { driver: { rules: { id: string; shortDescription?: object }[] } }; results: { ruleId: string; partialFingerprints?: object }[] }] }
  const { rules } = runs[0].tool.driver
  expect(rules.length).toBeGreaterThan(1)
  expect(rules.filter(({ shortDescription }) => shortDescription === undefined)).toEqual([])
  expect(runs[0].results.filter(({ partialFingerprints }) => partialFingerprints === undefined)).toEqual([])
  expect(await elder('rules', rules[0]?.id ?? '')).toMatchObject({ code: 0, stdout: expect.stringContaining(rules[0]?.id ?? '') as string })
})

test('a whole repository is checked in the background, and its history, findings, report and baseline follow', async () => {
  for (const [path, text] of Object.entries(faults)) write(path, text)
  git('remote', 'add', 'origin', 'https://example.com/team/background.git')
  expect(await elder('check', '--all')).toMatchObject({ code: 1, stdout: expect.stringContaining('src/run.py:6:') as string })
  const checks = await waitUntil(async () => {
    const { items } = JSON.parse((await elder('checks', '--whole', '--json')).stdout) as { items: { checkId: string; state: string; wholeRepository: boolean }[] }
    return items[0]?.state === 'completed' ? items : undefined
  })
  expect(checks).toMatchObject([{ wholeRepository: true }])
  expect(await elder('checks', checks[0]?.checkId ?? '')).toMatchObject({ code: 0, stdout: expect.stringContaining('the whole repository') as string })
  const open = JSON.parse((await elder('findings', '--json')).stdout) as { items: { file: string; state: string }[] }
  expect(open.items).toEqual(expect.arrayContaining([expect.objectContaining({ file: 'src/run.py', state: 'new' })]))
  expect(await elder('report')).toMatchObject({ code: 0, stdout: expect.stringContaining('# Quality of example.com/team/background') as string })
  expect(await elder('report', '--output', 'page.html')).toMatchObject({ code: 0 })
  expect(readFileSync(join(repository, 'page.html'), 'utf8')).toMatch(/^<!doctype html>[^]*src\/run\.py:6/)

  expect(await elder('baseline', 'set')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ open findings of example\.com\/team\/background are accepted\n$/) as string })
  const accepted = JSON.parse((await elder('check', '--baseline', '--json', 'src/run.py', 'src/page.ts')).stdout) as { mode: string; findings: object[] }
  expect(accepted).toMatchObject({ mode: 'baseline', findings: [] })
})

test('an import that an edit invents is found by every check that knows the repository, and by the hook', async () => {
  write('package.json', '{"name":"shop","dependencies":{"express":"^5.0.0"}}\n')
  write('src/page.ts', "import express from 'express'\n\nexport const app = express()\n")
  git('add', '-A')
  commit('page')
  git('switch', '-qc', 'work')
  write('src/page.ts', "import express from 'express'\nimport left from 'left-padd'\n\nexport const app = express().set('pad', left)\n")
  const invented = async (...args: string[]) => {
    const { code, stdout } = await elder('check', '--format', 'json', ...args)
    const { findings } = JSON.parse(stdout) as { findings: Place[] }
    return { code, found: findings.filter(({ rule }) => rule === 'elder/undeclared-import').map(({ file, line, message }) => `${file}:${line} ${message}`) }
  }
  const found = { code: 1, found: ['src/page.ts:2 left-padd is imported, but package.json does not declare it'] }
  for (const args of [[], ['src/page.ts'], ['src'], ['--changed'], ['--base', 'main']]) expect(await invented(...args)).toEqual(found)
  git('add', '-A')
  expect(await invented('--staged')).toEqual(found)
  await elder('hooks', 'install')
  expect(await runProgram('git', ['commit', '-qm', 'pad'], { cwd: repository })).toMatchObject({ code: 1, stderr: expect.stringContaining('left-padd is imported') as string })

  // Declared, it passes.
  write('package.json', '{"name":"shop","dependencies":{"express":"^5.0.0","left-padd":"^1.0.0"}}\n')
  expect(await invented('src/page.ts')).toEqual({ code: 0, found: [] })
  expect(await invented('--staged')).toEqual(found)
  git('add', '-A')
  expect(await invented('--staged')).toEqual({ code: 0, found: [] })
})

test('a test that an edit deletes fails it while its subject remains, also in a commit that does nothing else', async () => {
  write('src/pay.ts', 'export const pay = (due: number): number => due\n')
  write('test/pay.test.ts', "import { expect, test } from 'vitest'\nimport { pay } from '../src/pay.ts'\n\ntest('pays', () => {\n  expect(pay(3)).toBe(3)\n})\n")
  git('add', '-A')
  commit('pay')
  rmSync(join(repository, 'test'), { recursive: true })
  const { code, stdout } = await elder('check', '--format', 'json')
  expect({ code, findings: (JSON.parse(stdout) as { findings: Place[] }).findings }).toMatchObject({ code: 1, findings: [{ file: 'test/pay.test.ts', line: 1, rule: 'elder/weakened-test' }] })
  expect(await elder('check', '--format', 'aider')).toMatchObject({ code: 1, stdout: expect.stringContaining('test/pay.test.ts:1:1: elder/weakened-test') as string })
  git('add', '-A')
  await elder('hooks', 'install')
  expect(await runProgram('git', ['commit', '-qm', 'x'], { cwd: repository })).toMatchObject({ code: 1, stderr: expect.stringContaining('src/pay.ts, which it tested, remains') as string })
  // With its subject it may go.
  rmSync(join(repository, 'src/pay.ts'))
  git('add', '-A')
  expect(await runProgram('git', ['commit', '-qm', 'x'], { cwd: repository })).toMatchObject({ code: 0 })
})

test('this repository passes its own gate', { timeout: 300_000 }, async () => {
  // What somebody tries the gate on in the checkout is none of the repository's.
  const untracked = execFileSync('git', ['ls-files', '-z', '--others', '--exclude-standard'], { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8' })
  for (const file of untracked.split('\0').filter(Boolean)) rmSync(join(platform.checkout, file), { force: true })
  const { code, stdout, stderr } = await platform.elder(['check', '--all', '--format', 'json', '--timeout', '280'])
  const { criteria, findings, files } = JSON.parse(stdout) as { criteria: { name: string; verdict: string; reason?: string }[]; findings: { file: string; line: number; rule: string; blocks?: boolean }[]; files: unknown[] }
  expect(findings.filter(({ blocks }) => blocks).map(({ file, line, rule }) => `${file}:${line} ${rule}`)).toEqual([])
  expect(criteria.filter(({ verdict }) => verdict === 'fail')).toEqual([])
  expect(files.length).toBeGreaterThan(500)
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
})
