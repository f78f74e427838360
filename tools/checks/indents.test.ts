import { expect, test } from 'vitest'
import { misplacedLines } from './indents.ts'

const around = (line: string) => `async function start() {\n  try {\n    const { root } = place\n${line}\n    await begin(root)\n  } finally {\n    started = false\n  }\n}\n`

test('names a line that is indented less, or more, than its block', () => {
  expect(misplacedLines('a.ts', around('  const server = await open(root)'))).toEqual([4])
  expect(misplacedLines('a.ts', around('      const server = await open(root)'))).toEqual([4])
  expect(misplacedLines('a.ts', around('    const server = await open(root)'))).toEqual([])
})

test('knows classes and cases, and leaves texts and chains alone', () => {
  const text = "class Door {\n  open(): string {\n    switch (this.kind) {\n      case 'a':\n        return `\nas it is`\n      default:\n        return [1]\n          .map(String)\n          .join('')\n    }\n  }\n}\n"
  expect(misplacedLines('a.ts', text)).toEqual([])
  expect(misplacedLines('a.ts', text.replace('  open', ' open').replace('      default', '    default'))).toEqual([2, 3, 7, 8])
})
