import { expect, test } from 'vitest'
import { ruleExamples } from '../gen/rule-examples.ts'
import { rules } from '../gen/rules.ts'
import { loadAnalyser } from '../src/file-analyser.ts'
import { readSource } from '../src/source-file.ts'

// A label stands on the line before what it speaks of, or at the end of that line.
const label = /(?:\/\/|#|--|<!--|\/\*|\{\/\*)\s*(ruleid|ok):\s*([\w-]+)/

/** Lines that must be found and that must not, by the labels of one rule. */
function readLabels(text: string, id: string): { bad: number[]; good: number[] } {
  const lines = text.split('\n')
  const labels = { bad: [] as number[], good: [] as number[] }
  for (const [index, line] of lines.entries()) {
    const [whole, kind, name] = label.exec(line) ?? []
    if (whole === undefined || name !== id) continue
    const alone = line.slice(0, line.indexOf(whole)).trim() === ''
    labels[kind === 'ok' ? 'good' : 'bad'].push(alone ? index + 2 : index + 1)
  }
  return labels
}

/** Everything our rules find in a text. */
async function findIn(path: string, text: string) {
  const source = readSource(path, Buffer.from(text))
  if (source.kind !== 'text') throw new Error(`${path} cannot be read: ${source.reason}`)
  return (await loadAnalyser(source.language))({ text: source.text, extension: source.extension, bareName: source.bareName, fileClass: source.fileClass, language: source.language })
}

// What is seen of all files together, and of what a change takes away, has tests of its own.
const rulesOfFiles = rules.filter(({ kind }) => kind !== 'repository' && kind !== 'change')
const examples = rulesOfFiles.flatMap(({ id }) => (ruleExamples[id] ?? []).map(({ file, text }) => ({ id, file, text })))

test.each(rulesOfFiles.map(({ id }) => id))('%s has examples of what it finds and of what it leaves alone', (id) => {
  const labels = (ruleExamples[id] ?? []).map(({ text }) => readLabels(text, id))
  expect(labels.some(({ bad }) => bad.length > 0)).toBe(true)
  expect(labels.some(({ good }) => good.length > 0)).toBe(true)
})

test.each(examples)('$id says in $file exactly what the labels say', async ({ id, file, text }) => {
  expect(text).not.toMatch(/^(?:<{7}|={7}|>{7})/m)
  const found = (await findIn(file, text)).filter(({ engine, rule, clears }) => engine === 'elder' && rule === id && !clears).map(({ line }) => line)
  expect([...new Set(found)].sort((a, b) => a - b)).toEqual(readLabels(text, id).bad.sort((a, b) => a - b))
})

test('a rule that fails its criterion by itself is sure of itself', () => {
  const unsure = rules.filter(({ category, severity, confidence }) => category !== 'security' && severity === 'error' && confidence !== 'high').map(({ id }) => id)
  expect(unsure).toEqual([])
})

test('a security rule says how bad it is, and one that is not sure stays advice', () => {
  const security = rules.filter(({ category }) => category === 'security')
  expect(security.filter(({ securitySeverity, cwe }) => securitySeverity === undefined || cwe === undefined).map(({ id }) => id)).toEqual([])
  expect(security.filter(({ confidence, securitySeverity = 0 }) => confidence === 'low' && securitySeverity >= 4).map(({ id }) => id)).toEqual([])
})
