import { parseSync } from 'oxc-parser'
import { expect, test } from 'vitest'
import * as javascript from '../javascript/cognitive-complexity.ts'
import { parsePython } from '../python/parse.ts'
import * as python from '../python/cognitive-complexity.ts'
import { complexityBound } from './branch-words.ts'

test.each([
  ['conditions inside conditions', 'function f(a) { return a?a?a?a?a?1:2:3:4:5:6 }'],
  ['branches inside callbacks', 'const f = (a) => { if (a) g(() => { for (;;) h(function () { while (a) i(class { p = a ? 1 : 2 }) }) }) }'],
  ['else, labels and recursion', 'function f(a) { o: for (;;) { if (a) continue o; else if (f(a)) break o; else { try { f() } catch { do f(); while (a && b || c) } } } }'],
  ['a switch in a loop', 'class C { async m(a) { for await (const b of a) switch (b) { case 1: if (b) return } } }'],
])('never puts JavaScript below its complexity: %s', (_, text) => {
  const boundOf = complexityBound(text, javascript.branchSyntax)
  const judged = javascript.judgedFunctions(parseSync('file.ts', text, { preserveParens: false }).program)
  expect(judged.length).toBeGreaterThan(0)
  for (const { node, score } of judged) expect(boundOf(node)).toBeGreaterThanOrEqual(score)
})

test.each([
  ['conditions inside conditions', 'def f(a):\n    return 1 if a else 2 if a else 3 if a else (4 if a else 5)\n'],
  ['loops', 'async def f(a):\n    async  for b in a:\n        for c in b:\n            while c:\n                f(a)\n            else:\n                pass\n    return (lambda: (1 if a else 2)) if a else None\n'],
  ['handlers and matches', 'def f(a):\n    try:\n        match a:\n            case 1 if a and b or c:\n                pass\n    except E:\n        if a:\n            pass\n        elif b:\n            pass\n        else:\n            f()\n'],
])('never puts Python below its complexity: %s', (_, text) => {
  const parsed = parsePython(text)
  if (parsed.error !== undefined) throw new Error(parsed.error.message)
  const boundOf = complexityBound(text, python.branchSyntax)
  const judged = python.judgedFunctions(parsed.module, () => true)
  expect(judged.length).toBeGreaterThan(0)
  for (const { node, score } of judged) expect(boundOf(node)).toBeGreaterThanOrEqual(score)
})

test('does not count what only holds the loop of a comprehension', () => {
  const text = 'def f(a):\n    return [b for b in a for c in b]\n'
  expect(complexityBound(text, python.branchSyntax)({ start: 0, end: text.length })).toBe(1)
})
