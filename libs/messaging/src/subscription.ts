import { streams, type EventType, type StreamName } from '@elder/contracts'

/** One message as a handler sees it. */
export interface Delivery {
  /** The fact's own id, the same for every repeat and replay. */
  readonly id: string
  readonly subject: string
  /** From 1. */
  readonly attempt: number
  /** Fires before the broker would deliver the message again, and when the service must end. */
  readonly signal: AbortSignal
  readonly publishedAt: Date
  readonly body: Uint8Array
}

export type Delivered<T> = Delivery & { readonly event: T }

export interface Batching {
  readonly max: number
  /** How long the first message of a batch waits for others. */
  readonly waitMs: number
}

/** Which facts go to which handler under which durable name. The name holds the position in the stream: renaming it replays or skips. */
export interface Subscription {
  readonly durable: string
  readonly stream: StreamName
  readonly filter: string
  readonly batching: Batching | undefined
  readonly deadlineMs: number
  decode(body: Uint8Array): unknown
  handle(deliveries: Delivered<unknown>[]): Promise<void>
}

export interface SubscriptionOptions {
  /** What a handler gets for one message or batch before its signal fires. The broker waits 5 s longer. */
  readonly deadlineMs?: number
}

const defaultDeadlineMs = 25_000

/** One handler call for each message. The handler returns or throws; it never sees an ack. */
export function on<T>(type: EventType<T>, durable: string, handler: (event: T, delivery: Delivery) => Promise<void>, options: SubscriptionOptions = {}): Subscription {
  return {
    durable,
    stream: type.stream,
    filter: type.subject,
    batching: undefined,
    deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
    decode: (body) => type.schema.decode(body),
    async handle(deliveries) {
      for (const delivery of deliveries) await handler(delivery.event as T, delivery)
    },
  }
}

/** Many messages in one handler call. When it throws, each message is tried alone, so that only the bad one is parked. */
export function onBatch<T>(
  type: EventType<T>,
  durable: string,
  batching: Batching,
  handler: (deliveries: Delivered<T>[]) => Promise<void>,
  options: SubscriptionOptions = {},
): Subscription {
  return {
    durable,
    stream: type.stream,
    filter: type.subject,
    batching,
    deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
    decode: (body) => type.schema.decode(body),
    handle: (deliveries) => handler(deliveries as Delivered<T>[]),
  }
}

/** Every kept fact, undecoded, in batches. */
export function onEvery(durable: string, batching: Batching, handler: (deliveries: Delivery[]) => Promise<void>, options: SubscriptionOptions = {}): Subscription {
  return {
    durable,
    stream: 'ELDER_EVENTS',
    filter: streams.ELDER_EVENTS.subjects[0],
    batching,
    deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
    decode: () => undefined,
    handle: handler,
  }
}
