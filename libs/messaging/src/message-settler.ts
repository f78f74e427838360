import type { ServiceError } from '@elder/errors'
import type { Telemetry } from '@elder/telemetry'
import { park } from './dead-letters.ts'
import type { BrokerInternals } from './internals.ts'
import type { JetStreamMessage } from './jetstream-message.ts'
import { messagingMetrics, type MessagingMetrics } from './metrics.ts'
import { settle } from './settlement.ts'

const repeatAfterFailedParkMs = 10_000

/** Tells the broker how the messages of one consumer ended, and counts and logs it. Never throws. */
export class MessageSettler {
  readonly #broker: BrokerInternals
  readonly #telemetry: Telemetry
  readonly #consumer: string
  readonly #metrics: MessagingMetrics

  constructor(broker: BrokerInternals, telemetry: Telemetry, consumer: string) {
    this.#broker = broker
    this.#telemetry = telemetry
    this.#consumer = consumer
    this.#metrics = messagingMetrics(telemetry.metrics)
  }

  async settle(message: JetStreamMessage, error: ServiceError | undefined): Promise<void> {
    const settlement = settle(error, message.attempt)
    if (settlement.do === 'ack') this.#ack(message)
    else if (settlement.do === 'nak') this.#nak(message, error, settlement.delayMs)
    else await this.#park(message, settlement.error)
  }

  #ack(message: JetStreamMessage): void {
    message.ack()
    this.#count(message, 'ack')
  }

  #nak(message: JetStreamMessage, error: ServiceError | undefined, delayMs: number): void {
    message.nak(delayMs)
    this.#count(message, 'nak')
    this.#telemetry.logger.warn({ err: error, ...this.#named(message), attempt: message.attempt, delayMs }, 'message will be delivered again')
  }

  async #park(message: JetStreamMessage, error: ServiceError): Promise<void> {
    try {
      await park(this.#broker, message, this.#consumer, error)
      message.term()
      this.#count(message, 'park')
      this.#telemetry.logger.error({ err: error, ...this.#named(message), attempt: message.attempt }, 'message parked')
    } catch (fault) {
      message.nak(repeatAfterFailedParkMs)
      this.#count(message, 'nak')
      this.#telemetry.logger.error({ err: fault, ...this.#named(message) }, 'message could not be parked and will be delivered again')
    }
  }

  #count({ subject }: JetStreamMessage, settlement: 'ack' | 'nak' | 'park'): void {
    this.#metrics.settled.inc({ subject, consumer: this.#consumer, settlement })
  }

  #named({ subject, id }: JetStreamMessage): { subject: string; eventId: string; consumer: string } {
    return { subject, eventId: id, consumer: this.#consumer }
  }
}
