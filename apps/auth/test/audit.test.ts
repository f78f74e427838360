import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { messageDropped, messageReplayed, requestsAudited } from '@elder/contracts'
import { ListEntriesRequest, Role, type AuditEntry } from '@elder/contracts/auth'
import { Outcome, RequestAudited } from '@elder/contracts/edge-events'
import { MessageDropped, MessageReplayed } from '@elder/contracts/monitoring-events'
import type { Broker } from '@elder/messaging'
import type { Database } from '@elder/postgres'
import { waitUntil } from '@elder/testkit'
import { factOfRequest } from '../src/audit.ts'
import { createAuditStore } from '../src/ledger-store.ts'
import { headKeyFrom, verifyChain } from '../src/ledger.ts'
import { as, founder, pepper, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig
let one: Instance
let two: Instance
let broker: Broker
let tables: Database

beforeAll(async () => {
  rig = await startRig()
  // Two at once on an empty database: both migrate, both prepare the ledger.
  ;[one, two] = await Promise.all([rig.startInstance(), rig.startInstance()])
  broker = await rig.openBroker()
  tables = await rig.openTables()
})

const request = (changes: Partial<RequestAudited> = {}) =>
  RequestAudited.fromPartial({
    requestId: randomUUID(),
    acceptedAt: new Date('2026-05-01T12:00:00.250Z'),
    subject: 'user-1',
    keyId: 'abcd1234',
    method: 'POST',
    route: '/v1/chat/completions',
    status: 200,
    outcome: Outcome.OUTCOME_OK,
    durationMicros: 1234n,
    client: 'continue',
    traceId: 'a'.repeat(32),
    ...changes,
  })

// Another message id for every attempt: the broker must not be what drops the repeats.
const publish = (...requests: RequestAudited[]) => broker.publish(requestsAudited, { requests }, { id: randomUUID(), facts: requests.length })

const list = async (filter: Partial<ListEntriesRequest>) => (await one.audit.listEntries(ListEntriesRequest.fromPartial(filter), as(founder))).entries
const entryOf = (factId: string): Promise<AuditEntry> => waitUntil(async () => (await list({ factId }))[0])
const verdict = () => two.audit.verifyChain({}, as(founder))

test('a request that the edge reports becomes one entry with all of it', async () => {
  const event = request()
  await publish(event)
  const entry = await entryOf(event.requestId)
  expect(entry).toMatchObject({
    factId: event.requestId,
    occurredAt: event.acceptedAt,
    subject: 'user-1',
    keyId: 'abcd1234',
    action: 'request',
    target: '/v1/chat/completions',
    outcome: 'ok',
    detailJson: `{"client":"continue","durationMicros":1234,"method":"POST","status":200,"traceId":"${'a'.repeat(32)}"}`,
  })
  expect(entry.hash).toMatch(/^[0-9a-f]{64}$/)
  expect(await verdict()).toMatchObject({ intact: true })
})

test.each([
  [Outcome.OUTCOME_DENIED, 'denied'],
  [Outcome.OUTCOME_FAILED, 'failed'],
  [Outcome.OUTCOME_ABORTED, 'aborted'],
  [Outcome.OUTCOME_INTERRUPTED, 'interrupted'],
])('outcome %i is kept as %s, also of a caller nobody knows', async (outcome, word) => {
  const event = request({ outcome, subject: '', keyId: '' })
  await publish(event)
  expect(await entryOf(event.requestId)).toMatchObject({ outcome: word, subject: '', keyId: '' })
})

test('every fact is in the ledger exactly once, however often it is delivered and however many instances consume', async () => {
  const events = Array.from({ length: 300 }, () => request({ subject: 'many' }))
  // Three times each, mixed, so that repeats meet in one batch, in batches of the other instance, and in later ones.
  const told = [...events, ...events.toReversed(), ...events]
  const acts = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : two).auth.createUser({ name: `crowd ${i}`, role: Role.ROLE_DEVELOPER }, as(founder)))
  await Promise.all([...told.map((event) => publish(event)), ...acts])
  const last = request()
  await publish(last)
  await entryOf(last.requestId)
  const count = async () => (await tables.query<{ rows: number; facts: number }>("select count(*)::int as rows, count(distinct fact_id)::int as facts from audit_entries where subject = 'many'"))[0]
  await waitUntil(async () => (await count())?.facts === 300)
  await waitUntil(async () => (await factsSeen()) >= told.length)
  expect(await count()).toEqual({ rows: 300, facts: 300 })
  expect((await list({ action: 'user.created', pageSize: 20 })).length).toBe(20)
  expect(await verdict()).toMatchObject({ intact: true, reason: '', firstBrokenSequence: 0n })
})

/** Facts that both instances have dealt with, as repeats or not. */
async function factsSeen(): Promise<number> {
  const texts = [await one.metrics(), await two.metrics()].join('\n')
  const values = [...texts.matchAll(/^elder_auth_audit_facts_total\{[^}]*\} (\d+)/gm)].map((match) => Number(match[1]))
  return values.reduce((sum, value) => sum + value, 0)
}

test('a fact that makes no sense does not keep the others of its batch out', async () => {
  const good = [...Array.from({ length: 10 }, () => request()), request({ route: '/v1/\0checks', subject: 'x'.repeat(10_000), client: 'y'.repeat(10_000) })]
  const bad = [request({ requestId: '' }), request({ acceptedAt: undefined }), request({ outcome: Outcome.OUTCOME_UNSPECIFIED }), request({ requestId: 'auth:key.created:abcd1234' }), request({ requestId: 'monitoring:message.replayed:1:1' })]
  await Promise.all([...bad, ...good].map((event) => publish(event)))
  for (const { requestId } of good) await entryOf(requestId)
  for (const factId of ['auth:key.created:abcd1234', 'monitoring:message.replayed:1:1']) expect(await list({ factId })).toEqual([])
  expect(await verdict()).toMatchObject({ intact: true })
})

