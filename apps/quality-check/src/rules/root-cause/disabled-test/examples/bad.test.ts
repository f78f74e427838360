import { describe, expect, it, test } from 'vitest'

// ruleid: disabled-test
it.skip('adds numbers', () => {
  expect(1 + 1).toBe(2)
})

// ruleid: disabled-test
describe.skip('sums', () => {
  it('adds', () => expect(1 + 2).toBe(3))
})

// ruleid: disabled-test
xit('subtracts', () => {
  expect(2 - 1).toBe(1)
})

// ruleid: disabled-test
test('multiplies', { skip: true }, () => {
  expect(2 * 2).toBe(4)
})

test('divides', (t) => {
  // ruleid: disabled-test
  t.skip()
  expect(4 / 2).toBe(2)
})

// ruleid: disabled-test
it.skip('reads all of it', readsAllOfIt)

before(function () {
  // ruleid: disabled-test
  this.skip()
})

// Needs the accounts of issue 4711, which are ordered and not there yet.
it.skip('asks the accounts', () => {
  expect(ask()).toBe('yes')
})

// ruleid: disabled-test
it.skip('asks the stock', () => {
  expect(stock()).toBe(3)
})

// ruleid: disabled-test
test.each([])('adds %i and %i', (a, b, sum) => {
  expect(a + b).toBe(sum)
})
