import { expect, test } from 'vitest'
import { checkPatterns } from './patterns.ts'

const adviceIn = (language: 'go' | 'java' | 'rust', rule: string, text: string) =>
  checkPatterns({ text, extension: `.${language}`, bareName: '', fileClass: 'source', language }).filter((found) => found.rule === rule).map(({ advice }) => advice ?? false)

test('a method that only an interface asks for is advice, a function that is to be written yet blocks', () => {
  expect(adviceIn('go', 'stub-left', 'package a\n\nfunc (d *dir) Seek(to int64) error {\n\tpanic("not implemented")\n}\n')).toEqual([true])
  expect(adviceIn('go', 'stub-left', 'package a\n\nfunc (d *dir) Seek(to int64) error {\n\tpanic("not yet implemented")\n}\n')).toEqual([false])
  expect(adviceIn('go', 'stub-left', 'package a\n\nfunc sum() int {\n\tpanic("not implemented")\n}\n')).toEqual([false])
  expect(adviceIn('go', 'stub-left', '// A licence.\n\n// +build js\n\npackage a\n\nfunc sum() int {\n\tpanic("not implemented")\n}\n')).toEqual([true])
  expect(adviceIn('java', 'stub-left', 'interface A {\n  default A same(boolean is) {\n    throw new UnsupportedOperationException("Not implemented");\n  }\n}\n')).toEqual([true])
  expect(adviceIn('rust', 'stub-left', 'fn sum() -> i32 {\n    unimplemented!()\n}\n')).toEqual([true])
})

test('a test or a class of tests that is switched off blocks, what a runner might take for one is advice', () => {
  expect(adviceIn('java', 'test-switched-off', 'class A {\n  @Ignore\n  @Test\n  public void sums() {}\n}\n')).toEqual([false])
  expect(adviceIn('java', 'test-switched-off', '@Ignore\npublic class A {\n  @Test\n  public void sums() {}\n}\n')).toEqual([false])
  expect(adviceIn('java', 'test-switched-off', '@Ignore\npublic class TestOrder extends Order {\n  long id;\n}\n')).toEqual([true])
})
