import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api'
import { ServiceError, toServiceError } from '@elder/errors'
import { contextFrom, inSpan, linksTo, type SpanDescription, type Telemetry } from '@elder/telemetry'
import { attributesOf } from './attributes.ts'
import { park } from './dead-letters.ts'
import { header } from './headers.ts'
import type { BrokerInternals } from './internals.ts'
import type { JetStreamMessage } from './jetstream-message.ts'
import { messagingMetrics } from './metrics.ts'
import { maxOutageAttempts, settle } from './settlement.ts'
import type { Delivered, Delivery, Subscription } from './subscription.ts'

/** A handler that ignores its signal is given up after this. */
const graceMs = 2_000

export interface Handling {
  /** Takes one message, or one batch, from delivery to what the broker is told. Never throws. */
  process(messages: JetStreamMessage[]): Promise<void>
}

interface Opened {
  readonly message: JetStreamMessage
  readonly delivery: Omit<Delivered<unknown>, 'signal'>
}

export function createHandling(broker: BrokerInternals, telemetry: Telemetry, subscription: Subscription, ending: AbortSignal): Handling {
  const { durable } = subscription
  const metrics = messagingMetrics(telemetry.metrics)

  const conclude = async (message: JetStreamMessage, error: ServiceError | undefined) => {
    const { subject, attempt, id } = message
    const settlement = settle(error, attempt)
    const count = (what: string) => metrics.settled.inc({ subject, consumer: durable, settlement: what })
    if (settlement.do === 'ack') {
      message.ack()
      count('ack')
    } else if (settlement.do === 'nak') {
      message.nak(settlement.delayMs)
      count('nak')
      telemetry.logger.warn({ err: error, subject, eventId: id, attempt, consumer: durable, delayMs: settlement.delayMs }, 'message will be delivered again')
    } else {
      try {
        await park(broker, message, durable, settlement.error)
        message.term()
        count('park')
        telemetry.logger.error({ err: settlement.error, subject, eventId: id, attempt, consumer: durable }, 'message parked')
      } catch (fault) {
        message.nak(10_000)
        count('nak')
        telemetry.logger.error({ err: fault, subject, eventId: id, consumer: durable }, 'message could not be parked and will be delivered again')
      }
    }
  }

  /** Undefined: settled already, without the handler. */
  const open = async (message: JetStreamMessage): Promise<Opened | undefined> => {
    metrics.delivered.inc({ subject: message.subject, consumer: durable })
    const replayFor = message.headers[header.replayFor]
    if (replayFor !== undefined && replayFor !== durable) {
      message.ack()
      return undefined
    }
    if (message.attempt > maxOutageAttempts) {
      await conclude(message, new ServiceError('failed_precondition', `given up after ${message.attempt - 1} deliveries without an outcome`))
      return undefined
    }
    try {
      const { id, subject, attempt, publishedAt, facts, body } = message
      return { message, delivery: { id, subject, attempt, publishedAt, facts, body, event: subscription.decode(body) } }
    } catch (error) {
      await conclude(message, new ServiceError('invalid_argument', `cannot be decoded: ${error instanceof Error ? error.message : String(error)}`, { cause: error }))
      return undefined
    }
  }

  /** Runs the handler once for what was opened. Returns why it failed. */
  const attempt = async (opened: Opened[]): Promise<ServiceError | undefined> => {
    const stopTimer = metrics.handling.startTimer({ consumer: durable })
    try {
      await inSpan(telemetry.tracer, spanOf(opened, subscription), () => withinDeadline(opened))
      return undefined
    } catch (error) {
      return toServiceError(error)
    } finally {
      stopTimer()
    }
  }

  const withinDeadline = async (opened: Opened[]) => {
    const controller = new AbortController()
    const { deadlineMs } = subscription
    const beat = startHeartbeat(opened, subscription.heartbeatMs)
    const timer = setTimeout(() => controller.abort(new ServiceError('deadline_exceeded', `not handled within ${deadlineMs} ms`)), deadlineMs)
    const end = () => controller.abort(ending.reason)
    ending.addEventListener('abort', end)
    let giveUp: NodeJS.Timeout | undefined
    const overdue = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => {
        giveUp = setTimeout(() => reject(controller.signal.reason as Error), graceMs)
      })
    })
    try {
      const { signal } = controller
      await Promise.race([subscription.handle(opened.map(({ delivery }): Delivered<unknown> & Delivery => ({ ...delivery, signal }))), overdue])
    } finally {
      clearInterval(beat)
      clearTimeout(timer)
      clearTimeout(giveUp)
      ending.removeEventListener('abort', end)
    }
  }

  return {
    async process(messages) {
      const opened = (await Promise.all(messages.map(open))).filter((one) => one !== undefined)
      if (opened.length === 0) return
      const error = await attempt(opened)
      // An outage meets every message alike: trying each alone would only take longer.
      if (opened.length === 1 || error === undefined || error.code === 'unavailable' || ending.aborted) {
        for (const { message } of opened) await conclude(message, error)
        return
      }
      for (const [index, one] of opened.entries()) {
        for (const { message } of opened.slice(index)) message.working()
        await conclude(one.message, await attempt([one]))
      }
    },
  }
}

/** While it beats, the broker's clock for these messages starts anew again and again. */
function startHeartbeat(opened: readonly Opened[], everyMs: number | undefined): NodeJS.Timeout | undefined {
  if (everyMs === undefined) return undefined
  return setInterval(() => {
    for (const { message } of opened) message.working()
  }, everyMs)
}

/**
 * A single message continues the trace of its publisher. A batch has many publishers and a replay comes long after its
 * own: they start a trace of their own that links to theirs.
 */
function spanOf(opened: Opened[], subscription: Subscription): SpanDescription {
  const [first] = opened as [Opened, ...Opened[]]
  const { subject, id, body } = first.message
  const alone = opened.length === 1 && subscription.batching === undefined && first.message.headers[header.replayFor] === undefined
  const group = { 'messaging.consumer.group.name': subscription.durable }
  if (alone) {
    return {
      name: `process ${subject}`,
      kind: SpanKind.CONSUMER,
      attributes: { ...attributesOf('process', 'process', subject, id, body), ...group },
      parent: contextFrom(first.message.headers[header.traceparent]),
    }
  }
  const destination = subscription.batching ? subscription.filter : subject
  return {
    name: `process ${destination}`,
    kind: SpanKind.CONSUMER,
    attributes: {
      'messaging.system': 'nats',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': destination,
      'messaging.batch.message_count': opened.length,
      ...group,
    },
    links: linksTo(opened.map(({ message }) => contextFrom(message.headers[header.traceparent]))),
    // Not the active context: a delivery may arrive in the context of whoever happened to start the consumer.
    parent: ROOT_CONTEXT,
  }
}
