import assert from 'node:assert'
import { expect, it } from 'vitest'
import { add } from '../src/sums.ts'

it('adds numbers', () => {
  add(1, 2)
  // ruleid: assertion-cannot-fail
  expect(true).toBe(true)
})

it('adds more numbers', () => {
  const sum = add(1, 2)
  // ruleid: assertion-cannot-fail
  expect(sum).toEqual(sum)
  // ruleid: assertion-cannot-fail
  assert.strictEqual(sum, sum)
})

it('adds nothing', () => {
  // ruleid: assertion-cannot-fail
  assert.ok(true)
})

it('adds on its own', () => {
  // ruleid: assertion-cannot-fail
  expect(1 + 1).toBe(2)
})

it('adds or does not', () => {
  // ruleid: assertion-cannot-fail
  expect(add(1, 1) === 2 || true).toBe(true)
})

it('adds when it is called back', (done) => {
  add(1, 2)
  // ruleid: assertion-cannot-fail
  expect(true).toBe(true)
  done()
})
