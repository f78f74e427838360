export { retryDelayMs } from './retry-delay.ts'
export { schemaWords } from './schema-words.ts'
export { codes, ServiceError, toServiceError } from './service-error.ts'
export type { Code } from './service-error.ts'
