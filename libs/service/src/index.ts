export { startService } from './service.ts'
export type { ServiceContext, Running, ServiceOptions } from './service.ts'
