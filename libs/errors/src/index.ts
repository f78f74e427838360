export { codes, ServiceError, toServiceError } from './service-error.ts'
export type { Code } from './service-error.ts'
