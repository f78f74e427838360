import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { keyRevoked, requestsAudited } from '@elder/contracts'
import { ListEntriesRequest, Role } from '@elder/contracts/auth'
import { Outcome, RequestAudited } from '@elder/contracts/edge-events'
import { on } from '@elder/messaging'
import { waitUntil } from '@elder/testkit'
import { as, asService, founder, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig
let instance: Instance

beforeAll(async () => {
  rig = await startRig()
  instance = await rig.startInstance()
  await instance.makeKey({ userName: 'root', role: Role.ROLE_ADMIN })
})

test('without NATS keys are created, verified and revoked, and the events are published when it is back', async () => {
  const broker = await rig.openBroker()
  const revoked: string[] = []
  // A durable consumer: who merely hears may come back to the broker after the fact has gone by.
  const consumers = broker.consume([on(keyRevoked, 'test-revocations', async ({ keyId }) => void revoked.push(keyId))])
  await rig.backing.nats.stop()
  await waitUntil(() => !broker.connected)

  const { secret, key } = await instance.makeKey({ userName: 'nora', role: Role.ROLE_DEVELOPER })
  await instance.auth.revokeKey({ keyId: key.id }, as(founder))
  await expect(instance.auth.verifyKey({ key: secret }, asService())).rejects.toMatchObject({ reason: 'KEY_REVOKED' })
  expect(await instance.ready()).toBe(true)

  await rig.backing.nats.start()
  await waitUntil(() => revoked.includes(key.id), { timeoutMs: 30_000, message: 'the revocation is heard' })
  await consumers.drain()
  // The consumer is back as well.
  const event = RequestAudited.fromPartial({ requestId: randomUUID(), acceptedAt: new Date(), outcome: Outcome.OUTCOME_OK, route: '/v1/models' })
  await broker.publish(requestsAudited, { requests: [event] }, { id: event.requestId })
  const listed = await waitUntil(
    async () => (await instance.audit.listEntries(ListEntriesRequest.fromPartial({ factId: event.requestId }), as(founder))).entries[0],
    { timeoutMs: 30_000 },
  )
  expect(listed.target).toBe('/v1/models')
})

test('without Postgres it says so at once, is not ready, and recovers by itself', async () => {
  const broker = await rig.openBroker()
  const { secret } = await instance.makeKey({ userName: 'paul', role: Role.ROLE_DEVELOPER })
  await rig.backing.postgres.stop()
  await expect(instance.auth.verifyKey({ key: secret }, asService())).rejects.toMatchObject({ code: 'unavailable' })
  await expect(instance.auth.createUser({ name: 'quentin', role: Role.ROLE_LEAD }, as(founder))).rejects.toMatchObject({ code: 'unavailable' })
  await waitUntil(async () => !(await instance.ready()))
  const event = RequestAudited.fromPartial({ requestId: randomUUID(), acceptedAt: new Date(), outcome: Outcome.OUTCOME_OK, route: '/v1/models' })
  await broker.publish(requestsAudited, { requests: [event] }, { id: event.requestId })

  await rig.backing.postgres.start()
  await waitUntil(instance.ready)
  expect((await instance.auth.verifyKey({ key: secret }, asService())).principal?.name).toBe('paul')
  expect((await instance.auth.createUser({ name: 'quentin', role: Role.ROLE_LEAD }, as(founder))).user?.name).toBe('quentin')
  await waitUntil(async () => (await instance.audit.listEntries(ListEntriesRequest.fromPartial({ factId: event.requestId }), as(founder))).entries.length === 1, {
    timeoutMs: 30_000,
    message: 'the fact from the outage is in the ledger',
  })
  expect(await instance.audit.verifyChain({}, as(founder))).toMatchObject({ intact: true })
})

test('starts before its backing services do', async () => {
  await Promise.all([rig.backing.postgres.stop(), rig.backing.nats.stop()])
  const starting = rig.startInstance()
  await rig.backing.postgres.start()
  const late = await starting
  expect(await late.ready()).toBe(true)
  const { key } = await late.makeKey({ userName: 'late', role: Role.ROLE_DEVELOPER })
  expect(key.userName).toBe('late')
  await rig.backing.nats.start()
})
