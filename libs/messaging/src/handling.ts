import { ServiceError, toServiceError } from '@elder/errors'
import { inSpan, type Telemetry } from '@elder/telemetry'
import { callHandler, type Opened } from './handler-call.ts'
import { header } from './headers.ts'
import type { BrokerInternals } from './internals.ts'
import type { JetStreamMessage } from './jetstream-message.ts'
import { MessageSettler } from './message-settler.ts'
import { messagingMetrics, type MessagingMetrics } from './metrics.ts'
import { processSpanOf } from './process-span.ts'
import { maxOutageAttempts } from './settlement.ts'
import type { Subscription } from './subscription.ts'

/** Takes the messages of a subscription from delivery to settlement. */
export class Handling {
  readonly #telemetry: Telemetry
  readonly #subscription: Subscription
  readonly #ending: AbortSignal
  readonly #metrics: MessagingMetrics
  readonly #settler: MessageSettler

  constructor(broker: BrokerInternals, telemetry: Telemetry, subscription: Subscription, ending: AbortSignal) {
    this.#telemetry = telemetry
    this.#subscription = subscription
    this.#ending = ending
    this.#metrics = messagingMetrics(telemetry.metrics)
    this.#settler = new MessageSettler(broker, telemetry, subscription.durable)
  }

  /** Handles and settles one message or one batch. Never throws. */
  async process(messages: readonly JetStreamMessage[]): Promise<void> {
    const opened = (await Promise.all(messages.map((message) => this.#open(message)))).filter((one) => one !== undefined)
    if (opened.length === 0) return
    const error = await this.#attempt(opened)
    // An outage affects every message alike, so it does not help to try each alone.
    const isFinal = opened.length === 1 || error === undefined || error.code === 'unavailable' || this.#ending.aborted
    if (!isFinal) return this.#processEach(opened)
    for (const { message } of opened) await this.#settler.settle(message, error)
  }

  /** Handles the messages of a failed batch one by one, so that only the bad ones fail. */
  async #processEach(opened: readonly Opened[]): Promise<void> {
    for (const [index, one] of opened.entries()) {
      for (const { message } of opened.slice(index)) message.working()
      await this.#settler.settle(one.message, await this.#attempt([one]))
    }
  }

  /** Decodes a message. Undefined when it is not for the handler; it is then settled. */
  async #open(message: JetStreamMessage): Promise<Opened | undefined> {
    const { durable } = this.#subscription
    this.#metrics.delivered.inc({ subject: message.subject, consumer: durable })
    const replayFor = message.headers[header.replayFor]
    if (replayFor !== undefined && replayFor !== durable) {
      message.ack()
      return undefined
    }
    if (message.attempt > maxOutageAttempts) {
      await this.#settler.settle(message, new ServiceError('failed_precondition', `given up after ${message.attempt - 1} deliveries without an outcome`))
      return undefined
    }
    try {
      const { id, subject, attempt, publishedAt, facts, body } = message
      return { message, delivery: { id, subject, attempt, publishedAt, facts, body, event: this.#subscription.decode(body) } }
    } catch (error) {
      await this.#settler.settle(message, new ServiceError('invalid_argument', `cannot be decoded: ${error instanceof Error ? error.message : String(error)}`, { cause: error }))
      return undefined
    }
  }

  /** Calls the handler once. Returns why it failed. */
  async #attempt(opened: readonly Opened[]): Promise<ServiceError | undefined> {
    const stopTimer = this.#metrics.handling.startTimer({ consumer: this.#subscription.durable })
    try {
      await inSpan(this.#telemetry.tracer, processSpanOf(opened, this.#subscription), () => callHandler(this.#subscription, opened, this.#ending))
      return undefined
    } catch (error) {
      return toServiceError(error)
    } finally {
      stopTimer()
    }
  }
}
