import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { elder } from './elder.ts'
import { finding, startRepository, type Rig } from './repository-rig.ts'

let rig: Rig
let rules: object[]
beforeEach(async () => {
  rules = []
  rig = await startRepository(({ url }) => (url === '/v1/rules' ? { body: { items: rules, nextCursor: null } } : undefined))
  rig.verdict = 'fail'
})
afterEach(() => rig.dispose())

const injection = {
  ...finding,
  line: 9,
  endLine: 9,
  rule: 'elder/sql-injection',
  engine: 'elder',
  message: 'user input from req.query.id reaches db.query',
  fix: 'Bind it as a parameter.',
  cwe: 'CWE-89',
  securitySeverity: 8.8,
  fingerprint: 'f1',
  confidence: 'high',
  blocks: true,
  flow: [
    { line: 3, column: 5, endLine: 3, endColumn: 9, message: 'request data from req.query.id' },
    { line: 9, column: 7, endLine: 9, endColumn: 11, message: 'reaches db.query' },
  ],
}

test('text tells the way from source to sink, how to mend it, and what does not count', async () => {
  rig.findings = [injection]
  rig.write('a.ts', 'x\n')
  const { stdout } = await rig.check('--show-suppressed', 'a.ts')
  expect(stdout.split('\n').slice(0, 4)).toEqual(['a.ts:9:7: error user input from req.query.id reaches db.query elder/sql-injection', '    line 3: request data from req.query.id', '    line 9: reaches db.query', '    Bind it as a parameter.'])
  expect(stdout).toContain('fail: 1 of 1 files checked, 1 findings, 2 older ones do not count, 1 suppressed')
  expect(stdout).toContain('a.ts: 1 suppressed by comments\na.ts: 2 older, not counted\n')
})

test('aider tells in one line where it is, where it comes from and how to mend it', async () => {
  rig.findings = [injection]
  rig.write('src/a.ts', 'x\n')
  expect((await rig.check('--format', 'aider', 'src/a.ts')).stdout).toBe('src/a.ts:9:7: elder/sql-injection user input from req.query.id reaches db.query (from src/a.ts:3, request data from req.query.id); fix: Bind it as a parameter.\n')
})

test('json lists findings by place, whatever the order in which they came', async () => {
  rig.findings = [injection, finding]
  rig.write('b.ts', 'x\n')
  rig.write('a.ts', 'x\n')
  const { stdout } = await rig.check('--json', 'b.ts', 'a.ts')
  expect((JSON.parse(stdout) as { findings: { file: string; line: number }[] }).findings.map(({ file, line }) => `${file}:${line}`)).toEqual(['a.ts:3', 'a.ts:9', 'b.ts:3', 'b.ts:9'])
})

test('github writes annotations whose text cannot end them', async () => {
  rig.findings = [{ ...finding, message: '100% of\nit: ::error::x', rule: 'a/b,c:d' }, { ...finding, line: 4, endLine: 6, severity: 'note', fix: 'Mend it.' }]
  rig.write('src/a,b.py', 'x\n')
  const { stdout } = await elder(['check', '--format', 'github', 'a,b.py'], { cwd: `${rig.root}/src`, env: rig.door.env })
  expect(stdout.split('\n')).toEqual([
    '::error file=src/a%2Cb.py,line=3,col=7,endColumn=11,endLine=3,title=a/b%2Cc%3Ad::100%25 of%0Ait: ::error::x',
    '::notice file=src/a%2Cb.py,line=4,col=7,endLine=6,title=ruff/S307::use of%0A eval%0AMend it.',
    '::error title=Iron Will::the gate failed: security 30 of 90',
    '',
  ])
})

test('junit is well-formed XML with a suite for each file', async () => {
  rig.findings = [{ ...finding, message: '<b>&"quoted"\u0007 \uD800</b>' }, { ...finding, severity: 'note', line: 8 }]
  rig.write('a&b.py', 'x\n')
  rig.write('pic.py', Buffer.from([0]))
  const { stdout } = await rig.check('--format', 'junit', 'a&b.py', 'pic.py')
  // A parser of its own judges, not the eye.
  const python = 'import sys,json,xml.etree.ElementTree as E\nr=E.fromstring(sys.stdin.read())\nprint(json.dumps([r.tag,r.attrib,[[s.attrib,[[c.attrib,[[x.tag,x.attrib,x.text] for x in c]] for c in s]] for s in r]]))'
  const [tag, totals, suites] = JSON.parse(execFileSync('python3', ['-c', python], { input: stdout, encoding: 'utf8' })) as [string, object, unknown[]]
  expect({ tag, totals }).toEqual({ tag: 'testsuites', totals: { name: 'elder check', tests: '3', failures: '1', errors: '0', skipped: '1' } })
  const message = '<b>&"quoted"\uFFFD \uFFFD</b>'
  expect(suites).toEqual([
    [{ name: 'pic.py', tests: '1', failures: '0', errors: '0', skipped: '1' }, [[{ classname: 'pic.py', name: 'analysed' }, [['skipped', { message: 'is binary' }, null]]]]],
    [
      { name: 'a&b.py', tests: '2', failures: '1', errors: '0', skipped: '0' },
      [
        [{ classname: 'a&b.py', name: 'ruff/S307 at 3:7' }, [['failure', { type: 'error', message }, `a&b.py:3:7: ${message}`]]],
        [{ classname: 'a&b.py', name: 'ruff/S307 at 8:7' }, [['system-out', {}, 'a&b.py:8:7: use of\n eval']]],
      ],
    ],
  ])
})
