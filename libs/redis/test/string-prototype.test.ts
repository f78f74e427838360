import { setFlagsFromString } from 'node:v8'
import { runInThisContext } from 'node:vm'
import { expect, test } from 'vitest'
import { Health } from '@elder/lifecycle'
import { openRedis } from '@elder/redis'
import { testTelemetry } from '@elder/testkit'

test('V8 optimizes calls of a text\'s methods although ioredis extends String', async () => {
  setFlagsFromString('--allow-natives-syntax')
  const isOptimizable = () => runInThisContext('%HasFastProperties(String.prototype)') as boolean
  expect(isOptimizable(), 'once ioredis extends String no more, string-prototype.ts can go').toBe(false)
  const redis = openRedis({ url: 'redis://127.0.0.1:1' }, { telemetry: await testTelemetry('probe'), dependency: new Health().depend('redis', { required: true }) })
  expect(isOptimizable()).toBe(true)
  await redis.quit()
})
