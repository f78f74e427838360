import { expect, it } from 'vitest'
import { discount } from '../src/discount'

it('gives ten percent to members', () => {
  // ruleid: type-asserted-for-value
  expect(typeof discount({ member: true }, 100)).toBe('number')
})
