import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { SaxesParser } from 'saxes'
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

test('text shows the path from source to sink, the fix, and what does not count', async () => {
  rig.findings = [injection]
  rig.write('a.ts', 'x\n')
  const { stdout } = await rig.check('--show-suppressed', 'a.ts')
  expect(stdout.split('\n').slice(0, 4)).toEqual(['a.ts:9:7: error user input from req.query.id reaches db.query elder/sql-injection', '    line 3: request data from req.query.id', '    line 9: reaches db.query', '    Bind it as a parameter.'])
  expect(stdout).toContain('fail: 1 of 1 file checked, 1 finding, 2 older findings not counted, 1 suppressed')
  expect(stdout).toContain('a.ts: 1 suppressed by comments\na.ts: 2 older, not counted\n')
})

test('suppressed findings are reported with the reasons of their comments, and are marked as suppressed in SARIF', async () => {
  rig.findings = [injection]
  rig.suppressed = [{ ...finding, justification: 'the console of the kiosk has no other way' }]
  rig.write('a.ts', 'x\n')
  expect((await rig.check('--show-suppressed', 'a.ts')).stdout).toContain('a.ts: 1 suppressed by comments\n    3:7: error use of eval ruff/S307: the console of the kiosk has no other way\n')
  const { stdout } = await rig.check('--format', 'sarif', 'a.ts')
  const [run] = (JSON.parse(stdout) as { runs: { results: { ruleId: string; suppressions?: object[] }[] }[] }).runs
  expect(run?.results.map(({ ruleId, suppressions }) => [ruleId, suppressions])).toEqual([
    ['elder/sql-injection', undefined],
    ['ruff/S307', [{ kind: 'inSource', status: 'accepted', justification: 'the console of the kiosk has no other way' }]],
  ])
})

test('aider shows place, source and fix in one line', async () => {
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
  // Ten of a kind are shown: the gate itself is the first.
  expect(stdout.split('\n')).toEqual([
    '::error title=Iron Will::the gate failed: security 30 of 90',
    '::error file=src/a%2Cb.py,line=3,col=7,endColumn=11,endLine=3,title=a/b%2Cc%3Ad::100%25 of%0Ait: ::error::x',
    '::notice file=src/a%2Cb.py,line=4,col=7,endLine=6,title=ruff/S307::use of%0A eval%0AMend it.',
    '',
  ])
})

test('junit is well-formed XML with a suite for each file', async () => {
  rig.findings = [{ ...finding, message: '<b>&"quoted"\u0007 \uD800</b>' }, { ...finding, severity: 'note', line: 8 }]
  rig.write('a&b.py', 'x\n')
  rig.write('pic.png', Buffer.from([0]))
  const { stdout } = await rig.check('--format', 'junit', 'a&b.py', 'pic.png')
  const [tag, totals, suites] = parseXml(stdout)
  expect({ tag, totals }).toEqual({ tag: 'testsuites', totals: { name: 'elder check', tests: '4', failures: '2', errors: '0', skipped: '1' } })
  const message = '<b>&"quoted"\uFFFD \uFFFD</b>'
  expect(suites).toEqual([
    ['testsuite', { name: 'Iron Will', tests: '1', failures: '1', errors: '0', skipped: '0' }, [['testcase', { classname: 'Iron Will', name: 'security' }, [['failure', { type: 'gate', message: '30, needs 90' }, []]]]]],
    ['testsuite', { name: 'pic.png', tests: '1', failures: '0', errors: '0', skipped: '1' }, [['testcase', { classname: 'pic.png', name: 'analysed' }, [['skipped', { message: 'is binary' }, []]]]]],
    [
      'testsuite',
      { name: 'a&b.py', tests: '2', failures: '1', errors: '0', skipped: '0' },
      [
        ['testcase', { classname: 'a&b.py', name: 'ruff/S307 at 3:7' }, [['failure', { type: 'error', message }, [`a&b.py:3:7: ${message}`]]]],
        ['testcase', { classname: 'a&b.py', name: 'ruff/S307 at 8:7' }, [['system-out', {}, ['a&b.py:8:7: use of\n eval']]]],
      ],
    ],
  ])
})

test('in junit nothing fails while the gate passes', async () => {
  rig.verdict = 'pass'
  rig.findings = [{ ...finding, severity: 'warning' }]
  rig.write('a.py', 'x\n')
  const [, totals] = parseXml((await rig.check('--format', 'junit', 'a.py')).stdout)
  expect(totals).toMatchObject({ tests: '2', failures: '0' })
})

type Element = [name: string, attributes: Record<string, string>, children: (Element | string)[]]

