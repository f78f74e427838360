import { expect, test } from 'vitest'
import { linesWithModifiers } from './modifiers.ts'

// Put together here, or this file would be named itself.
const group = (flags: string) => `const a = /b(?${flags}:c|d)/`

test('names a group that changes flags, and no other group', () => {
  expect(linesWithModifiers([group('i'), group('-i'), group('s-m'), group('im-s')].join('\n'))).toEqual([1, 2, 3, 4])
  expect(linesWithModifiers([group(''), 'const a = /(?<name>b)(?=i:)(?!m:)(?<=s:)(?<!-i:)/i'].join('\n'))).toEqual([])
})
