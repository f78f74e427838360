import { expect, test } from 'vitest'
import type { Diagnostic } from './finding.ts'
import { withFingerprints } from './fingerprint.ts'

const body = 'function pay(order) {\n  const total = order.total\n  eval(total)\n}\n\nfunction check(order) {\n  const total = order.total\n  eval(total)\n}\n'
const at = (line: number, rule = 'no-eval'): Diagnostic => ({ engine: 'oxlint', rule, line, column: 3, endLine: line, endColumn: 7, message: '', fix: '' })
const prints = (text: string, ...diagnostics: Diagnostic[]) => withFingerprints(text, diagnostics).map(({ fingerprint }) => fingerprint)

test('stays when lines above come and go, when indentation changes, and when another function is fixed', () => {
  const [first, second] = prints(body, at(3), at(8))
  expect(prints(`// licence\n\nimport x\n${body}`, at(6), at(11))).toEqual([first, second])
  expect(prints(body.replaceAll('  ', '\t'), at(3), at(8))).toEqual([first, second])
  expect(prints(body.replace('  eval(total)\n', ''), at(7))).toEqual([second])
})

test('differs by rule, by the text and by the function around it', () => {
  const all = prints(body, at(3), at(8), at(3, 'no-new-func'))
  expect(new Set(all).size).toBe(3)
  expect(prints(body.replace('eval(total)', 'eval(order)'), at(3))).not.toEqual([all[0]])
})

test('equals in one function are told apart by their order in the text, not by the order they are told in', () => {
  const twice = 'def f(x):\n    eval(x)\n    eval(x)\n'
  const [first, second] = prints(twice, at(2), at(3))
  expect(first).not.toBe(second)
  expect(prints(twice, at(3), at(2))).toEqual([second, first])
})

test('a place outside of the text has one, too', () => {
  expect(prints('x\n', at(99))).toEqual([expect.stringMatching(/^[\da-f]{32}$/)])
})