/** A parser of its own judges, not the eye: anything that is not well-formed throws. */
function parseXml(text: string): Element {
  const parser = new SaxesParser()
  const open: Element[] = [['', {}, []]]
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = [name, { ...attributes }, []]
    open.at(-1)?.[2].push(element)
    open.push(element)
  })
  parser.on('text', (part) => part.trim() !== '' && open.at(-1)?.[2].push(part))
  parser.on('closetag', () => open.pop())
  parser.write(text).close()
  return open[0]?.[2][0] as Element
}

/** The schema as its authors publish it, of JSON Schema's draft 4; the validator knows a later one. */
function sarifValidator(): ValidateFunction {
  const file = createRequire(import.meta.url).resolve('@microsoft/jest-sarif')
  const published = JSON.parse(readFileSync(join(dirname(file), 'schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as Record<string, unknown>
  const schema = Object.fromEntries(Object.entries(published).filter(([name]) => name !== 'id' && name !== '$schema'))
  return new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema)
}

const rule = { rule: 'elder/sql-injection', title: 'SQL built from request data', why: 'It runs as SQL.', fix: 'Bind it.', category: 'security', severity: 'error', cwe: 'CWE-89', securitySeverity: 8.8, confidence: 'high', blocks: true, languages: ['javascript'] }

test('sarif holds to the official schema and says what code hosts read', async () => {
  rules = [rule, { ...rule, rule: 'elder/unused' }]
  const edits = [{ line: 9, column: 7, endLine: 9, endColumn: 11, text: 'bound' }]
  rig.findings = [{ ...finding, severity: 'note', line: 0, column: 0 }, { ...injection, edits, editsAreSafe: true }]
  rig.write('src/ä b.ts', 'x\n')
  rig.write('src/pic.png', Buffer.from([0]))
  const { code, stdout } = await elder(['check', '--format', 'sarif', 'ä b.ts', 'pic.png'], { cwd: `${rig.root}/src`, env: rig.door.env })
  expect(code).toBe(1)
  const log = JSON.parse(stdout) as { runs: [{ results: object[] }] }
  const valid = sarifValidator()
  expect({ valid: valid(log), errors: valid.errors }).toEqual({ valid: true, errors: null })
  // The validator does refuse.
  expect(valid({ ...log, runs: [{ results: [] }] })).toBe(false)
  const uri = 'src/%C3%A4%20b.ts'
  expect(log).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Elder', rules: [{ id: 'elder/sql-injection', shortDescription: { text: rule.title }, properties: { 'security-severity': '8.8', tags: ['security', 'external/cwe/cwe-89'], precision: 'high' } }, { id: 'ruff/S307' }] } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: [{ level: 'warning', message: { text: 'not analysed: is binary' }, locations: [{ physicalLocation: { artifactLocation: { uri: 'src/pic.png' } } }] }] }],
        results: [
          {
            ruleId: 'elder/sql-injection',
            ruleIndex: 0,
            level: 'error',
            baselineState: 'new',
            partialFingerprints: { 'elderFingerprint/v1': 'f1' },
            locations: [{ physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region: { startLine: 9, startColumn: 7, endLine: 9, endColumn: 11 } } }],
            codeFlows: [{ threadFlows: [{ locations: [{ location: { message: { text: 'request data from req.query.id' } } }, { location: { message: { text: 'reaches db.query' } } }] }] }],
            fixes: [{ artifactChanges: [{ artifactLocation: { uri }, replacements: [{ deletedRegion: { startLine: 9, startColumn: 7 }, insertedContent: { text: 'bound' } }] }] }],
          },
          { ruleId: 'ruff/S307', ruleIndex: 1, level: 'note', locations: [{ physicalLocation: { region: { startLine: 1, startColumn: 1 } } }] },
        ],
      },
    ],
  })
})

test('sarif holds the worst 5,000 findings and says that it leaves some out', async () => {
  rig.findings = [...Array.from({ length: 5_001 }, (_, n) => ({ ...finding, severity: 'warning', line: n + 1 })), { ...finding, line: 9_999 }]
  rig.write('a.py', 'x\n')
  const { runs } = JSON.parse((await rig.check('--format', 'sarif', 'a.py')).stdout) as { runs: [{ results: { level: string }[]; invocations: object[] }] }
  expect(runs[0].results).toHaveLength(5_000)
  expect(runs[0].results[0]?.level).toBe('error')
  expect(runs[0].invocations).toMatchObject([{ toolExecutionNotifications: [{ level: 'note', message: { text: '2 less severe findings are left out' } }] }])
})
