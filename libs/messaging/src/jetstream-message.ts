import { nanos, type Msg } from '@nats-io/nats-core'
import { header, pairsOf } from './headers.ts'

/** A message delivered by a stream, and the four ways to acknowledge it. */
export interface JetStreamMessage {
  readonly id: string
  readonly subject: string
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  readonly stream: string
  readonly sequence: number
  readonly attempt: number
  readonly publishedAt: Date
  /** How many facts it contains. */
  readonly facts: number
  ack(): void
  nak(delayMs: number): void
  /** Stops redelivery. Without a reason, because servers before 2.11 silently ignore a term with a reason and redeliver. */
  term(): void
  /** Reports progress, which restarts the broker's ack wait. */
  working(): void
}

/** Undefined for a message that is not from a stream. */
export function jetStreamMessageOf(message: Msg): JetStreamMessage | undefined {
  const tokens = message.reply?.split('.') ?? []
  // $JS.ACK[.<domain>.<account>].<stream>.<consumer>.<delivered>.<stream sequence>.<consumer sequence>.<time>.<pending>[.<random>]
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) return undefined
  const [stream = '', , delivered, sequence, , time] = tokens.length === 9 ? tokens.slice(2) : tokens.slice(4)
  const headers = pairsOf(message.headers)
  return {
    id: headers[header.eventId] ?? headers[header.messageId] ?? `${stream}:${sequence}`,
    subject: message.subject,
    body: message.data,
    headers,
    stream,
    sequence: Number(sequence),
    attempt: Number(delivered),
    publishedAt: new Date(Number(time) / 1e6),
    facts: Number(headers[header.factCount] ?? 1),
    ack: () => void message.respond('+ACK'),
    nak: (delayMs) => void message.respond(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: nanos(delayMs) })}` : '-NAK'),
    term: () => void message.respond('+TERM'),
    working: () => void message.respond('+WPI'),
  }
}
