import { expect, test } from 'vitest'
import { findRepetitions } from './repeated-lines.ts'

const lineOf = (text: string, index: number) => ({ number: index + 1, start: index * 100, end: index * 100 + text.length, text })

function codeOf(texts: readonly string[]) {
  return { lines: texts.map((text, index) => lineOf(text, index)), count: () => texts.length, lineOf: (offset: number) => Math.floor(offset / 100) + 1 }
}

const block = Array.from({ length: 12 }, (_, index) => `const total${index} = measureEverything(inputs[${index}], options) // ${index}`)

test('finds a copy between lines that stand nowhere else, and names the first', () => {
  const found = findRepetitions(codeOf(['first()', ...block, 'second()', 'third()', ...block, 'last()']))
  expect(found).toMatchObject([{ firstLine: 16, lastLine: 27, originalFirstLine: 2, originalLastLine: 13, lines: 12 }])
})

test('finds three copies of one block that stand one after the other', () => {
  expect(findRepetitions(codeOf([...block, ...block, ...block])).map(({ firstLine }) => firstLine)).toEqual([13, 25])
})

test('looks at each of many equal lines a few times, not once for every other', () => {
  let reads = 0
  const lines = Array.from({ length: 20_000 }, (_, index) => {
    const line = lineOf('x', index)
    return {
      ...line,
      get text() {
        reads++
        return line.text
      },
    }
  })
  expect(findRepetitions({ lines, count: () => lines.length, lineOf: () => 1 })).toEqual([])
  expect(reads).toBeLessThan(10 * lines.length)
})
