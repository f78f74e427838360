import { expect, test } from 'vitest'
import { CompletionsFinished, Outcome, RequestsAudited, type CompletionFinished, type RequestAudited } from '@elder/contracts/edge-events'
import type { Accepted, Ended } from '../src/audit.ts'
import { AuditBuffer } from '../src/audit-buffer.ts'
import { MessageWriter } from '../src/message-writer.ts'

interface Told {
  readonly requests: RequestAudited[]
  readonly completions: CompletionFinished[]
  readonly ids: string[]
  readonly counts: (number | undefined)[]
}

/** What the generated decoders read of what was published. */
function listen() {
  const told: Told = { requests: [], completions: [], ids: [], counts: [] }
  const buffer = new AuditBuffer({
    async publishEncoded(type, message, { id, facts }) {
      told.ids.push(id)
      told.counts.push(facts)
      if (type.subject.includes('requests')) told.requests.push(...RequestsAudited.decode(message).requests)
      else told.completions.push(...CompletionsFinished.decode(message).completions)
    },
  })
  return { told, buffer }
}

const acceptedAtMs = Date.parse('2026-11-23T03:00:00.123Z')
const accepted: Accepted = { acceptedAtMs, subject: 'dev', keyId: 'abcd1234', teamId: 'team', method: 'POST', route: '/v1/chat/completions', client: 'continue/1.5', traceId: 'a'.repeat(32) }
const asked = { provider: 'acme', model: 'acme-large', streamed: true }
const usage = { inputTokens: 1_200, outputTokens: 340, cachedTokens: 1_000, cacheWriteTokens: 7 }

test('tells a completion with all that is known of it', async () => {
  const { told, buffer } = listen()
  const completion = { outcome: Outcome.OUTCOME_FAILED, firstByteMicros: 250_000, durationMicros: 5_000_000_000, usage, attempts: 2, provider: 'spare', costMicros: 4_294_967_296, replayed: true }
  buffer.add('id', { ...accepted, completion: asked, guardrails: ['one', 'two'] }, { status: 502, outcome: Outcome.OUTCOME_FAILED, durationMicros: 1_500_900, completion })
  await buffer.send(0, 1)
  expect(told.requests).toEqual([
    {
      requestId: 'id',
      acceptedAt: new Date(acceptedAtMs),
      subject: 'dev',
      keyId: 'abcd1234',
      method: 'POST',
      route: '/v1/chat/completions',
      status: 502,
      outcome: Outcome.OUTCOME_FAILED,
      durationMicros: 1_500_900n,
      client: 'continue/1.5',
      traceId: 'a'.repeat(32),
      guardrails: ['one', 'two'],
    },
  ])
  expect(told.completions).toEqual([
    {
      requestId: 'id',
      subject: 'dev',
      keyId: 'abcd1234',
      teamId: 'team',
      api: '',
      provider: 'spare',
      model: 'acme-large',
      streamed: true,
      usageKnown: true,
      promptTokens: 1_200n,
      completionTokens: 340n,
      cachedTokens: 1_000n,
      cacheWriteTokens: 7n,
      costMicros: 4_294_967_296n,
      attempts: 2,
      replayed: true,
      outcome: Outcome.OUTCOME_FAILED,
      finishedAt: new Date(acceptedAtMs + 1_500),
      firstByteMicros: 250_000n,
      durationMicros: 5_000_000_000n,
    },
  ])
})

test('tells what never ended as interrupted, its usage unknown', async () => {
  const { told, buffer } = listen()
  buffer.add('id', { ...accepted, completion: asked }, undefined)
  await buffer.send(0, 1)
  expect(told.requests).toMatchObject([{ status: 0, outcome: Outcome.OUTCOME_INTERRUPTED, durationMicros: 0n }])
  expect(told.completions).toMatchObject([{ provider: 'acme', outcome: Outcome.OUTCOME_INTERRUPTED, usageKnown: false, promptTokens: 0n, finishedAt: new Date(acceptedAtMs) }])
})

test('tells no completion where no provider was reached, and an estimate as one', async () => {
  const { told, buffer } = listen()
  const ended: Ended = { status: 200, outcome: Outcome.OUTCOME_OK, durationMicros: 1 }
  buffer.add('plain', accepted, ended)
  buffer.add('refused', { ...accepted, completion: asked }, ended)
  buffer.add('estimated', { ...accepted, completion: asked }, { ...ended, completion: { outcome: Outcome.OUTCOME_OK, firstByteMicros: 1, durationMicros: 1, usage, isEstimated: true } })
  await buffer.send(0, 3)
  expect(told.requests.map(({ requestId }) => requestId)).toEqual(['plain', 'refused', 'estimated'])
  expect(told.completions).toMatchObject([{ requestId: 'estimated', usageKnown: false, promptTokens: 1_200n }])
  expect(told.counts).toEqual([3, 1])
})

test('sends any part of itself, each under its own id, and is filled again', async () => {
  const { told, buffer } = listen()
  // Texts of every length that a length is written for, in one byte, two and three.
  const clients = Array.from({ length: 200 }, (_, n) => (n % 3 === 0 ? 'ü€😀'.repeat(n * 20) : 'c'.repeat(n)))
  const fill = () => clients.forEach((client, n) => buffer.add(`fact-${n}`, { ...accepted, client, ...(n % 2 === 0 && { completion: asked }) }, undefined))
  fill()
  expect(buffer.bytes).toBeGreaterThan(100_000)
  for (const [from, to] of [[0, 1], [1, 2], [2, 100], [100, 200], [2, 100]] as const) await buffer.send(from, to)
  expect(told.requests.slice(0, 200).map(({ client }) => client)).toEqual(clients)
  expect(told.completions.slice(0, 100).map(({ requestId }) => requestId)).toEqual(Array.from({ length: 100 }, (_, n) => `fact-${n * 2}`))
  // A repeat is recognised by its id.
  expect(new Set(told.ids).size).toBe(told.ids.length - 2)
  told.requests.length = 0
  buffer.clear()
  expect(buffer.bytes).toBe(0)
  fill()
  await buffer.send(0, 200)
  expect(told.requests.map(({ client }) => client)).toEqual(clients)
})

test.each([0, 1, 127, 128, 16_383, 16_384, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER])('writes the number %d as the generated encoder does', (value) => {
  const writer = new MessageWriter()
  const start = writer.begin(1)
  writer.number(9, value)
  writer.end(start)
  const generated = RequestsAudited.encode({ requests: [{ ...RequestsAudited.fromPartial({ requests: [{}] }).requests[0] as RequestAudited, durationMicros: BigInt(value) }] }).finish()
  expect(Buffer.from(writer.bytes.subarray(0, writer.length))).toEqual(Buffer.from(generated))
})
