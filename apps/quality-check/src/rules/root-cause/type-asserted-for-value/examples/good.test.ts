import { expect, it } from 'vitest'
import { discount, parse, randomToken } from '../src/discount'
import * as api from '../src/index'

it('gives ten percent to members', () => {
  // ok: type-asserted-for-value
  expect(typeof discount({ member: true }, 100)).toBe('number')
  expect(discount({ member: true }, 100)).toBe(90)
})

it('answers with a number and not with a text', () => {
  // ok: type-asserted-for-value
  expect(typeof parse('12')).toBe('number')
})

it('draws one', () => {
  // ok: type-asserted-for-value
  expect(typeof randomToken(12)).toBe('string')
})

it('offers start', () => {
  // ok: type-asserted-for-value
  expect(typeof api.start).toBe('function')
})
