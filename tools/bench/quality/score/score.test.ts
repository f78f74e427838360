import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Finding } from '../../../../apps/quality-check/src/finding.ts'
import { parseCsv } from './csv.ts'
import { readEditPairs, readEdits, scoreEditPairs } from './edit-pairs.ts'
import { scoreExpectedResults } from './expected-results.ts'
import type { Gate } from './gate.ts'
import { scoreInlineLabels } from './inline-labels.ts'
import { scoreLabelledLists } from './labelled-lists.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'elder-score-'))))
afterEach(() => rmSync(folder, { recursive: true }))
const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

/** Finds a flaw with CWE-89 on every line that says "flaw". */
const gate: Gate = {
  findingsIn: async (_name, text) => text.split('\n').flatMap((line, index) => (line.includes('flaw') ? [findingAt(index + 1)] : [])),
  findingsOf: (file) => gate.findingsIn(basename(file), readFileSync(file, 'utf8')),
  findingsOfEdit: (path, text) => gate.findingsIn(path, text),
  close: async () => undefined,
}

function findingAt(line: number): Finding {
  return { engine: 'elder', rule: 'elder/sql-injection', category: 'security', severity: 'error', cwe: 'CWE-89', message: '', fix: '', securitySeverity: 9, blocker: true, line, column: 1, endLine: line, endColumn: 2, fingerprint: '' }
}

test('scores categories of tests by the CWE of what is found in their files', async () => {
  write('expectedresults-1.csv', '# test name, category, real vulnerability, cwe\nT1,sqli,true,89\nT2,sqli,true,89\nT3,sqli,false,89\nT4,hash,true,328\n')
  for (const [name, text] of Object.entries({ T1: 'flaw', T2: 'fine', T3: 'flaw', T4: 'flaw' })) write(`${name}.py`, `${text}\n`)
  const scores = await scoreExpectedResults(folder, gate)
  expect(scores['expectedresults-1.csv: sqli']).toMatchObject({ recall: 0.5, falseAlarmRate: 1, score: -0.5 })
  expect(scores['expectedresults-1.csv: hash']).toMatchObject({ recall: 0, falseNegatives: 1 })
  expect(scores['expectedresults-1.csv: mean of categories']).toMatchObject({ recall: 0.25 })
})

test('scores labelled lines for each language, at the end of a line or on the line before', async () => {
  write('a.js', '// ruleid: x\nflaw()\n// ok: x\nfine()\nflaw() // ruleid: y\n// ok: x\n// ok: y\nflaw()\n')
  write('b.py', '# ruleid: x\nfine()\n')
  expect(await scoreInlineLabels(folder, gate)).toMatchObject({
    'labels: javascript': { truePositives: 2, falsePositives: 1, trueNegatives: 1, precision: 2 / 3, recall: 1 },
    'labels: py': { falseNegatives: 1, recall: 0 },
  })
})

test('scores lists of texts and of lines', async () => {
  write('texts.csv', 'text,label\n"a ""flaw"", in\ntwo lines",1\nfine,0\nflaw,0\n')
  write('code.js', 'fine\nflaw\n')
  write('lines.csv', 'file,line,label\ncode.js,2,true\ncode.js,1,false\n')
  const scores = await scoreLabelledLists(folder, gate)
  expect(scores['texts.csv']).toMatchObject({ recall: 1, falseAlarmRate: 0.5 })
  expect(scores['lines.csv']).toMatchObject({ recall: 1, falseAlarmRate: 0, f1: 1 })
})

test('scores pairs of edits, every third apart', async () => {
  const pair = (flawed: string, sound: string) => `=== src/a.ts\nboth\n-|${flawed}\n+|${sound}\n`
  write('edit-pairs.txt', pair('flaw', 'fine') + pair('fine', 'flaw') + pair('fl¦aw', 'fine'))
  expect(readEditPairs(readFileSync(join(folder, 'edit-pairs.txt'), 'utf8'))[2]).toEqual([
    { path: 'src/a.ts', text: 'both\nflaw\n', isFlawed: true },
    { path: 'src/a.ts', text: 'both\nfine\n', isFlawed: false },
  ])
  expect(await scoreEditPairs(folder, gate)).toMatchObject({
    'edit-pairs.txt': { truePositives: 1, falseNegatives: 1, falsePositives: 1, trueNegatives: 1 },
    'edit-pairs.txt, held back': { truePositives: 1, trueNegatives: 1 },
  })
})

test('scores edits that stand alone', async () => {
  write('some-edits.txt', '=== sound src/a.ts\nfine\n=== flawed src/b.ts\nfine\n!|fl¦aw\n=== flawed src/c.ts\n!|fine\n')
  expect(readEdits(readFileSync(join(folder, 'some-edits.txt'), 'utf8'))[1]).toEqual({ path: 'src/b.ts', text: 'fine\nflaw\n', isFlawed: true })
  expect((await scoreEditPairs(folder, gate))['some-edits.txt']).toMatchObject({ truePositives: 1, falseNegatives: 1, falsePositives: 0, trueNegatives: 1 })
  expect(() => readEdits('=== wrong src/a.ts\n')).toThrow('write "=== sound PATH" or "=== flawed PATH"')
})

test('reads quotes and line ends inside quotes', () => {
  expect(parseCsv('a,"b ""c""\n,d"\r\n\ne')).toEqual([['a', 'b "c"\n,d'], ['e']])
})
