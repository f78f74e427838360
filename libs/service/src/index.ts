export { startService } from './service.ts'
export type { Frame, Running, ServiceOptions } from './service.ts'
