import { expect, test } from 'vitest'
import { operations } from './document.ts'

const named = operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const)

test.each(named)('%s: every example is what its schema says', (_, { body, bodyExample, answers }) => {
  const judged = [body?.safeParse(bodyExample), ...Object.values(answers).map(({ schema, example }) => schema?.safeParse(example))]
  expect(judged.flatMap((result) => result?.error ?? [])).toEqual([])
})
