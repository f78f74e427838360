import { expect, test } from 'vitest'
import { countChanged, readRanges, touches } from './changed-lines.ts'
import { readChanges } from './request-changes.ts'

const file = (path: string, ...changedLines: { first: number; last: number }[]) => ({ path, changedLines })

test('a range touches what it shares a line with', () => {
  const changed = readRanges([{ first: 10, last: 12 }, { first: 3, last: 4 }, { first: 5, last: 5 }], 'f')
  expect(changed).toEqual([{ first: 3, last: 5 }, { first: 10, last: 12 }])
  const at = (first: number, last: number) => touches(changed, first, last)
  expect([at(1, 2), at(1, 3), at(5, 5), at(6, 9), at(9, 10), at(12, 99), at(13, 99), at(1, 99)]).toEqual([false, true, true, false, true, true, false, true])
  expect(countChanged(changed, 11)).toBe(5)
  expect(countChanged(changed, 100)).toBe(6)
  expect(touches([], 1, 9)).toBe(false)
})

test('a range that is none is refused by its place', () => {
  expect(() => readRanges([{ first: 1, last: 1 }, { first: 5, last: 4 }], 'files[2].changedLines')).toThrow('files[2].changedLines[1] is 5-4')
  expect(() => readRanges([{ first: 0, last: 4 }], 'f')).toThrow('f[0] is 0-4')
})

test('the mode follows from what is given', () => {
  const mode = (changes: Partial<Parameters<typeof readChanges>[0]>) => readChanges({ files: [file('a')], diff: '', mode: undefined, ...changes }, 'whole_file').mode
  expect(mode({})).toBe('whole_file')
  expect(mode({ files: [file('a', { first: 1, last: 1 })] })).toBe('new_code')
  expect(mode({ diff: '--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n' })).toBe('new_code')
  expect(mode({ mode: 'baseline' })).toBe('baseline')
  expect(readChanges({ files: [file('a')], diff: '', mode: undefined }, 'new_code').mode).toBe('new_code')
})

test('a diff wins over ranges, and a file that it does not name has no new line', () => {
  const changes = readChanges({ files: [file('src/a.ts', { first: 9, last: 9 }), file('b.ts'), file('b/c.ts')], diff: '--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1 +1 @@\n-a\n+b\n--- /dev/null\n+++ b/c.ts\n@@ -0,0 +1 @@\n+a\n', mode: undefined }, 'whole_file')
  expect(changes.of('src/a.ts')).toEqual([{ first: 1, last: 1 }])
  expect(changes.of('b.ts')).toEqual([])
  expect(changes.of('b/c.ts')).toBe('all')
})

test('in other modes every line counts', () => {
  expect(readChanges({ files: [file('a', { first: 1, last: 1 })], diff: '', mode: 'whole_file' }, 'whole_file').of('a')).toBe('all')
})
