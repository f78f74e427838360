import { describe, expect, test } from 'vitest'
import type { CoverageFacts } from '../../scoring/coverage.ts'
import { readCoverage, type CoverableFile, type ReportFile } from './coverage.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const report = (text: string, path = 'coverage/report', modifiedAt?: Date): ReportFile => ({ path, content: bytes(text), modifiedAt })
const file = (path: string, changes: Partial<CoverableFile> = {}): CoverableFile => ({ path, lines: 100, changed: undefined, language: 'javascript', newCode: [], modifiedAt: undefined, ...changes })
const measured = (facts: CoverageFacts) => {
  if (facts.state !== 'measured') throw new Error(facts.reason)
  const { coverableLines, coveredLines, conditionOutcomes, coveredConditionOutcomes } = facts
  return [coveredLines, coverableLines, coveredConditionOutcomes, conditionOutcomes]
}
const reasonOf = (...reports: ReportFile[]) => {
  const { facts } = readCoverage(reports, [file('src/a.ts')])
  return facts.state === 'not_evaluated' ? facts.reason : 'measured'
}

// The same run in every format: line 1 and 2 are covered, 3 is not; line 2 has a condition that was only ever true.
const formats: Record<string, string> = {
  lcov: 'TN:\r\nSF:src/a.ts\r\nDA:1,1\r\nDA:2,5\r\nDA:3,0\r\nBRDA:2,0,0,5\r\nBRDA:2,0,1,-\r\nLF:3\r\nLH:2\r\nend_of_record\r\n',
  cobertura: `<?xml version="1.0"?><!DOCTYPE coverage SYSTEM "http://example.invalid/coverage.dtd"><coverage line-rate="0.6"><sources><source>/ci/shop</source></sources><packages><package name="src"><classes>
    <class name="a" filename="src/a.ts"><methods/><lines><line number="1" hits="1"/><line number="2" hits="5" branch="true" condition-coverage="50% (1/2)"/><line number="3" hits="0"/></lines></class></classes></package></packages></coverage>`,
  istanbul: JSON.stringify({
    '/ci/shop/src/a.ts': {
      path: '/ci/shop/src/a.ts',
      statementMap: { 0: { start: { line: 1 } }, 1: { start: { line: 2 } }, 2: { start: { line: 3 } } },
      fnMap: {},
      branchMap: { 0: { type: 'if', loc: { start: { line: 2 } }, locations: [{}, {}] } },
      s: { 0: 1, 1: 5, 2: 0 },
      f: {},
      b: { 0: [5, 0] },
    },
  }),
  'coverage.py JSON': JSON.stringify({ meta: { version: '7.6', branch_coverage: true }, files: { 'src/a.ts': { executed_lines: [1, 2], missing_lines: [3], excluded_lines: [9], executed_branches: [[2, 3]], missing_branches: [[2, -1]] } }, totals: {} }),
  clover: `<?xml version="1.0"?><coverage generated="1"><project timestamp="1"><package name="src"><file name="a.ts" path="/ci/shop/src/a.ts"><line num="1" type="stmt" count="1"/>
    <line num="2" type="cond" count="5" truecount="5" falsecount="0"/><line num="3" type="stmt" count="0"/></file></package></project></coverage>`,
  jacoco: `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="shop"><sessioninfo id="x" start="1" dump="2"/><package name="src"><class name="src/A"/>
    <sourcefile name="a.ts"><line nr="1" mi="0" ci="3" mb="0" cb="0"/><line nr="2" mi="0" ci="2" mb="1" cb="1"/><line nr="3" mi="4" ci="0" mb="0" cb="0"/></sourcefile></package></report>`,
}

test.each(Object.entries(formats))('reads lines and conditions of %s, told by its content', (_name, text) => {
  const { facts, ignoredLines } = readCoverage([report(text)], [file('src/a.ts')])
  expect(measured(facts)).toEqual([2, 3, 1, 2])
  expect(facts).toMatchObject({ uncovered: ['src/a.ts:2', 'src/a.ts:3'], sources: ['coverage/report'] })
  expect(ignoredLines).toBe(0)
})

