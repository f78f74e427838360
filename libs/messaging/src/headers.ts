import { headers as createHeaders, type MsgHdrs } from '@nats-io/nats-core'

/** The names of message headers. */
export const header = {
  /** The broker refuses a second message with the same one within two minutes. */
  messageId: 'Nats-Msg-Id',
  traceparent: 'traceparent',
  contentType: 'content-type',
  producer: 'Elder-Producer',
  schemaVersion: 'Elder-Schema-Version',
  /** How many facts the message contains; absent: one. */
  factCount: 'Elder-Fact-Count',
  /** The event's id, where it differs from the message's: on dead letters and replays. */
  eventId: 'Elder-Event-Id',
  /** On a replay: the durable that parked the message, the only one that gets it again. */
  replayFor: 'Elder-Replay-For',
  deadSubject: 'Elder-Dead-Subject',
  deadCode: 'Elder-Dead-Code',
  deadReason: 'Elder-Dead-Reason',
  deadAttempts: 'Elder-Dead-Attempts',
  deadConsumer: 'Elder-Dead-Consumer',
  deadAt: 'Elder-Dead-At',
} as const

/** Headers from pairs. Undefined ones are left out, and line breaks, which would end a header, become spaces. */
export function headersOf(pairs: Readonly<Record<string, string | undefined>>): MsgHdrs {
  const headers = createHeaders()
  for (const [name, value] of Object.entries(pairs)) {
    if (value !== undefined && value !== '') headers.set(name, value.replace(/[\r\n]+/g, ' '))
  }
  return headers
}

export function pairsOf(headers: MsgHdrs | undefined): Record<string, string> {
  return Object.fromEntries((headers?.keys() ?? []).map((name) => [name, headers?.get(name) ?? '']))
}
