export { openRedis, readRedisSettings } from './redis.ts'
export type { Redis, RedisSettings } from './redis.ts'
export { gatherScripts } from './scripts.ts'
export type { Script } from './scripts.ts'
