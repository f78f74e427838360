export { openRedis, readRedisSettings } from './redis.ts'
export type { Redis, RedisSettings } from './redis.ts'
export { openScripts } from './scripts.ts'
export type { Script } from './scripts.ts'
