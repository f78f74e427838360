export { openRedis, readRedisSettings } from './redis.ts'
export type { Redis, RedisSettings } from './redis.ts'
