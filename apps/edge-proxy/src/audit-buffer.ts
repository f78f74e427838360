import { hash } from 'node:crypto'
import { completionsFinished, requestsAudited } from '@elder/contracts'
import { Outcome } from '@elder/contracts/edge-events'
import type { Broker, FactBuffer } from '@elder/messaging'
import type { Accepted, Ended } from './audit.ts'
import { MessageWriter } from './message-writer.ts'

/** The number of the repeated field in both events. */
const repeatedField = 1
/** More than all fields other than texts take. */
const fixedFieldBytes = 1_024
const maxBytesPerUnit = 3

/**
 * Encodes and publishes the spool's facts, many per message: a message per request would cost more CPU than the rest of the request. The message
 * id is a hash of the content, so that the broker recognises a repeated publish; consumers recognise repeats by the ids of the requests.
 */
export class AuditBuffer implements FactBuffer<Accepted, Ended> {
  readonly #broker: Pick<Broker, 'publishEncoded'>
  readonly #requests = new MessageWriter()
  readonly #completions = new MessageWriter()
  // Where each fact ends in `requests` and in `completions`; the same as the fact before when it adds nothing.
  readonly #requestEnds: number[] = []
  readonly #completionEnds: number[] = []

  constructor(broker: Pick<Broker, 'publishEncoded'>) {
    this.#broker = broker
  }

  get bytes(): number {
    return this.#requests.length + this.#completions.length
  }

  add(id: string, accepted: Accepted, ended: Ended | undefined): void {
    writeRequest(this.#requests, id, accepted, ended)
    this.#requestEnds.push(this.#requests.length)
    if (accepted.completion && (!ended || ended.completion)) writeCompletion(this.#completions, id, accepted, accepted.completion, ended)
    this.#completionEnds.push(this.#completions.length)
  }

  async send(from: number, to: number): Promise<void> {
    const audited = partOf(this.#requests, this.#requestEnds, from, to)
    const finished = partOf(this.#completions, this.#completionEnds, from, to)
    const id = hash('sha256', audited, 'base64url')
    await Promise.all([
      this.#broker.publishEncoded(requestsAudited, audited, { id, facts: to - from }),
      finished.length > 0 && this.#broker.publishEncoded(completionsFinished, finished, { id: `${id}/completions`, facts: countOf(this.#completionEnds, from, to) }),
    ])
  }

  clear(): void {
    this.#requests.clear()
    this.#completions.clear()
    this.#requestEnds.length = 0
    this.#completionEnds.length = 0
  }
}

function partOf({ bytes }: MessageWriter, ends: readonly number[], from: number, to: number): Uint8Array {
  return bytes.subarray(ends[from - 1] ?? 0, ends[to - 1] ?? 0)
}

function countOf(ends: readonly number[], from: number, to: number): number {
  let count = 0
  for (let index = from; index < to; index++) if (ends[index] !== (ends[index - 1] ?? 0)) count++
  return count
}

function writeRequest(to: MessageWriter, id: string, accepted: Accepted, ended: Ended | undefined): void {
  const { subject, keyId, method, route, client, traceId, guardrails } = accepted
  let units = id.length + subject.length + keyId.length + method.length + route.length + client.length + traceId.length
  if (guardrails) for (const text of guardrails) units += text.length + maxBytesPerUnit
  to.reserve(fixedFieldBytes + units * maxBytesPerUnit)
  const start = to.begin(repeatedField)
  to.text(1, id)
  writeTime(to, 2, accepted.acceptedAtMs)
  to.text(3, subject)
  to.text(4, keyId)
  to.text(5, method)
  to.text(6, route)
  to.number(7, ended?.status ?? 0)
  to.number(8, ended?.outcome ?? Outcome.OUTCOME_INTERRUPTED)
  to.number(9, ended?.durationMicros ?? 0)
  to.text(10, client)
  to.text(11, traceId)
  if (guardrails) for (const text of guardrails) to.text(12, text)
  to.end(start)
}

// A completion that was accepted and never ended may have reached its provider: it is published as interrupted, with unknown usage.
function writeCompletion(to: MessageWriter, id: string, accepted: Accepted, asked: NonNullable<Accepted['completion']>, ended: Ended | undefined): void {
  const { subject, keyId, teamId } = accepted
  const end = ended?.completion
  const usage = end?.usage
  const provider = end?.provider ?? asked.provider
  to.reserve(fixedFieldBytes + (id.length + subject.length + keyId.length + teamId.length + provider.length + asked.model.length) * maxBytesPerUnit)
  const start = to.begin(repeatedField)
  to.text(1, id)
  to.text(2, subject)
  to.text(3, keyId)
  to.text(4, provider)
  to.text(5, asked.model)
  to.flag(6, asked.streamed)
  to.flag(7, usage !== undefined && !end?.isEstimated)
  if (usage) {
    to.number(8, usage.inputTokens)
    to.number(9, usage.outputTokens)
    to.number(10, usage.cachedTokens ?? 0)
  }
  to.number(11, end?.outcome ?? Outcome.OUTCOME_INTERRUPTED)
  writeTime(to, 12, accepted.acceptedAtMs + (ended?.durationMicros ?? 0) / 1_000)
  if (end) {
    to.number(13, end.firstByteMicros)
    to.number(14, end.durationMicros)
  }
  to.text(15, teamId)
  if (end) {
    to.number(17, end.costMicros ?? 0)
    to.number(18, usage?.cacheWriteTokens ?? 0)
    to.number(19, end.attempts ?? 0)
    to.flag(20, end.replayed ?? false)
  }
  to.end(start)
}

function writeTime(to: MessageWriter, field: number, ms: number): void {
  const whole = Math.trunc(ms)
  const start = to.begin(field)
  to.number(1, Math.floor(whole / 1_000))
  to.number(2, (whole % 1_000) * 1_000_000)
  to.end(start)
}
