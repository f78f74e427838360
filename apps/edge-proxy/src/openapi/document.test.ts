import { expect, test } from 'vitest'
import { operations } from './document.ts'

const named = operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const)

test.each(named)('%s: every example is what its schema says', (_, { body, bodyExample, answers }) => {
  if (body) expect(body.safeParse(bodyExample).error).toBeUndefined()
  for (const { schema, example } of Object.values(answers)) if (schema) expect(schema.safeParse(example).error).toBeUndefined()
})
