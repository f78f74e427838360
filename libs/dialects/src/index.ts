export { paths, type Api, type Usage } from './api.ts'
export { isObject, readRequest, shown, type GenerationRequest } from './request.ts'
export { UsageReader } from './usage-reader.ts'
