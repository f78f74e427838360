import { streams, type EventType, type JobType, type StreamName } from '@elder/contracts'

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
  /** How many facts it tells; more than one in an event that gathers many. */
  readonly facts: number
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
  /** Messages, or batches, that are handled at the same time. Order is not promised: redelivery breaks it anyway. */
  readonly concurrency: number
  /** How long the broker waits for a word about a message before it delivers it again. */
  readonly ackWaitMs: number
  /** Tells the broker so often that the work goes on. Undefined: the deadline is shorter than the broker's patience. */
  readonly heartbeatMs: number | undefined
  /** What a handler in hand gets to finish when the service ends. */
  readonly patienceMs: number
  decode(body: Uint8Array): unknown
  handle(deliveries: Delivered<unknown>[]): Promise<void>
}

export interface SubscriptionOptions {
  /** What a handler gets for one message or batch before its signal fires. The broker waits 5 s longer. */
  readonly deadlineMs?: number
}

const defaultDeadlineMs = 25_000
const ackWaitBeyondDeadlineMs = 5_000
const patienceMs = 5_000

const forFacts = ({ deadlineMs = defaultDeadlineMs }: SubscriptionOptions, concurrency: number) => ({
  deadlineMs,
  concurrency,
  ackWaitMs: deadlineMs + ackWaitBeyondDeadlineMs,
  heartbeatMs: undefined,
  patienceMs,
})

/** One handler call for each message. The handler returns or throws; it never sees an ack. */
export function on<T>(type: EventType<T>, durable: string, handler: (event: T, delivery: Delivery) => Promise<void>, options: SubscriptionOptions = {}): Subscription {
  return {
    durable,
    stream: type.stream,
    filter: type.subject,
    batching: undefined,
    ...forFacts(options, 8),
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
    ...forFacts(options, 1),
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
    ...forFacts(options, 1),
    decode: () => undefined,
    handle: handler,
  }
}

export interface JobOptions {
  /** Of one job; then its signal fires and it is tried again. */
  readonly deadlineMs: number
  /** Jobs this instance runs at the same time. Absent: 1. */
  readonly concurrency?: number
  /** How long after an instance was lost another takes its job over. Absent: 30 s. */
  readonly takeOverMs?: number
}

const takeOverMs = 30_000

/**
 * Work that takes its time, one instance at it. While the handler runs the broker hears of it; a lost instance's job goes to another, so a
 * handler must bear being run again. Its signal fires at once when the service ends, and the job is free for the next.
 */
export function onJob<T>(type: JobType<T>, durable: string, handler: (job: T, delivery: Delivery) => Promise<void>, options: JobOptions): Subscription {
  const ackWaitMs = options.takeOverMs ?? takeOverMs
  return {
    durable,
    stream: type.stream,
    filter: type.subject,
    batching: undefined,
    deadlineMs: options.deadlineMs,
    concurrency: options.concurrency ?? 1,
    ackWaitMs,
    heartbeatMs: ackWaitMs / 3,
    patienceMs: 0,
    decode: (body) => type.schema.decode(body),
    async handle(deliveries) {
      for (const delivery of deliveries) await handler(delivery.event as T, delivery)
    },
  }
}
