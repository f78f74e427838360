export { paths, type Api, type Usage } from './api.ts'
export { isObject, readRequest, shown, type GenerationRequest } from './request.ts'
export { translate, type AnswerTranslator, type Translation } from './translate.ts'
export { UsageReader } from './usage-reader.ts'
