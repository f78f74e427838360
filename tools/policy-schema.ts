/** Writes docs/elder.schema.json, elder.yaml for editors, from what the service accepts. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { policyJsonSchema } from '../apps/quality-check/src/policy/json-schema.ts'

writeFileSync(join(import.meta.dirname, '../docs/elder.schema.json'), policyJsonSchema())
