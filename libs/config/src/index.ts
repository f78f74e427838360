export { ConfigError, EnvReader } from './env-reader.ts'
export type { Env } from './env-reader.ts'
