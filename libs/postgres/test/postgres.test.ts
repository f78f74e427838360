import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { SpanKind } from '@opentelemetry/api'
import { ServiceError } from '@elder/errors'
import { Health } from '@elder/lifecycle'
import { openDatabase, readMigrations, type Migration } from '@elder/postgres'
import { createTelemetry, inSpan, type Telemetry } from '@elder/telemetry'
import { startBacking, startOtlpReceiver, testTelemetry, waitUntil, type TestBacking } from '@elder/testkit'

let backing: TestBacking
let telemetry: Telemetry
const closers: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  backing = await startBacking({ postgres: true })
  telemetry = await testTelemetry('probe')
})
afterAll(() => backing.dispose())
afterEach(async () => {
  for (let close = closers.pop(); close; close = closers.pop()) await close()
})

const people: Migration = { name: '0001_people.sql', sql: 'create table people (id int primary key, name text not null unique, age int check (age > 0), boss int references people)' }
let schemas = 0
const freshSchema = () => `schema ${++schemas}`

async function open(options: { schema?: string; migrations?: Migration[]; telemetry?: Telemetry; signal?: AbortSignal } = {}) {
  const health = new Health()
  const database = await openDatabase(
    { url: backing.postgresUrl, maxConnections: 4 },
    { telemetry, dependency: health.depend('postgres', { required: true }), schema: freshSchema(), migrations: [people], ...options },
  )
  closers.push(() => database.close())
  return { database, dependency: () => health.snapshot().dependencies[0] }
}

test('finds the tables of its own schema, in UTC, with a limit on every statement', async () => {
  const { database, dependency } = await open()
  await database.query('insert into people values ($1, $2)', [1, 'Ada'])
  expect(await database.query('select name from people')).toEqual([{ name: 'Ada' }])
  expect(await database.query('show timezone')).toEqual([{ TimeZone: 'UTC' }])
  expect(await database.query('show statement_timeout')).toEqual([{ statement_timeout: '15s' }])
  expect(dependency()?.up).toBe(true)
})

test.each([
  ['an entry twice', "insert into people values (1, 'Bob')", 'already_exists', 'people_pkey'],
  ['a value of the wrong type', "select 'x'::int", 'invalid_argument', ''],
  ['a value that a rule forbids', "insert into people values (2, 'Bob', 0)", 'invalid_argument', 'people_age_check'],
  ['a missing value', 'insert into people values (2, null)', 'invalid_argument', ''],
  ['a reference to nothing', "insert into people values (2, 'Bob', 1, 99)", 'failed_precondition', 'people_boss_fkey'],
  ['a statement that takes too long', 'set statement_timeout = 50; select pg_sleep(10)', 'deadline_exceeded', ''],
])('says in our codes that postgres refused %s', async (_what, sql, code, constraint) => {
  const { database } = await open()
  await database.query("insert into people values (1, 'Ada')")
  const error = await database.query(sql).then(() => undefined, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ServiceError)
  expect(error).toMatchObject({ code, message: expect.stringContaining(constraint) as string })
})

test('leaves a wrong statement as the bug it is', async () => {
  const { database } = await open()
  await expect(database.query('select * from nowhere')).rejects.toMatchObject({ name: 'error', code: '42P01' })
})

test('commits a transaction as a whole or not at all', async () => {
  const { database } = await open()
  await expect(
    database.transaction(async (tx) => {
      await tx.query("insert into people values (1, 'Ada')")
      throw new Error('changed its mind')
    }),
  ).rejects.toThrow('changed its mind')
  expect(await database.query('select * from people')).toEqual([])
  expect(await database.transaction((tx) => tx.query("insert into people values (1, 'Ada') returning id"))).toEqual([{ id: 1 }])
})

test('runs a transaction once more when two of them collided', async () => {
  const { database } = await open()
  await database.query("insert into people values (1, 'Ada', 1), (2, 'Bob', 1)")
  let runs = 0
  const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  // Each takes one row and then wants the other's: Postgres ends one of the two.
  const growOlder = (me: number, first: number, second: number) =>
    database.transaction(async (tx) => {
      runs++
      await tx.query('update people set age = age + 1 where id = $1', [first])
      arrived[me]?.resolve()
      await arrived[1 - me]?.promise
      await tx.query('update people set age = age + 1 where id = $1', [second])
    }).finally(() => arrived[me]?.resolve())
  await Promise.all([growOlder(0, 1, 2), growOlder(1, 2, 1)])
  expect(runs).toBe(3)
  expect(await database.query('select age from people order by id')).toEqual([{ age: 3 }, { age: 3 }])
})