test('what any report covers is covered, and outcomes of a condition add up', () => {
  const first = report('SF:src/a.ts\nDA:1,1\nDA:2,1\nDA:3,0\nBRDA:2,0,0,1\nBRDA:2,0,1,0\nend_of_record\n', 'one.info')
  const second = report('SF:src/a.ts\nDA:1,0\nDA:2,1\nDA:3,7\nBRDA:2,0,0,0\nBRDA:2,0,1,1\nend_of_record\n', 'two.info')
  const { facts } = readCoverage([first, second], [file('src/a.ts')])
  expect(measured(facts)).toEqual([3, 3, 2, 2])
  expect(facts).toMatchObject({ uncovered: [], sources: ['one.info', 'two.info'] })
})

test('only changed lines count when they are known', () => {
  const { facts } = readCoverage([report(formats['lcov'] ?? '')], [file('src/a.ts', { changed: new Set([3, 4]) })])
  expect(measured(facts)).toEqual([0, 1, 0, 0])
})

test('lines beyond a file and files of nobody are counted, and count for nothing', () => {
  const text = 'SF:src/a.ts\nDA:1,1\nDA:50,0\nDA:-1,0\nDA:x,0\nend_of_record\nSF:gone.ts\nDA:1,0\nend_of_record\n'
  const reading = readCoverage([report(text)], [file('src/a.ts', { lines: 10 })])
  expect(measured(reading.facts)).toEqual([1, 1, 0, 0])
  expect(reading).toMatchObject({ ignoredLines: 1, ignoredFiles: 1 })
})

describe('whose lines they are', () => {
  const covered = (name: string, ...paths: string[]) => {
    const { facts } = readCoverage([report(`SF:${name}\nDA:7,0\nend_of_record\n`)], paths.map((path) => file(path)))
    return facts.state === 'measured' ? facts.uncovered : []
  }

  test.each([
    ['src/a.ts', ['src/a.ts', 'lib/src/a.ts'], ['src/a.ts:7']],
    ['./src/a.ts', ['src/a.ts'], ['src/a.ts:7']],
    ['C:\\ci\\shop\\src\\a.ts', ['src/a.ts'], ['src/a.ts:7']],
    ['/ci/shop/src/a.ts', ['src/a.ts', 'a.ts'], ['src/a.ts:7']],
    ['file:///ci/shop/src/a.ts', ['src/a.ts'], ['src/a.ts:7']],
    ['com/shop/A.java', ['core/src/main/java/com/shop/A.java'], ['core/src/main/java/com/shop/A.java:7']],
    ['/ci/web/../shop/src/a.ts', ['src/a.ts'], ['src/a.ts:7']],
    ['other/a.ts', ['src/a.ts'], []],
    ['../../../etc/passwd', ['src/a.ts'], []],
  ])('%s among %j', (name, paths, expected) => {
    expect(covered(name, ...paths)).toEqual(expected)
  })

  test('a name that the root has as well means the package that the others are in', () => {
    const text = ['src/index.ts', 'src/one.ts', 'src/two.ts'].map((name) => `SF:${name}\nDA:1,0\nend_of_record\n`).join('')
    const { facts } = readCoverage([report(text)], ['src/index.ts', 'packages/x/src/index.ts', 'packages/x/src/one.ts', 'packages/x/src/two.ts'].map((path) => file(path)))
    expect(facts).toMatchObject({ uncovered: ['packages/x/src/index.ts:1', 'packages/x/src/one.ts:1', 'packages/x/src/two.ts:1'] })
  })

  test('a report of one package means that package\'s files, whatever else has their names', () => {
    const text = ['index.ts', 'src/one.ts', 'src/two.ts'].map((name) => `SF:${name}\nDA:1,0\nend_of_record\n`).join('')
    const { facts } = readCoverage([report(text)], ['packages/x/index.ts', 'packages/x/src/one.ts', 'packages/x/src/two.ts', 'packages/y/src/one.ts'].map((path) => file(path)))
    expect(facts).toMatchObject({ uncovered: ['packages/x/index.ts:1', 'packages/x/src/one.ts:1', 'packages/x/src/two.ts:1'] })
  })
})

test('a report from before a change of what it covers is not judged by', () => {
  const text = formats['lcov'] ?? ''
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
  const stale = readCoverage([report(text, 'lcov.info', at(1))], [file('src/a.ts', { modifiedAt: at(2) }), file('src/b.ts', { modifiedAt: at(0) })])
  expect(stale.facts).toEqual({ state: 'not_evaluated', reason: 'lcov.info is older than src/a.ts: run the tests again' })
  const fresh = readCoverage([report(text, 'lcov.info', at(2))], [file('src/a.ts', { modifiedAt: at(2) }), file('src/b.ts', { modifiedAt: at(9) })])
  expect(fresh.facts.state).toBe('measured')
})

