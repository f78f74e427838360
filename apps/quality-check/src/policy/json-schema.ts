import * as z from 'zod'
import { policySchema } from './schema.ts'

/** The JSON Schema of elder.yaml, for editors. */
export function policyJsonSchema(): string {
  const schema = z.toJSONSchema(policySchema, { target: 'draft-7', unrepresentable: 'any' })
  return `${JSON.stringify({ ...schema, title: 'elder.yaml', description: 'The quality policy of a repository, in elder.yaml at its root.' }, null, 2)}\n`
}