test('waits for postgres at its start and comes up when it does', async () => {
  await backing.postgres.stop()
  const health = new Health()
  const opening = openDatabase({ url: backing.postgresUrl, maxConnections: 2 }, { telemetry, dependency: health.depend('postgres', { required: true }), schema: freshSchema(), migrations: [people] })
  await waitUntil(() => health.snapshot().dependencies[0]?.reason.includes('ECONNREFUSED'))
  await backing.postgres.start()
  const database = await opening
  closers.push(() => database.close())
  expect(health.snapshot().dependencies[0]?.up).toBe(true)
})

test('stops waiting when the signal aborts', async () => {
  await backing.postgres.stop()
  try {
    const controller = new AbortController()
    const opening = open({ signal: controller.signal })
    controller.abort(new Error('the service stops'))
    await expect(opening).rejects.toThrow()
  } finally {
    await backing.postgres.start()
  }
})

test('reports by itself that postgres left and came back', async () => {
  const { database, dependency } = await open()
  await backing.postgres.stop()
  await waitUntil(() => dependency()?.up === false)
  await expect(database.query('select 1')).rejects.toMatchObject({ code: 'unavailable' })
  await backing.postgres.start()
  await waitUntil(() => dependency()?.up)
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }])
})

test('applies each migration once, also when two services start together', async () => {
  const schema = freshSchema()
  const more: Migration = { name: '0002_more.sql', sql: "insert into people values (1, 'Ada'); alter table people add column note text" }
  const [{ database }] = await Promise.all([open({ schema, migrations: [people, more] }), open({ schema, migrations: [people, more] })])
  await open({ schema, migrations: [people, more] })
  expect(await database.query('select count(*) from people')).toEqual([{ count: '1' }])
  expect(await database.query('select name from migrations order by name')).toEqual([{ name: '0001_people.sql' }, { name: '0002_more.sql' }])
})

test('leaves nothing of a migration that fails', async () => {
  const schema = freshSchema()
  const broken: Migration = { name: '0002_broken.sql', sql: "insert into people values (1, 'Ada'); select * from nowhere" }
  await expect(open({ schema, migrations: [people, broken] })).rejects.toThrow(`migration ${schema}/0002_broken.sql failed: relation "nowhere" does not exist`)
  const { database } = await open({ schema })
  expect(await database.query('select * from people')).toEqual([])
})

test('refuses a database that a newer version has written to', async () => {
  const schema = freshSchema()
  await open({ schema, migrations: [people, { name: '0002_newer.sql', sql: 'select 1' }] })
  await expect(open({ schema })).rejects.toThrow(/0002_newer\.sql, which this version does not know.*Start that version, or restore a backup/)
})

test('refuses a migration that was changed after it ran', async () => {
  const schema = freshSchema()
  await open({ schema })
  await expect(open({ schema, migrations: [{ ...people, sql: `${people.sql};` }] })).rejects.toThrow(/0001_people\.sql was changed after it was applied/)
  await open({ schema, migrations: [{ ...people, sql: people.sql.replaceAll('\n', '\r\n') }] })
})

test('reads the migrations of a folder in order and refuses an odd name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'elder-migrations-'))
  closers.push(async () => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'sub'))
  for (const name of ['0002_b.sql', '0001_a.sql', 'notes.md']) writeFileSync(join(folder, name), `-- ${name}`)
  expect(readMigrations(pathToFileURL(folder))).toEqual([
    { name: '0001_a.sql', sql: '-- 0001_a.sql' },
    { name: '0002_b.sql', sql: '-- 0002_b.sql' },
  ])
  writeFileSync(join(folder, 'third.sql'), '')
  expect(() => readMigrations(folder)).toThrow('third.sql must be named NNNN_name.sql')
})

test('gives each statement a span named after its operation, without its text or values', async () => {
  const receiver = await startOtlpReceiver()
  closers.push(() => receiver.close())
  const traced = await createTelemetry('probe', '0', { logLevel: 'silent', otlpEndpoint: receiver.url, sampleRatio: 1 })
  closers.push(() => traced.shutdown())
  const { database } = await open({ telemetry: traced })
  await inSpan(traced.tracer, { name: 'request', kind: SpanKind.SERVER }, () => database.query('insert into people values ($1, $2)', [1, 'secret name']))
  const spans = await receiver.waitForSpans((all) => all.some(({ name }) => name === 'INSERT') && all.some(({ name }) => name === 'request'))
  expect(spans.find(({ name }) => name === 'INSERT')).toMatchObject({
    kind: 'CLIENT',
    parentSpanId: spans.find(({ name }) => name === 'request')?.spanId,
    attributes: { 'db.system.name': 'postgresql', 'db.operation.name': 'INSERT' },
  })
  expect(JSON.stringify(spans)).not.toMatch(/secret|people/)
})
