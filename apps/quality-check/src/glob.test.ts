import { expect, test } from 'vitest'
import { matchesGlob } from './glob.ts'

test.each([
  ['a.js', 'a.js', true],
  ['a.js', 'b.js', false],
  ['a/b.js', '*.js', false],
  ['a/b.js', '*/*.js', true],
  ['a/b.js', '**/*.js', true],
  ['b.js', '**/*.js', true],
  ['a/b/c/d.js', 'a/**/d.js', true],
  ['a/d.js', 'a/**/d.js', true],
  ['a/d.js', 'a/**', true],
  ['a', 'a/**', true],
  ['b/a/d.js', 'a/**', false],
  ['src/gen/x.ts', '**/gen/**', true],
  ['src/generated/x.ts', '**/gen/**', false],
  ['ab.js', '?b.js', true],
  ['b.js', '?b.js', false],
  ['a.b.c.js', '*.*.js', true],
  ['a.js', 'a.js/**/x', false],
])('%s under %s: %s', (path, glob, expected) => {
  expect(matchesGlob(path, glob)).toBe(expected)
})

test('stays quick on a glob made to be slow', () => {
  const path = 'a'.repeat(1_024)
  expect(matchesGlob(path, `${'*a'.repeat(127)}b`)).toBe(false)
  expect(matchesGlob('a/'.repeat(500) + 'a', `${'**/a/'.repeat(50)}b`)).toBe(false)
})
