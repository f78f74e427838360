import { parseSync } from 'oxc-parser'
import { expect, test } from 'vitest'
import { judgedFunctions } from './cognitive-complexity.ts'

const scoresOf = (text: string) => judgedFunctions(parseSync('file.ts', text, { preserveParens: false }).program).map(({ score }) => score)

test('counts each sequence of like operators once', () => {
  expect(scoresOf('function f(a, b, c, d) { if (a && b && c || d) return (a || b) ?? c }')).toEqual([4])
})

test('judges functions in the order they stand in, with what holds them', () => {
  const { program } = parseSync('file.ts', 'const a = () => { if (x) return 1 }\nclass C { m() { while (x) if (y) z() } }', { preserveParens: false })
  expect(judgedFunctions(program).map(({ score, parent }) => [score, parent?.type])).toEqual([
    [1, 'VariableDeclarator'],
    [3, 'MethodDefinition'],
  ])
})

test.each([
  ['calls', `function f() { if (x) a${'.b()'.repeat(3000)} }`, 1],
  ['terms', `function f() { if (${Array.from({ length: 3000 }, (_, index) => `a${index}`).join(' || ')}) b() }`, 2],
])('follows a chain of thousands of %s', (_, text, score) => {
  expect(scoresOf(text)).toEqual([score])
})
