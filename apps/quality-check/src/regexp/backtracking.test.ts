import { expect, test } from 'vitest'
import { backtracksForEver } from './backtracking.ts'

test.each([
  String.raw`(a+)+$`,
  String.raw`^([a-z]+)*@`,
  String.raw`^(\w+\s?)*$`,
  String.raw`(\d|\w)+;`,
  String.raw`^(?:(?:x*)y?)+z`,
  String.raw`(.*,?)*;$`,
  String.raw`^(([a-z])+.)+[A-Z]([a-z])+$`,
  String.raw`(?P<name>[^:]+:?)+=`,
  String.raw`(?:[^,]+|[^;]+)+$`,
  String.raw`(?:\w+é?)+$`,
])('%s takes for ever', (source) => {
  expect(backtracksForEver(source)).toBe(true)
})

test.each([
  String.raw`(a+b)+$`,
  String.raw`^(\w+\s)*$`,
  String.raw`(?:[^"\\]|\\.)*"`,
  String.raw`(?:\.\d+)*$`,
  String.raw`^(?:[a-z0-9-]+\.)+[a-z]{2,}$`,
  String.raw`(a+)+`,
  String.raw`^(?:\d{3},)*\d+$`,
  String.raw`(?:\r\n|\n|\r)+$`,
  String.raw`(?:ab|ba)+c`,
  String.raw`^(?:\s*,\s*\w+)*\s*$`,
  String.raw`([a-z]++)+$`,
  String.raw`(\b\w+)+$`,
  String.raw`(unclosed+`,
  String.raw`(?:(?:\w+)+ ?)*`,
  String.raw`(?:\p{L}|\p{N})+$`,
  String.raw`(?:\p{L}|[-'])+$`,
  String.raw`^(?:é|è|a)+$`,
  String.raw`(?:[\s\u200b]|\u00a0)+$`,
  String.raw`(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\uD800-\uDFFF])+$`,
])('%s is not called so', (source) => {
  expect(backtracksForEver(source)).toBe(false)
})
