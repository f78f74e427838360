import { expect, test } from 'vitest'
import type { Seen } from '../fingerprint.ts'
import { mayBeEcho, withoutEchoes } from './echoes.ts'

const seen = (name: string, line: number, advice = false): Seen => {
  const [engine, ...rule] = name.split('/')
  return { engine: engine as Seen['engine'], rule: rule.join('/'), line, column: 1, endLine: line, endColumn: 2, message: '', fix: '', fingerprint: `${name}:${line}`, ...(advice && { advice }) }
}
const names = (all: readonly Seen[]) => withoutEchoes(all).map(({ fingerprint }) => fingerprint)

test('what two rules say of one line is said once, by the one that knows where the data comes from', () => {
  expect(names([seen('oxlint/no-eval', 3), seen('elder/code-injection', 3), seen('oxlint/no-eval', 9)])).toEqual(['elder/code-injection:3', 'oxlint/no-eval:9'])
  expect(names([seen('ruff/E722', 4), seen('ruff/S110', 4)])).toEqual(['ruff/S110:4'])
  expect(names([seen('oxlint/empty-catch', 4), seen('elder/swallowed-exception', 4)])).toEqual(['elder/swallowed-exception:4'])
})

test('a guess does not take the place of what is sure', () => {
  expect(names([seen('oxlint/no-eval', 3), seen('elder/code-injection', 3, true)])).toEqual(['oxlint/no-eval:3'])
})

test('what the better rule knows to be harmless is not said, and that it is harmless neither', () => {
  expect(names([seen('ruff/S307', 3), { ...seen('elder/code-injection', 3), clears: true }, seen('ruff/S307', 8)])).toEqual(['ruff/S307:8'])
})

test('different flaws of one line are all said', () => {
  expect(names([seen('elder/sql-injection', 3), seen('elder/weak-hash', 3), seen('oxlint/no-eval', 3)])).toHaveLength(3)
})

test('only what may yet be said better waits for the other engines', () => {
  expect(mayBeEcho(seen('oxlint/no-eval', 1))).toBe(true)
  expect(mayBeEcho(seen('elder/code-injection', 1))).toBe(false)
  expect(mayBeEcho(seen('elder/code-injection', 1, true))).toBe(true)
  expect(mayBeEcho(seen('oxlint/no-debugger', 1))).toBe(false)
})
