import { expect, test } from 'vitest'
import type { Seen } from '../fingerprint.ts'
import { mayBeSuperseded, withoutSuperseded } from './overlapping-rules.ts'

const seen = (name: string, line: number, advice = false): Seen => {
  const [engine, ...rule] = name.split('/')
  return { engine: engine as Seen['engine'], rule: rule.join('/'), line, column: 1, endLine: line, endColumn: 2, message: '', fix: '', fingerprint: `${name}:${line}`, ...(advice && { advice }) }
}
const names = (all: readonly Seen[]) => withoutSuperseded(all).map(({ fingerprint }) => fingerprint)

test('reports a problem that two rules find on a line once, by the more precise rule', () => {
  expect(names([seen('oxlint/no-eval', 3), seen('elder/code-injection', 3), seen('oxlint/no-eval', 9)])).toEqual(['elder/code-injection:3', 'oxlint/no-eval:9'])
  expect(names([seen('ruff/E722', 4), seen('ruff/S110', 4)])).toEqual(['ruff/S110:4'])
  expect(names([seen('oxlint/empty-catch', 4), seen('elder/swallowed-exception', 4)])).toEqual(['elder/swallowed-exception:4'])
})

test('advice does not replace a finding that is certain', () => {
  expect(names([seen('oxlint/no-eval', 3), seen('elder/code-injection', 3, true)])).toEqual(['oxlint/no-eval:3'])
})

test('drops what a more precise rule proves harmless, and the proof with it', () => {
  expect(names([seen('ruff/S307', 3), { ...seen('elder/code-injection', 3), clears: true }, seen('ruff/S307', 8)])).toEqual(['ruff/S307:8'])
})

test('reports different problems on one line separately', () => {
  expect(names([seen('elder/sql-injection', 3), seen('elder/weak-hash', 3), seen('oxlint/no-eval', 3)])).toHaveLength(3)
})

test('holds back only what another rule may report more precisely', () => {
  expect(mayBeSuperseded(seen('oxlint/no-eval', 1))).toBe(true)
  expect(mayBeSuperseded(seen('elder/code-injection', 1))).toBe(false)
  expect(mayBeSuperseded(seen('elder/code-injection', 1, true))).toBe(true)
  expect(mayBeSuperseded(seen('oxlint/no-debugger', 1))).toBe(false)
})
