import { beforeAll, beforeEach, expect, test } from 'vitest'
import { Role } from '@elder/contracts/auth'
import type { Database, Queryable } from '@elder/postgres'
import { createAuditStore } from '../src/ledger-store.ts'
import { genesisHash, headKeyFrom, signHead } from '../src/ledger.ts'
import { as, founder, pepper, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig
let instance: Instance
let tables: Database
let users = 0

beforeAll(async () => {
  rig = await startRig()
  instance = await rig.startInstance()
  tables = await rig.openTables()
})

beforeEach(async () => {
  await tamper(async (tx) => {
    await tx.query('truncate audit_entries')
    await tx.query('delete from audit_head')
    const empty = signHead(headKeyFrom(pepper), 0n, genesisHash)
    await tx.query('insert into audit_head (sequence, hash, signature) values (0, $1, $2)', [empty.hash, empty.signature])
  })
  for (let i = 0; i < 5; i++) await addEntry()
})

const addEntry = () => instance.auth.createUser({ name: `user ${users++}`, role: Role.ROLE_DEVELOPER }, as(founder))
const verdict = () => instance.audit.verifyChain({}, as(founder))

/** Somebody who owns the tables switches the guard off. */
async function tamper(work: (tx: Queryable) => Promise<unknown>): Promise<void> {
  await tables.transaction(async (tx) => {
    await tx.query('alter table audit_entries disable trigger user')
    await work(tx)
    await tx.query('alter table audit_entries enable trigger user')
  })
}

test.each(["update audit_entries set subject = 'bob'", 'delete from audit_entries', 'truncate audit_entries'])('the database refuses: %s', async (statement) => {
  await expect(tables.query(statement)).rejects.toThrow('append-only')
  expect(await verdict()).toMatchObject({ intact: true, entries: 5n })
})

test.each(["subject = 'bob'", "detail = '{}'", "occurred_at = occurred_at + interval '1 microsecond'", "occurred_at = 'infinity'", "outcome = 'denied'", "hash = repeat('0', 64)"])(
  'an edit is found: %s',
  async (change) => {
    await tamper((tx) => tx.query(`update audit_entries set ${change} where sequence = 3`))
    expect(await verdict()).toMatchObject({ intact: false, firstBrokenSequence: 3n, entries: 2n, reason: 'entry 3 was changed after it was written' })
  },
)

test('a removal from the middle is found', async () => {
  await tamper((tx) => tx.query('delete from audit_entries where sequence = 2'))
  expect(await verdict()).toMatchObject({ intact: false, firstBrokenSequence: 2n, reason: 'entry 2 is missing' })
})

test('a removal that closes the gap is found', async () => {
  await tamper(async (tx) => {
    await tx.query('delete from audit_entries where sequence = 2')
    await tx.query('update audit_entries set sequence = sequence - 1 where sequence = 3')
    await tx.query('update audit_entries set sequence = sequence - 1 where sequence = 4')
    await tx.query('update audit_entries set sequence = sequence - 1 where sequence = 5')
  })
  expect(await verdict()).toMatchObject({ intact: false, firstBrokenSequence: 2n })
})

test('a truncation is found', async () => {
  await tamper((tx) => tx.query('delete from audit_entries where sequence > 3'))
  expect(await verdict()).toMatchObject({ intact: false, firstBrokenSequence: 4n, reason: 'entries 4 to 5 are missing from the end' })
})

test('a truncation that also sets the head back is found, then and after more was appended', async () => {
  await tamper(async (tx) => {
    await tx.query('delete from audit_entries where sequence > 3')
    await tx.query('update audit_head set sequence = 3, hash = (select hash from audit_entries where sequence = 3)')
  })
  const found = { intact: false, firstBrokenSequence: 4n, reason: expect.stringContaining('entries after 3 may have been removed') }
  expect(await verdict()).toMatchObject(found)
  await addEntry()
  await addEntry()
  expect(await verdict()).toMatchObject(found)
})

test('a missing head is detected, and not created again by a restart', async () => {
  await tamper(async (tx) => {
    await tx.query('delete from audit_entries where sequence > 4')
    await tx.query('delete from audit_head')
  })
  const restarted = await rig.startInstance()
  expect(await restarted.audit.verifyChain({}, as(founder))).toMatchObject({ intact: false, firstBrokenSequence: 5n, reason: expect.stringContaining('head of the ledger is missing') })
  // Work goes on, and the ledger goes on telling.
  await addEntry()
  expect(await verdict()).toMatchObject({ intact: false, firstBrokenSequence: 5n })
})

test('everything gone is found', async () => {
  await tamper(async (tx) => {
    await tx.query('truncate audit_entries')
    await tx.query('delete from audit_head')
  })
  const restarted = await rig.startInstance()
  expect(await restarted.audit.verifyChain({}, as(founder))).toMatchObject({ intact: false, firstBrokenSequence: 1n })
})

test('a ledger longer than one page is read to its end, by one at a time', async () => {
  const wanted = 2_500
  const facts = Array.from({ length: wanted }, (_, i) => ({ factId: `bulk ${i}`, occurredAt: new Date(), subject: 'bulk', keyId: '', action: 'request', target: '/', outcome: 'ok', detail: {} }))
  expect(await createAuditStore(tables, headKeyFrom(pepper)).append(facts)).toBe(wanted)
  const twice = await Promise.allSettled([verdict(), verdict()])
  expect(twice.filter(({ status }) => status === 'fulfilled')).toMatchObject([{ value: { intact: true, entries: 2_505n } }])
  expect(twice.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'resource_exhausted', retryAfterMs: 2_000 } }])
  await tamper((tx) => tx.query("update audit_entries set target = '/x' where sequence = 2400"))
  expect(await verdict()).toMatchObject({ intact: false, firstBrokenSequence: 2_400n })
})