test('requests of a batch are recorded like single ones, and an invalid one does not affect the others', async () => {
  const gathered = Array.from({ length: 40 }, () => request({ subject: 'gathered' }))
  const alone = gathered[7] as RequestAudited
  await Promise.all([publish(...gathered), publish(alone), publish(...gathered.slice(0, 20), request({ requestId: '' })), publish(...gathered.toReversed())])
  for (const { requestId } of gathered) await entryOf(requestId)
  const last = request()
  await publish(last)
  await entryOf(last.requestId)
  expect(await list({ subject: 'gathered', pageSize: 100 })).toHaveLength(40)
  expect(await verdict()).toMatchObject({ intact: true })
})

test('what auth does itself is in the ledger as soon as it is done', async () => {
  const { key } = await one.makeKey({ userName: 'ann', role: Role.ROLE_DEVELOPER })
  await one.auth.setUserRole({ userId: key.userId, role: Role.ROLE_LEAD }, as(founder))
  await one.auth.setUserRole({ userId: key.userId, role: Role.ROLE_DEVELOPER }, as(founder))
  await one.auth.revokeKey({ keyId: key.id }, as({ ...founder, keyId: 'founders' }))
  await one.auth.revokeKey({ keyId: key.id }, as(founder))
  const acts = (await list({ subject: 'founder', pageSize: 5 })).map(({ action, target, keyId, outcome }) => ({ action, target, keyId, outcome }))
  expect(acts).toEqual([
    { action: 'key.revoked', target: key.id, keyId: 'founders', outcome: 'ok' },
    { action: 'user.role_changed', target: key.userId, keyId: '', outcome: 'ok' },
    { action: 'user.role_changed', target: key.userId, keyId: '', outcome: 'ok' },
    { action: 'key.created', target: key.id, keyId: '', outcome: 'ok' },
    { action: 'user.created', target: key.userId, keyId: '', outcome: 'ok' },
  ])
  const [revoked] = await list({ factId: `auth:key.revoked:${key.id}` })
  expect(JSON.parse(revoked?.detailJson ?? '')).toMatchObject({ userId: key.userId, requestId: expect.any(String) })
})

test('who replayed or dropped which parked message is in the ledger, once', async () => {
  const message = { id: 17n, subject: 'elder.auth.key_revoked.v1', consumer: 'edge-keys', eventId: 'fact-1' }
  const by = { message, keyId: 'founders', requestId: 'request-1' }
  const replayed = MessageReplayed.fromPartial({ ...by, replayedBy: 'founder', replayedAt: new Date('2026-05-01T12:00:00Z') })
  for (let time = 0; time < 2; time++) await broker.publish(messageReplayed, replayed, { id: 'monitoring:message.replayed:17:1' })
  await broker.publish(messageDropped, MessageDropped.fromPartial({ ...by, droppedBy: 'founder', droppedAt: new Date('2026-05-01T12:00:01Z') }), { id: 'monitoring:message.dropped:17:1' })
  const about = { subject: 'founder', keyId: 'founders', target: '17', outcome: 'ok', detailJson: '{"consumer":"edge-keys","eventId":"fact-1","requestId":"request-1","subject":"elder.auth.key_revoked.v1"}' }
  expect(await entryOf('monitoring:message.replayed:17:1')).toMatchObject({ action: 'message.replayed', occurredAt: replayed.replayedAt, ...about })
  expect(await entryOf('monitoring:message.dropped:17:1')).toMatchObject({ action: 'message.dropped', ...about })
  expect(await list({ action: 'message.replayed' })).toHaveLength(1)
})

test('what was refused leaves no trace of having been done', async () => {
  const before = await verdict()
  await expect(one.auth.createUser({ name: 'ann', role: Role.ROLE_LEAD }, as(founder))).rejects.toMatchObject({ code: 'already_exists' })
  expect((await verdict()).entries).toBe(before.entries)
})

test('a batch that repeats itself is appended once, in one go', async () => {
  const store = createAuditStore(tables, headKeyFrom(pepper))
  const [fact, other] = [factOfRequest(request()), factOfRequest(request())]
  expect(await store.append([fact, other, fact])).toBe(2)
  expect(await store.append([other, fact])).toBe(0)
  expect(await verdict()).toMatchObject({ intact: true })
})

test('verification sees one moment: what is appended meanwhile is not held against the head', async () => {
  const store = createAuditStore(tables, headKeyFrom(pepper))
  const found = await store.read(new AbortController().signal, async (head, pages) => {
    await store.append([factOfRequest(request())])
    return verifyChain(headKeyFrom(pepper), head, pages)
  })
  expect(found).toMatchObject({ intact: true })
  expect((await verdict()).entries).toBe(found.entries + 1n)
})

test('the list goes through all entries once, newest first, while new ones come in', async () => {
  const seen: bigint[] = []
  let cursor = ''
  do {
    const page = await one.audit.listEntries(ListEntriesRequest.fromPartial({ pageSize: 7, cursor, subject: 'user-1' }), as(founder))
    seen.push(...page.entries.map(({ sequence }) => sequence))
    cursor = page.nextCursor
    if (seen.length === 7) {
      const late = request()
      await publish(late)
      await entryOf(late.requestId)
    }
  } while (cursor !== '')
  expect(seen).toEqual(seen.toSorted((a, b) => Number(b - a)))
  expect(new Set(seen).size).toBe(seen.length)
  const [{ count } = { count: 0 }] = await tables.query<{ count: number }>("select count(*)::int as count from audit_entries where subject = 'user-1'")
  expect(seen.length).toBe(count - 1)
})
