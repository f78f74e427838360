import { beforeAll, expect, test } from 'vitest'
import { Criterion, FileStatus, Severity, Verdict } from '@elder/contracts/quality'
import { fillTemplate } from './drawn-text.ts'
import { criterion, places, startRig, type Instance } from './rig.ts'

let instance: Instance

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  return rig.close
})

const typescript = `import fs from 'node:fs'

// @ts-ignore
export function run(code: string) {
  const sign = '日本𝒳'; eval(code)
  try {
    work(sign)
  } catch (error) {}
  return fetch(code).catch(() => {})
}
`

const python = `import os

def run(code, seen=[]):
    sign = "日本𝒳"; eval(code)
    try:
        os.system(code); seen.save()
    except:
        pass
    return sign  # type: ignore
`

test('simultaneous events come in one message for clients that ask for it, with the same content', async () => {
  const files = { 'src/run.ts': `${typescript}\n`, 'src/run.py': `${python}\n`, 'src/empty.ts': '' }
  const single = await instance.check(files)
  const batched = await instance.check(files, { batched: true })
  expect(places(batched.findings)).toEqual(places(single.findings))
  expect(batched.files).toHaveLength(3)
  expect(batched.report.criteria).toEqual(single.report.criteria)
  expect(new Set(batched.order)).toEqual(new Set(['batch']))
  expect(batched.order.length).toBeLessThan(single.order.length)
})

test('a suppressed finding is reported with the reason of the comment', async () => {
  const text = 'export function stop() {\n  // elder-ignore oxlint/no-debugger -- the console of the kiosk has no other way\n  debugger\n}\n'
  const { findings, files } = await instance.check({ 'src/stop.ts': text })
  expect(findings).toEqual([])
  expect(files[0]).toMatchObject({ suppressedFindings: 1, suppressed: [{ finding: { rule: 'oxlint/no-debugger', line: 3 }, justification: 'the console of the kiosk has no other way' }] })
})

test('a TypeScript file with known faults gives exactly these findings', async () => {
  const outcome = await instance.check({ 'src/run.ts': typescript })
  expect(places(outcome.findings)).toEqual([
    '1:8-1:10 oxlint/no-unused-vars',
    '3:3-3:14 oxlint/typescript/ban-ts-comment',
    '5:24-5:28 oxlint/no-eval',
    '8:19-8:21 oxlint/empty-catch',
    '9:34-9:36 oxlint/empty-promise-catch',
  ])
  expect(outcome.findings.find(({ rule }) => rule === 'oxlint/no-eval')).toMatchObject({
    file: 'src/run.ts',
    engine: 'oxlint',
    category: Criterion.CRITERION_SECURITY,
    severity: Severity.SEVERITY_WARNING,
    cwe: 'CWE-95',
    securitySeverity: 3.9,
    message: 'eval can be harmful.',
    fix: expect.stringMatching(/^Parse the value/),
  })
  expect(outcome.files).toMatchObject([{ path: 'src/run.ts', cached: false, status: FileStatus.FILE_STATUS_CHECKED, reason: '' }])
})

test('a Python file with known faults gives exactly these findings', async () => {
  const { findings } = await instance.check({ 'src/run.py': python })
  expect(places(findings)).toEqual([
    '3:20-3:22 ruff/B006',
    '4:20-4:30 ruff/S307',
    '6:9-6:18 ruff/S605',
    '7:5-7:11 elder/swallowed-exception',
    '9:18-9:32 ruff/PGH003',
  ])
  expect(findings.find(({ rule }) => rule === 'ruff/B006')).toMatchObject({ category: Criterion.CRITERION_MAINTAINABILITY, fix: expect.stringMatching(/^Use None as the default/) })
})

test('the gate names what failed it, and says of two criteria that one file cannot tell them', async () => {
  const outcome = await instance.check({ 'src/run.py': python, 'src/run.ts': typescript })
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_FAIL)
  expect(criterion(outcome, Criterion.CRITERION_SECURITY)).toMatchObject({ verdict: Verdict.VERDICT_FAIL, threshold: 90, score: expect.closeTo(40, 0), reason: 'the worst finding: src/run.py:4 ruff/S307: Use of possibly insecure function; consider using `ast.literal_eval`' })
  expect(criterion(outcome, Criterion.CRITERION_ROOT_CAUSE)).toMatchObject({ verdict: Verdict.VERDICT_FAIL, reason: '2 blockers, the first: src/run.py:7 elder/swallowed-exception: whatever goes wrong here, bugs included, ends as nothing at all' })
  for (const each of [Criterion.CRITERION_DEPENDENCIES, Criterion.CRITERION_COVERAGE]) expect(criterion(outcome, each)).toMatchObject({ verdict: Verdict.VERDICT_NOT_EVALUATED, score: undefined })
  expect(criterion(outcome, Criterion.CRITERION_PERFORMANCE)).toMatchObject({ verdict: Verdict.VERDICT_PASS, score: expect.any(Number) })
  expect(criterion(outcome, Criterion.CRITERION_MAINTAINABILITY)).toMatchObject({ verdict: Verdict.VERDICT_FAIL, reason: expect.stringContaining('src/run.py:3 ruff/B006') })
})

