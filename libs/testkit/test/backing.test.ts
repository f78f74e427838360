import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBacking, type TestBacking } from '../src/index.ts'
import { connect as connectNats } from '@nats-io/transport-node'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Redis } from 'ioredis'
import { Client } from 'pg'

let backing: TestBacking
beforeAll(async () => {
  backing = await startBacking()
})
afterAll(() => backing.dispose())

async function query(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: backing.postgresUrl })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('gives a NATS with JetStream that keeps its port and its streams over a restart', async () => {
  const [servers, user, pass] = [new URL(backing.natsUrl).host, new URL(backing.natsUrl).username, new URL(backing.natsUrl).password]
  const before = await connectNats({ servers, user, pass })
  await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['kept.>'] })
  await jetstream(before).publish('kept.one', 'x')
  await before.close()
  await backing.nats.stop()
  await expect(connectNats({ servers, user, pass, timeout: 500 })).rejects.toThrow()
  await backing.nats.start()
  const after = await connectNats({ servers, user, pass })
  expect((await (await jetstreamManager(after)).streams.info('KEPT')).state.messages).toBe(1)
  await after.close()
})

test('gives a Redis that keeps its port over a restart and refuses those without its password', async () => {
  const redis = new Redis(backing.redisUrl, { lazyConnect: true, retryStrategy: null })
  await redis.connect()
  expect(await redis.set('a', '1')).toBe('OK')
  redis.disconnect()
  await backing.redis.stop()
  await backing.redis.start()
  const stranger = new Redis(Number(new URL(backing.redisUrl).port), '127.0.0.1')
  stranger.on('error', () => {})
  await expect(stranger.get('a')).rejects.toThrow('NOAUTH')
  stranger.disconnect()
})

test('gives a database that is refused while stopped and keeps its rows', async () => {
  await query('create schema mine')
  await query('create table mine.t as select 7 as n')
  await backing.postgres.stop()
  await expect(query('select 1')).rejects.toThrow('ECONNREFUSED')
  await backing.postgres.start()
  expect(await query('select n from mine.t')).toEqual([{ n: 7 }])
})

test('gives each call its own database', async () => {
  const other = await startBacking({ postgres: true })
  try {
    expect(other.postgresUrl).not.toBe(backing.postgresUrl)
    expect(() => other.natsUrl).toThrow('was not asked for nats')
  } finally {
    await other.dispose()
  }
})
