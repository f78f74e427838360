import assert from 'node:assert/strict'
import { expect, it, test } from 'vitest'
import { checkSum } from './sum-helpers.ts'
import { add } from '../src/sums.ts'

function expectSum(sum: number) {
  if (sum !== 3) throw new Error('wrong')
}

// ok: test-without-assertion
it('adds numbers', () => {
  const sum = add(1, 2)
  expect(sum).toBe(3)
})

// ok: test-without-assertion
it('adds in a helper of this file', () => {
  const sum = add(1, 2)
  expectSum(sum)
})

// ok: test-without-assertion
it('adds in an imported helper', () => {
  checkSum(add(1, 2))
})

// ok: test-without-assertion
test('calls back', (t, done) => {
  add(1, 2, done)
})

// ok: test-without-assertion
test('adds with node', () => {
  assert.equal(add(1, 2), 3)
})

// ok: test-without-assertion
test('does not throw for nothing', () => {
  const sum = add()
})

// ok: test-without-assertion
test('asks a server', async () => {
  await request(app).get('/sum').expect(200)
})
