import { jetstreamManager, type JetStreamManager, type NextMsgRequest, type StoredMsg } from '@nats-io/jetstream'
import { deadSubject, streams } from '@elder/contracts'
import { ServiceError } from '@elder/errors'
import type { Broker } from './broker.ts'
import { header, pairsOf } from './headers.ts'
import { internals, type BrokerInternals } from './internals.ts'
import type { JetStreamMessage } from './jetstream-message.ts'

/** A message that was given up, as an operator sees it. */
export interface DeadLetter {
  /** Its place in the dead-letter stream: names it for a replay. */
  readonly sequence: number
  /** Where the message came from and a replay sends it. */
  readonly subject: string
  readonly eventId: string
  readonly consumer: string
  readonly code: string
  readonly reason: string
  readonly attempts: number
  readonly parkedAt: Date
}

const stream = 'ELDER_DEAD'
const [allDead] = streams[stream].subjects

/** Resolves once the dead-letter stream holds a copy of the message with everything needed to judge and replay it. */
export async function park(broker: BrokerInternals, message: JetStreamMessage, consumer: string, error: ServiceError): Promise<void> {
  const kept = Object.entries(message.headers).filter(([name]) => !name.startsWith('Nats-') && name !== header.replayFor)
  await broker.publishEncoded(deadSubject(message.subject), message.body, {
    // The same for a second try at parking this delivery, another one for a later failure of its replay.
    id: `dead.${consumer}.${message.stream}.${message.sequence}`,
    headers: {
      ...Object.fromEntries(kept),
      [header.eventId]: message.id,
      [header.deadSubject]: message.subject,
      [header.deadConsumer]: consumer,
      [header.deadCode]: error.code,
      [header.deadReason]: reasonOf(error),
      [header.deadAttempts]: String(message.attempt),
      [header.deadAt]: new Date().toISOString(),
    },
  })
}

/** The oldest dead letters first; `after` is the sequence to go on from. */
export async function listDeadLetters(broker: Broker, options: { limit: number; after?: number }): Promise<DeadLetter[]> {
  const manager = await managerOf(broker)
  const letters: DeadLetter[] = []
  for await (const stored of storedFrom(manager, (options.after ?? 0) + 1)) {
    letters.push(letterOf(stored))
    if (letters.length >= options.limit) break
  }
  return letters
}

/**
 * Sends dead letters back to where they came from, each to the consumer that parked it, and deletes them. Without a filter: all that are parked now.
 * The fact keeps its id, so an effect that is already there is recognised. Returns how many were sent.
 */
export async function replayDeadLetters(broker: Broker, filter: { subject?: string; sequence?: number } = {}): Promise<number> {
  const manager = await managerOf(broker)
  const { last_seq: last } = (await manager.streams.info(stream)).state
  let replayed = 0
  for await (const stored of storedFrom(manager, filter.sequence ?? 1)) {
    if (stored.seq > (filter.sequence ?? last)) break
    const letter = letterOf(stored)
    if (filter.subject !== undefined && filter.subject !== letter.subject) continue
    const kept = Object.entries(pairsOf(stored.header)).filter(([name]) => !name.startsWith('Nats-') && !name.startsWith('Elder-Dead-'))
    await broker[internals].publishEncoded(letter.subject, stored.data, {
      id: `${letter.eventId}.replay.${stored.seq}`,
      headers: { ...Object.fromEntries(kept), [header.eventId]: letter.eventId, [header.replayFor]: letter.consumer },
    })
    await manager.streams.deleteMessage(stream, stored.seq, false)
    replayed++
  }
  return replayed
}

async function* storedFrom(manager: JetStreamManager, first: number): AsyncIterable<StoredMsg> {
  for (let seq = first; ; ) {
    const query: NextMsgRequest & { seq: number } = { seq, next_by_subj: allDead }
    const stored = await manager.streams.getMessage(stream, query)
    if (!stored) return
    yield stored
    seq = stored.seq + 1
  }
}

function letterOf(stored: StoredMsg): DeadLetter {
  const value = (name: string) => stored.header.get(name)
  return {
    sequence: stored.seq,
    subject: value(header.deadSubject),
    eventId: value(header.eventId),
    consumer: value(header.deadConsumer),
    code: value(header.deadCode),
    reason: value(header.deadReason),
    attempts: Number(value(header.deadAttempts)),
    parkedAt: new Date(value(header.deadAt)),
  }
}

async function managerOf(broker: Broker): Promise<JetStreamManager> {
  const { connection } = broker[internals].link
  if (!connection) throw new ServiceError('unavailable', 'the broker is not connected')
  return jetstreamManager(connection, { checkAPI: false })
}

/** An operator needs what happened, not "internal error". */
function reasonOf(error: ServiceError): string {
  const text = error.code === 'internal' && error.cause instanceof Error ? error.cause.message : error.message
  return text.slice(0, 500)
}
