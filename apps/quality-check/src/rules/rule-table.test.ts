import { expect, test } from 'vitest'
import { ruleFor, ruleTable } from './rule-table.ts'

test('a rule is its own row, its family, or its engine', () => {
  expect(ruleFor('ruff/S307')).toMatchObject({ category: 'security', cwe: 'CWE-95' })
  expect(ruleFor('ruff/S999')).toBe(ruleTable['ruff/S'])
  expect(ruleFor('ruff/PERF401')).toMatchObject({ category: 'performance' })
  expect(ruleFor('ruff/W605')).toBe(ruleTable.ruff)
  expect(ruleFor('oxlint/oxc/erasing-op')).toBe(ruleTable.oxlint)
  expect(ruleFor('secretlint/slack')).toBe(ruleTable.secretlint)
})

test('security rows carry a severity and a CWE, no other row carries a severity', () => {
  for (const [name, { category, securitySeverity = 0, cwe = '' }] of Object.entries(ruleTable))
    expect([name, category === 'security', securitySeverity > 0]).toEqual([name, securitySeverity > 0, category === 'security' && /^CWE-\d+$/.test(cwe)])
})