test.each([
  ['nothing', '', 'coverage/report is empty'],
  ['a text', 'hello', 'coverage/report is in no format that is known: send lcov, Cobertura, Clover, JaCoCo, Istanbul JSON or coverage.py JSON'],
  ['broken XML', '<coverage><packages><class filename="src/a.ts">\n<line number="1" hits="1">', 'coverage/report is not valid XML at line 2: '],
  ['another XML', '<html><body/></html>', 'coverage/report is XML, but no coverage report that is known: its root is <html>'],
  ['broken JSON', '{"a": ', 'coverage/report is not valid JSON: '],
  ['another JSON', '{"name": "shop"}', 'coverage/report is JSON, but no coverage report that is known: "name" has no usable lines'],
  ['an endless line', `SF:src/a.ts\n${'x'.repeat(600_000)}`, 'coverage/report has a line of more than 65536 characters'],
  ['endless nesting', `<coverage>${'<packages>'.repeat(5_000)}`, 'coverage/report nests more than 100 elements at line 1'],
])('%s is no report, and no zero', (_what, text, reason) => {
  expect(reasonOf(report(text))).toContain(reason)
})

test('an entity is never expanded', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE coverage [<!ENTITY a "0123456789"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
    <coverage><packages><package><classes><class filename="&b;&x;"><lines><line number="1" hits="1"/></lines></class></classes></package></packages></coverage>`
  expect(reasonOf(report(bomb))).toContain('coverage/report is not valid XML at line 2: undefined entity')
})

test('without a report, or one about these files, there is no number', () => {
  expect(reasonOf()).toBe('no coverage report was given')
  expect(reasonOf(report('SF:elsewhere.ts\nDA:1,1\nend_of_record\n'))).toBe('no file of this check is in coverage/report')
})

// About size, not speed.
const large = { timeout: 120_000 }
test.each([
  ['endless files', Array.from({ length: 200_001 }, (_, index) => `SF:f${index}`).join('\n'), 'coverage/report names more than 200000 files'],
  ['lines far apart', Array.from({ length: 100 }, (_, index) => `SF:f${index}\nDA:1000000,1`).join('\n'), 'coverage/report tells of more lines than can be kept'],
  ['endless outcomes', `SF:src/a.ts\n${Array.from({ length: 2_000_001 }, (_, index) => `BRDA:1,0,${index},0`).join('\n')}`, 'coverage/report tells of more than 2000000 conditions'],
])('%s are refused', large, (_what, text, reason) => {
  expect(reasonOf(report(text))).toBe(reason)
})

test('a report of 50 MB is read', large, () => {
  const lines = Array.from({ length: 200 }, (_, index) => `DA:${index + 1},${index % 2}\n`).join('')
  const files = Array.from({ length: 28_000 }, (_, index) => `src/folder${index % 50}/f${index}.ts`)
  const text = files.map((path) => `SF:/ci/shop/${path}\n${lines}end_of_record\n`).join('')
  expect(text.length).toBeGreaterThan(45_000_000)
  const { facts } = readCoverage([report(text)], files.map((path) => file(path, { lines: 200 })))
  expect(measured(facts)).toEqual([2_800_000, 5_600_000, 0, 0])
})

describe('a new file in no report', () => {
  const old = report(formats['lcov'] ?? '', 'coverage/lcov.info', new Date('2026-01-02'))

  test('counts as uncovered where the reports speak of its language, and only there', () => {
    const fresh = file('src/new.ts', { newCode: [1, 2, 4] })
    const { facts } = readCoverage([old], [file('src/a.ts'), fresh, file('tools/new.py', { language: 'python', newCode: [1] })])
    expect(measured(facts)).toEqual([2, 6, 1, 2])
    expect(facts).toMatchObject({ uncovered: ['src/a.ts:2', 'src/a.ts:3', 'src/new.ts:1', 'src/new.ts:2', 'src/new.ts:4'] })
    expect(measured(readCoverage([old], [fresh]).facts)).toEqual([0, 3, 0, 0])
  })

  test('that is newer than the report is not judged', () => {
    const { facts } = readCoverage([old], [file('src/a.ts'), file('src/new.ts', { newCode: [1], modifiedAt: new Date('2026-01-03') })])
    expect(facts).toEqual({ state: 'not_evaluated', reason: 'coverage/lcov.info is older than src/new.ts: run the tests again' })
  })
})
