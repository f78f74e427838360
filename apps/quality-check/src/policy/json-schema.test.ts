import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { policyJsonSchema } from './json-schema.ts'

test('the schema for editors is what the service accepts: node tools/policy-schema.ts', () => {
  expect(readFileSync(join(import.meta.dirname, '../../../../docs/elder.schema.json'), 'utf8')).toBe(policyJsonSchema())
})
