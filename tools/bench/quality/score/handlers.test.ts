import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { scoreEditPairs } from './edit-pairs.ts'
import { openGate } from './gate.ts'
import type { Score } from './rates.ts'

const folder = join(import.meta.dirname, '../examples/handlers')
const security = openGate(({ category }) => category === 'security')
const blocking = openGate(({ blocker }) => blocker)
afterAll(() => Promise.all([security.close(), blocking.close()]))

const sum = (scores: readonly Score[], of: (score: Score) => number) => scores.reduce((all, score) => all + of(score), 0)
const flawed = ({ truePositives, falseNegatives }: Score) => truePositives + falseNegatives
const sound = ({ falsePositives, trueNegatives }: Score) => falsePositives + trueNegatives

test('handlers that look dangerous and are not pass the gate, and their flawed twins are found', { timeout: 120_000 }, async () => {
  const found = Object.values(await scoreEditPairs(folder, security))
  const blocked = Object.values(await scoreEditPairs(folder, blocking))
  expect({ flawed: sum(found, flawed), sound: sum(found, sound) }).toEqual({ flawed: 80, sound: 120 })
  expect(sum(found, ({ truePositives }) => truePositives)).toBeGreaterThanOrEqual(72)
  expect(sum(blocked, ({ truePositives }) => truePositives)).toBeGreaterThanOrEqual(59)
  expect(sum(blocked, ({ falsePositives }) => falsePositives)).toBeLessThanOrEqual(1)
})
