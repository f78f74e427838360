import { expect, it, test } from 'vitest'
import { add, save } from '../src/sums.ts'

// ruleid: test-without-assertion
it('adds numbers', () => {
  const sum = add(1, 2)
})

// ruleid: test-without-assertion
it('saves the sum', async () => {
  const saved = await save(3)
  console.log(saved)
})

// ruleid: test-without-assertion
test('subtracts', () => {})
