import { expect, test } from 'vitest'
import { rules } from '../gen/rules.ts'
import { classify, type FindingPlace } from './classification.ts'
import type { Seen } from './fingerprint.ts'
import { readPolicy, weightsFor } from './policy.ts'

const inSource: FindingPlace = { fileClass: 'source', language: 'javascript', wholeRepository: false }
const inTest: FindingPlace = { ...inSource, fileClass: 'test' }
const inDocs: FindingPlace = { ...inSource, fileClass: 'docs' }

test('keeps what is only advice below all that fails a criterion, and says that it is unsure', () => {
  const rule = rules.find(({ severity, securitySeverity = 0, confidence }) => severity === 'error' && securitySeverity >= 7 && confidence === 'high')
  const diagnostic: Seen = { engine: 'elder', rule: rule?.id ?? '', line: 1, column: 1, endLine: 1, endColumn: 2, message: 'found', fix: '', fingerprint: 'f' }
  const policy = readPolicy('')
  const judge = (advice: boolean) => classify([{ ...diagnostic, ...(advice && { advice }) }], inSource, policy, weightsFor(policy, 'a.ts'))[0]
  expect(judge(false)).toMatchObject({ severity: 'error', confidence: 'high', securitySeverity: rule?.securitySeverity })
  expect(judge(true)).toMatchObject({ severity: 'note', confidence: 'low', securitySeverity: 3.9 })
  expect(judge(true)).not.toHaveProperty('advice')
})

test('gives no advice on tests', () => {
  const policy = readPolicy('')
  const diagnostic: Seen = { engine: 'elder', rule: 'command-injection', line: 1, column: 1, endLine: 1, endColumn: 2, message: 'found', fix: '', fingerprint: 'f', advice: true }
  expect(classify([diagnostic], inSource, policy, weightsFor(policy, 'a.ts'))).toHaveLength(1)
  expect(classify([diagnostic], inTest, policy, weightsFor(policy, 'a.test.ts'))).toEqual([])
})

test('a number near pi is the input of a test', () => {
  const policy = readPolicy('')
  const diagnostic: Seen = { engine: 'oxlint', rule: 'oxc/approx-constant', line: 1, column: 1, endLine: 1, endColumn: 2, message: 'found', fix: '', fingerprint: 'f' }
  expect(classify([diagnostic], inSource, policy, weightsFor(policy, 'a.ts'))).toHaveLength(1)
  expect(classify([diagnostic], inTest, policy, weightsFor(policy, 'a.test.ts'))).toEqual([])
})

test('a credential shown in documentation fails nothing, and weighs more when it is in the form of a provider', () => {
  const policy = readPolicy('')
  const judge = (rule: string) => classify([{ engine: 'elder', rule, line: 1, column: 1, endLine: 1, endColumn: 2, message: 'found', fix: '', fingerprint: 'f' }], inDocs, policy, weightsFor(policy, 'README.md'))[0]
  expect(judge('generic-credential')).toMatchObject({ severity: 'note', blocker: false })
  for (const rule of ['provider-token', 'private-key']) expect(judge(rule)).toMatchObject({ severity: 'warning', securitySeverity: 3.9, blocker: false })
})

test('what an example shows is judged as gently as in a test, where the rule says nothing of documentation', () => {
  const policy = readPolicy('')
  const found = { engine: 'elder', rule: 'hard-coded-credentials', line: 1, column: 1, endLine: 1, endColumn: 2, message: 'found', fix: '', fingerprint: 'f' } as const
  expect(classify([found], inDocs, policy, weightsFor(policy, 'example/a.ts'))[0]).toMatchObject({ severity: 'note', securitySeverity: 3 })
  expect(classify([found], inSource, policy, weightsFor(policy, 'src/a.ts'))[0]).toMatchObject({ severity: 'error', securitySeverity: 6.9 })
})

test('says how to fix in our words where we have some, and else in those of the engine', () => {
  const policy = readPolicy('')
  const fixOf = (rule: string) => classify([{ engine: 'oxlint', rule, line: 1, column: 1, endLine: 1, endColumn: 2, message: 'found', fix: 'Add a description.', fingerprint: 'f' }], inSource, policy, weightsFor(policy, 'a.ts'))[0]?.fix
  expect(fixOf('typescript/ban-ts-comment')).toMatch(/^Fix the type error/)
  expect(fixOf('no-unused-vars')).toBe('Add a description.')
})

test('says what is wrong in our words where the engine asks for what only silences the rule', () => {
  const policy = readPolicy('')
  const messageOf = (engine: 'oxlint' | 'ruff', rule: string) => classify([{ engine, rule, line: 1, column: 1, endLine: 1, endColumn: 2, message: 'Add a description.', fix: '', fingerprint: 'f' }], inSource, policy, weightsFor(policy, 'a.ts'))[0]?.message
  expect(messageOf('oxlint', 'typescript/ban-ts-comment')).toBe('the comment hides whatever the type checker finds here')
  expect(messageOf('ruff', 'PGH004')).toBe('the comment hides whatever any rule finds here')
  expect(messageOf('oxlint', 'unused-catch-parameter')).toBe('the error is caught and never looked at')
  expect(messageOf('oxlint', 'no-unused-vars')).toBe('Add a description.')
})

test('in a whole repository a rule is no stricter than in a test, and advice stays advice', () => {
  const policy = readPolicy('')
  const seen: Seen = { engine: 'elder', rule: 'undeclared-import', line: 1, column: 1, endLine: 1, endColumn: 2, message: 'found', fix: '', fingerprint: 'f' }
  const judge = (place: FindingPlace, changes: Partial<Seen> = {}) => classify([{ ...seen, ...changes }], { ...place, wholeRepository: true }, policy, weightsFor(policy, 'a.ts'))[0]
  expect(judge(inSource)).toMatchObject({ severity: 'note', blocker: false, newCodeBlocker: true })
  expect(judge(inTest)).toMatchObject({ severity: 'note', blocker: false })
  expect(judge(inTest)).not.toHaveProperty('newCodeBlocker')
  expect(judge(inTest, { engine: 'oxlint', rule: 'syntax-error' })).toMatchObject({ severity: 'note', blocker: false })
  expect(judge(inSource, { engine: 'oxlint', rule: 'syntax-error', advice: true })).toMatchObject({ severity: 'note', confidence: 'low' })
  expect(judge(inTest, { engine: 'ruff', rule: 'S501' })).toMatchObject({ severity: 'note', securitySeverity: 3 })
  expect(judge(inSource, { rule: 'weak-hash' })).toMatchObject({ severity: 'note', securitySeverity: 3.9, confidence: 'low', newCodeBlocker: true })
})

test('a report that is certain only of a new line advises in a whole repository, and blocks everywhere else', () => {
  const policy = readPolicy('')
  const seen: Seen = { engine: 'elder', rule: 'query-per-row', line: 1, column: 1, endLine: 1, endColumn: 2, message: 'found', fix: '', fingerprint: 'f', advice: 'unless_new' }
  const judge = (wholeRepository: boolean, yaml = '') => classify([seen], { ...inSource, wholeRepository }, readPolicy(yaml), weightsFor(yaml === '' ? policy : readPolicy(yaml), 'a.ts'))[0]
  expect(judge(false)).toMatchObject({ severity: 'error', blocker: true })
  expect(judge(true)).toMatchObject({ severity: 'note', blocker: false, newCodeBlocker: true })
  expect(judge(true, 'version: 1\nrules: { elder/query-per-row: error }\n')).toMatchObject({ severity: 'error', blocker: true })
})
