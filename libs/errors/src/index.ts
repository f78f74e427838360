export { codes, ServiceError, toServiceError } from './service-error.ts'
export { schemaWords } from './schema-words.ts'
export type { Code } from './service-error.ts'
