import { JetStreamApiCodes, JetStreamApiError, jetstreamManager, type JetStreamManager, type NextMsgRequest, type StoredMsg } from '@nats-io/jetstream'
import { deadSubject, streams } from '@elder/contracts'
import { ServiceError } from '@elder/errors'
import type { Broker } from './broker.ts'
import { header, pairsOf } from './headers.ts'
import { internals, type BrokerInternals } from './internals.ts'
import type { JetStreamMessage } from './jetstream-message.ts'

/** A parked message, as operators see it. */
export interface DeadLetter {
  /** Its sequence in the dead-letter stream, which identifies it for a replay. */
  readonly sequence: number
  /** The subject of the original message, to which a replay sends it. */
  readonly subject: string
  readonly eventId: string
  readonly consumer: string
  readonly code: string
  readonly reason: string
  readonly attempts: number
  readonly parkedAt: Date
  /** The service that published it. */
  readonly producer: string
  readonly bytes: number
}

const stream = 'ELDER_DEAD'
const [allDead] = streams[stream].subjects

/** Resolves once the dead-letter stream holds a copy of the message with everything needed to judge and replay it. */
export async function park(broker: BrokerInternals, message: JetStreamMessage, consumer: string, error: ServiceError): Promise<void> {
  const kept = Object.entries(message.headers).filter(([name]) => !name.startsWith('Nats-') && name !== header.replayFor)
  await broker.publishEncoded(deadSubject(message.subject), message.body, {
    // Equal for a second attempt to park this delivery, different for a later failure of its replay.
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

/** Dead letters, oldest first, after the sequence `after`. */
export async function listDeadLetters(broker: Broker, options: { limit: number; after?: number }): Promise<DeadLetter[]> {
  const manager = await managerOf(broker)
  const letters: DeadLetter[] = []
  for await (const stored of storedFrom(manager, (options.after ?? 0) + 1)) {
    letters.push(letterOf(stored))
    if (letters.length >= options.limit) break
  }
  return letters
}

export async function countDeadLetters(broker: Broker): Promise<number> {
  return (await (await managerOf(broker)).streams.info(stream)).state.messages
}

/** Undefined: it was replayed or dropped meanwhile, has expired, or never existed. */
export async function findDeadLetter(broker: Broker, sequence: number): Promise<DeadLetter | undefined> {
  const stored = await storedAt(await managerOf(broker), sequence)
  return stored && letterOf(stored)
}

/**
 * Sends a dead letter back to its subject, for the consumer that parked it, and deletes it. Undefined: there is none.
 * The event keeps its id, so that an existing effect is recognised. A concurrent replay or drop does not undo
 * the delivery, so it counts as replayed: the broker recognises a second copy within two minutes.
 */
export async function replayDeadLetter(broker: Broker, sequence: number): Promise<DeadLetter | undefined> {
  const manager = await managerOf(broker)
  const stored = await storedAt(manager, sequence)
  if (!stored) return undefined
  const letter = letterOf(stored)
  await requireConsumer(manager, letter)
  const kept = Object.entries(pairsOf(stored.header)).filter(([name]) => !name.startsWith('Nats-') && !name.startsWith('Elder-Dead-'))
  await broker[internals].publishEncoded(letter.subject, stored.data, {
    id: `${letter.eventId}.replay.${stored.seq}`,
    headers: { ...Object.fromEntries(kept), [header.eventId]: letter.eventId, [header.replayFor]: letter.consumer },
  })
  await remove(manager, sequence)
  return letter
}

/** Deletes a dead letter without delivering it. Undefined: there is none. */
export async function dropDeadLetter(broker: Broker, sequence: number): Promise<DeadLetter | undefined> {
  const manager = await managerOf(broker)
  const stored = await storedAt(manager, sequence)
  return stored && (await remove(manager, sequence)) ? letterOf(stored) : undefined
}

/** A replay for a consumer that no longer exists would be lost silently. */
async function requireConsumer(manager: JetStreamManager, { subject, consumer }: DeadLetter): Promise<void> {
  try {
    await manager.consumers.info(await manager.streams.find(subject), consumer)
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound)) throw error
    throw new ServiceError('failed_precondition', `the consumer ${consumer} no longer exists, so the message cannot be delivered; drop it`, { reason: 'CONSUMER_GONE' })
  }
}

async function storedAt(manager: JetStreamManager, sequence: number): Promise<StoredMsg | undefined> {
  return (await manager.streams.getMessage(stream, { seq: sequence })) ?? undefined
}

/** False: another replay or drop was faster. */
async function remove(manager: JetStreamManager, sequence: number): Promise<boolean> {
  try {
    return await manager.streams.deleteMessage(stream, sequence, false)
  } catch (error) {
    // The broker has several codes for a message that is gone, one of which it also gives when it cannot delete.
    if (error instanceof JetStreamApiError && !(await storedAt(manager, sequence))) return false
    throw error
  }
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
    producer: value(header.producer),
    bytes: stored.data.byteLength,
  }
}

async function managerOf(broker: Broker): Promise<JetStreamManager> {
  const { connection } = broker[internals].link
  if (!connection) throw new ServiceError('unavailable', 'the broker is not connected')
  return jetstreamManager(connection, { checkAPI: false })
}

/** Operators need the original message, not "internal error". */
function reasonOf(error: ServiceError): string {
  const text = error.code === 'internal' && error.cause instanceof Error ? error.cause.message : error.message
  return text.slice(0, 500)
}
