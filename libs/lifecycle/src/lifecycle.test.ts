import { collectDefaultMetrics, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { serveAdmin } from './admin.ts'
import { Health } from './health.ts'
import { Teardown } from './teardown.ts'

test('closes last-opened first and continues after a step that fails or hangs', async () => {
  const closed: string[] = []
  const warnings: unknown[] = []
  const teardown = new Teardown({ warn: (details: object) => warnings.push(details) }, 20)
  teardown.add('pool', () => closed.push('pool'))
  teardown.add('hanging', () => new Promise(() => {}))
  teardown.add('failing', () => Promise.reject(new Error('no')))
  teardown.add('server', () => closed.push('server'))
  await teardown.run()
  expect(closed).toEqual(['server', 'pool'])
  expect(warnings).toMatchObject([{ step: 'failing' }, { step: 'hanging' }])
})

test('is ready only when started, not draining, and every required dependency is up', async () => {
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  const health = new Health()
  const admin = await serveAdmin({ host: '127.0.0.1', port: 0 }, health, { service: 'probe', metrics })
  const probe = async (path: string) => (await fetch(`http://127.0.0.1:${admin.port}${path}`)).status
  try {
    const postgres = health.depend('postgres', { required: true })
    const redis = health.depend('redis', { required: false })
    expect([await probe('/livez'), await probe('/startupz'), await probe('/readyz')]).toEqual([200, 503, 503])
    health.started()
    expect(await probe('/readyz')).toBe(503)
    postgres.up()
    redis.down('connection refused')
    expect([await probe('/startupz'), await probe('/readyz')]).toEqual([200, 200])
    postgres.down('connection refused')
    const answer = await fetch(`http://127.0.0.1:${admin.port}/readyz`)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ dependencies: [{ name: 'postgres', reason: 'connection refused' }, { name: 'redis' }] })
    postgres.up()
    health.draining()
    expect([await probe('/livez'), await probe('/readyz')]).toEqual([200, 503])
    expect(await (await fetch(`http://127.0.0.1:${admin.port}/metrics`)).text()).toContain('process_cpu_seconds_total')
  } finally {
    await admin.close()
  }
})
