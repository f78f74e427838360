import { expect, test } from 'vitest'
import { RetryBudget } from './retry-budget.ts'

function budget(floor: number) {
  const clock = { now: 1_000_000 }
  return { clock, budget: new RetryBudget({ ratio: 0.2, floor, now: () => clock.now }) }
}

function withdrawn(from: RetryBudget, share?: number): number {
  let count = 0
  while (from.withdraw(share)) count++
  return count
}

test('allows one repeat for five first attempts, and the floor', () => {
  const { budget: one } = budget(3)
  for (let attempt = 0; attempt < 50; attempt++) one.deposit()
  expect(withdrawn(one)).toBe(13)
})

test('forgets first attempts and repeats after ten seconds', () => {
  const { budget: one, clock } = budget(2)
  for (let attempt = 0; attempt < 10; attempt++) one.deposit()
  expect(withdrawn(one)).toBe(4)
  clock.now += 9_000
  expect(withdrawn(one)).toBe(0)
  clock.now += 1_000
  expect(withdrawn(one)).toBe(2)
  clock.now += 1_000_000
  expect(withdrawn(one)).toBe(2)
})

test('leaves the rest of the budget to others when only a share is asked for', () => {
  const { budget: one } = budget(10)
  expect(withdrawn(one, 0.5)).toBe(5)
  expect(withdrawn(one)).toBe(5)
})
