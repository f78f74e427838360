import { expect, it } from 'vitest'
import { add, counter } from '../src/sums.ts'

it('adds numbers', () => {
  // ok: assertion-cannot-fail
  expect(add(1, 2)).toBe(3)
  // Two calls, which must agree.
  // ok: assertion-cannot-fail
  expect(counter.next()).toBe(counter.next())
  // ok: assertion-cannot-fail
  expect(true).toBe(add(1, 2) === 3)
})

it('calls back', (done) => {
  add(1, 2, () => {
    // That this is reached is what is asserted.
    // ok: assertion-cannot-fail
    expect(true).toBe(true)
    done()
  })
})

it('adds one way or the other', () => {
  // ok: assertion-cannot-fail
  expect(add(1, 1) === 2 || add(1, 1) === 3).toBe(true)
})

if (process.env.DATABASE === 'postgres')
  it('adds in the database', async () => {
    // ok: assertion-cannot-fail
    expect(await add.stored(1, 2)).toBe(3)
  })
else
  it('needs Postgres', () => {
    // It only stands in for the test of the other branch.
    // ok: assertion-cannot-fail
    expect(true).toBe(true)
  })

it('refuses to add texts', (done) => {
  // ok: assertion-cannot-fail
  expect(true).toBe(true)
  add.later('a', 'b').then(done.fail).catch(done)
})
