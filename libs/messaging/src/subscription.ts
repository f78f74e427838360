import { streams, type EventType, type JobType, type StreamName } from '@elder/contracts'

/** The metadata of a message, for its handler. */
export interface Delivery {
  /** The event's id, the same for every redelivery and replay. */
  readonly id: string
  readonly subject: string
  /** From 1. */
  readonly attempt: number
  /** Fires before the broker redelivers the message, and when the service must stop. */
  readonly signal: AbortSignal
  readonly publishedAt: Date
  /** How many facts it contains; more than one in events that are batches. */
  readonly facts: number
  readonly body: Uint8Array
}

export type Delivered<T> = Delivery & { readonly event: T }

export interface Batching {
  readonly max: number
  /** How long the first message of a batch waits for others. */
  readonly waitMs: number
}

/** Assigns events to a handler, under a durable name. The name identifies the position in the stream: renaming it replays or skips messages. */
export interface Subscription {
  readonly durable: string
  readonly stream: StreamName
  readonly filter: string
  readonly batching: Batching | undefined
  readonly deadlineMs: number
  /** Messages, or batches, that are handled concurrently. Order is not guaranteed, because redelivery breaks it anyway. */
  readonly concurrency: number
  /** The broker's ack wait: the time until it redelivers a message. */
  readonly ackWaitMs: number
  /** The interval of progress reports to the broker. Undefined: the deadline is shorter than the ack wait. */
  readonly heartbeatMs: number | undefined
  /** The time for a running handler to finish when the service stops. */
  readonly patienceMs: number
  decode(body: Uint8Array): unknown
  handle(deliveries: Delivered<unknown>[]): Promise<void>
}

export interface SubscriptionOptions {
  /** The time for one message or batch until the handler's signal fires. The broker waits 5 s longer. */
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

/** All stored events, undecoded, in batches. */
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
  /** The time for one job; then its signal fires and it is retried. */
  readonly deadlineMs: number
  /** Jobs that this instance runs concurrently. Absent: 1. */
  readonly concurrency?: number
  /** The time after the loss of an instance until another takes over its job. Absent: 30 s. */
  readonly takeOverMs?: number
}

const takeOverMs = 30_000

/**
 * Long-running work, on one instance at a time. While the handler runs, progress is reported to the broker; the job of a lost instance goes to another, so a
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