test('clean files pass, and the report comes last', async () => {
  const outcome = await instance.check({ 'a.ts': 'export const one = 1\n', 'b.py': 'ONE = 1\n', 'c/empty.py': '' })
  expect(outcome.findings).toEqual([])
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_PASS)
  expect(outcome.order).toEqual(['file', 'file', 'file', 'report'])
  expect(criterion(outcome, Criterion.CRITERION_SECURITY)).toMatchObject({ score: 100, verdict: Verdict.VERDICT_PASS, reason: '' })
})

test('a secret is found in any text, fails the gate, and is never repeated', async () => {
  const token = fillTemplate('sk_live_{x32}')
  const outcome = await instance.check({ 'deploy/values.conf': `name = shop\ntoken = "${token}"\n`, 'ok.py': 'ONE = 1\n' })
  expect(places(outcome.findings)).toEqual(['2:10-2:50 elder/provider-token'])
  expect(outcome.findings[0]).toMatchObject({ category: Criterion.CRITERION_SECURITY, cwe: 'CWE-798', message: 'Stripe secret key in the source' })
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_FAIL)
  expect(JSON.stringify(outcome)).not.toContain(token.slice(8))
})

test('a secret cannot be hidden by a comment', async () => {
  const token = ['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_')
  const { findings } = await instance.check({ 'a.conf': `# secretlint-disable\ntoken = ${token} # secretlint-disable-line\n` })
  expect(places(findings)).toEqual(['2:9-2:49 secretlint/github'])
})

test('disabled and exclusive tests are blockers', async () => {
  const { findings } = await instance.check({ 'shop.test.ts': "import { expect, it } from 'vitest'\nit.skip('a', () => {\n  expect(sum(1)).toBe(1)\n})\nit.only('b', () => {\n  expect(sum(1)).toBe(1)\n})\n" })
  expect(places(findings)).toEqual(['2:1-2:8 elder/disabled-test', '5:1-5:8 elder/focused-test'])
})

test("the repository's own way of switching rules off needs a reason", async () => {
  const { findings } = await instance.check({
    'a.js': '// eslint-disable-next-line no-eval\neval(1)\n// eslint-disable-next-line no-eval -- input is a literal of ours\neval(2)\n',
    'd.py': 'import os  # noqa: F401\nX: int = ""  # type: ignore  # the field is set by the framework\n',
    'b.py': 'eval("1")  # noqa: S307\neval("2")  # noqa: S307 a literal of ours, nothing from outside\n',
    'c.js': '/* eslint-disable */\neval(1)\n',
  })
  expect(findings.filter(({ rule }) => rule !== 'ruff/explained-suppression').map(({ file, line, rule }) => `${file}:${line} ${rule}`).sort()).toEqual(['a.js:1 elder/unexplained-suppression', 'b.py:1 elder/unexplained-suppression', 'c.js:1 oxlint/unicorn/no-abusive-eslint-disable'])
})

test('a comment that names a rule in a folder of a plug-in does not switch off every rule', async () => {
  const { findings } = await instance.check({ 'a.js': '/* eslint-disable acme/names/match-regex */\nexport const one = 1\n' })
  expect(findings).toEqual([])
})

test('an exception that is passed over fails the gate where something was to be changed, and no comment says why', async () => {
  const of = async (work: string, why = '') => (await instance.check({ 'a.py': `from net import json, orders\n\n\ndef read(text):\n    try:\n        ${work}(text)\n    except Exception:${why}\n        pass\n    return json, orders\n` })).findings.map(({ rule, blocks }) => `${rule} ${blocks}`)
  expect(await of('orders.save')).toEqual(['elder/swallowed-exception true'])
  expect(await of('orders.save', '  # noqa: S110')).toEqual(['elder/swallowed-exception true'])
  expect(await of('orders.save', '\n        # The next run saves them all again.')).toEqual(['ruff/S110 false'])
  expect(await of('json.loads')).toEqual(['ruff/S110 false'])
})

