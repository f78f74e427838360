import { expect, test } from 'vitest'
import { expressionsOf, firstOf } from './expressions.ts'

const words = (choice: string) => `\\b(?:${choice})\\b`
const many = Array.from({ length: 10_000 }, (_, index) => `phrase ${index}(?! of none)`)

test('no expression is too long for V8 to optimise, however many phrases there are', () => {
  const lengths = expressionsOf(many, words).map(({ source }) => source.length)
  expect(lengths.length).toBeGreaterThan(1)
  expect(Math.max(...lengths)).toBeLessThan(20_000)
})

test.each([0, 499, 500, 9_999])('phrase %i is found among 10,000', (number) => {
  expect(firstOf(expressionsOf(many, words), `it has Phrase ${number} of some`)).toMatchObject({ index: 7, 0: `Phrase ${number}` })
})

test('finds what one expression of all phrases would find', () => {
  const all = expressionsOf(many, words)
  expect(firstOf(all, 'phrase 9999, phrase 0')?.[0]).toBe('phrase 9999')
  expect(firstOf(all, 'phrase 0, phrase 9999')?.[0]).toBe('phrase 0')
  expect(firstOf([/first.*/, /first/], 'the first one')?.[0]).toBe('first one')
  expect(firstOf(all, 'phrase 1 of none')).toBeNull()
})
