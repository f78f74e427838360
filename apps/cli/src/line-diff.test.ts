import { expect, test } from 'vitest'
import { applySplices } from './checking/edits.ts'
import { lineSplices } from './line-diff.ts'

test.each([
  ['nothing', 'a\nb\n', 'a\nb\n', 0],
  ['a line in the middle', 'a\nb\nc\n', 'a\nx\nc\n', 1],
  ['lines apart', 'a\nb\nc\nd\ne\n', 'a\nB\nc\nd\nE\n', 2],
  ['the first and the last', 'a\nb\nc\n', 'x\nb\ny\n', 2],
  ['what was added to nothing', '', 'a\nb\n', 1],
  ['what was taken away', 'a\nb\nc\n', 'b\n', 2],
  ['a moved line', 'a\nb\nc\n', 'c\na\nb\n', 2],
  ['a missing line break at the end', 'a\nb', 'a\nc', 1],
])('tells %s in as few places as there are', (_, before, after, places) => {
  const splices = lineSplices(before, after)
  expect(applySplices(before, splices)).toBe(after)
  expect(splices).toHaveLength(places)
})

test('compares large texts that have nothing in common as a whole', () => {
  const text = (word: string) => Array.from({ length: 5_000 }, (_, index) => `${word} ${index}\n`).join('')
  expect(lineSplices(text('old'), text('new'))).toEqual([{ start: 0, end: text('old').length, text: text('new') }])
})