test('what Python\'s engine takes for a mistake and is none', async () => {
  const { findings } = await instance.check({
    'a.py': 'import logging\n\nlog = logging.getLogger(__name__)\nlog.info("ready on {}:{}", 1, 2)\nlog.info("ready on %s", 1, 2)\n',
    'b.py': 'names = {"f": 1}\nf = 1\n__all__ = sorted(names)\n',
    'c_test.py': 'def test_sum():\n    assert (sum([1, 2]) == 3, "wrong")\n',
  })
  expect(findings.filter(({ blocks }) => blocks).map(({ file, line, rule }) => `${file}:${line} ${rule}`).sort()).toEqual(['a.py:5 ruff/PLE1205', 'c_test.py:2 ruff/F631'])
})

test.each([
  ['SQL of a request in Java', 'A.java', 'class A { void f(HttpServletRequest request) { st.executeQuery("SELECT * FROM a WHERE b = " + request.getParameter("b")); } }\n', 'class A { void f(HttpServletRequest request) { st.executeQuery("SELECT * FROM " + table); } }\n'],
  ['a change whose failure is thrown away', 'a.ts', 'export const pay = async (id: string) => {\n  await orders.save(id).catch(() => {})\n}\n', 'export const end = async (id: string) => {\n  await orders.close(id).catch(() => {})\n}\n'],
  ['a stub under a comment that says so', 'a.ts', 'export function find(word: string): string[] {\n  // Not implemented yet\n  return []\n}\n', 'export function find(word: string): string[] {\n  // No words here have parts.\n  return []\n}\n'],
  ['a password kept as a broken hash', 'a.py', 'import hashlib\n\ndef hash_password(password):\n    return hashlib.md5(password.encode()).hexdigest()\n', 'import hashlib\n\ndef tag_of(password, user):\n    return hashlib.md5((user + password).encode()).hexdigest()\n'],
  ['markup of what a link holds', 'a.js', 'const term = new URLSearchParams(location.search).get("q")\ntitle.innerHTML = "<b>" + term\n', 'const term = new URLSearchParams(location.search).get("q")\ntitle.textContent = "<b>" + term\n'],
  ['markup of the query that a page was asked with', 'page.tsx', 'export default async function Page({ searchParams }) {\n  const { bio } = await searchParams\n  return <p dangerouslySetInnerHTML={{ __html: bio }} />\n}\n', 'export default async function Page({ bio }) {\n  return <p dangerouslySetInnerHTML={{ __html: bio }} />\n}\n'],
  ['a certificate that an agent of a named host does not check', 'a.js', "import axios from 'axios'\nimport https from 'node:https'\naxios.create({ baseURL: 'https://pay.corp.net', httpsAgent: new https.Agent({ rejectUnauthorized: false }) })\n", "import axios from 'axios'\nimport https from 'node:https'\naxios.create({ baseURL: process.env.PAY, httpsAgent: new https.Agent({ rejectUnauthorized: process.env.PAY_INSECURE !== '1' }) })\n"],
  ['a token of a request that nobody verifies', 'a.py', 'import jwt\nfrom flask import request\n\ndef user():\n    return jwt.decode(request.headers["Authorization"], options={"verify_signature": False})["sub"]\n', 'import jwt\n\ndef user(token):\n    return jwt.decode(token, options={"verify_signature": False})["sub"]\n'],
  ['a redirect to a field of a query', 'a.js', "import express from 'express'\nexpress().get('/a', (req, res) => { res.redirect(req.query.next || '/') })\n", "import express from 'express'\nimport { format, parse } from 'node:url'\nexpress().get('/a', (req, res) => { res.redirect(format({ pathname: parse(req.originalUrl).pathname, query: { ...req.query } })) })\n"],
  ['a redirect to what was sent, and not behind what may be an address', 'a.js', "import express from 'express'\nexpress().get('/a', (req, res) => { res.redirect(req.query.next) })\n", "import express from 'express'\nexpress().get('/a', (req, res) => { res.redirect(`${req.query.lang}/start`) })\n"],
  ['code of a request', 'a.js', "import express from 'express'\nexpress().post('/a', (req, res) => { res.json(eval(req.body.sum)) })\n", "import express from 'express'\nimport { evaluate } from 'mathjs'\nexpress().post('/a', (req, res) => { res.json(evaluate(req.body.sum)) })\n"],
  ['a password that a machine mixed', 'a.py', 'PASSWORD = "h7Vq2!mXz9Lp"\n', 'PASSWORD = "MyP@ssw0rd"\n'],
])('%s fails an edit, and not what only looks like it', async (_, file, flawed, sound) => {
  const blocks = async (text: string) => (await instance.check({ [file]: text })).findings.some((finding) => finding.blocks)
  expect([await blocks(flawed), await blocks(sound)]).toEqual([true, false])
})
