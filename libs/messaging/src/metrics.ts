import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** The messaging metrics of one service, created once for its registry. */
export interface MessagingMetrics {
  readonly published: Counter<'subject'>
  readonly delivered: Counter<'subject' | 'consumer'>
  readonly settled: Counter<'subject' | 'consumer' | 'settlement'>
  readonly handling: Histogram<'consumer'>
}

const made = new WeakMap<Registry, MessagingMetrics>()

export function messagingMetrics(registry: Registry): MessagingMetrics {
  const known = made.get(registry)
  if (known) return known
  const registers = [registry]
  const metrics: MessagingMetrics = {
    published: new Counter({ name: 'messaging_published_total', help: 'Messages that the broker acknowledged', labelNames: ['subject'], registers }),
    delivered: new Counter({ name: 'messaging_delivered_total', help: 'Messages handed to a handler, repeats included', labelNames: ['subject', 'consumer'], registers }),
    settled: new Counter({ name: 'messaging_settled_total', help: 'Deliveries by settlement: ack, nak or park', labelNames: ['subject', 'consumer', 'settlement'], registers }),
    handling: new Histogram({
      name: 'messaging_process_duration_seconds',
      help: 'Time in a handler, one observation a message or batch',
      labelNames: ['consumer'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30],
      registers,
    }),
  }
  made.set(registry, metrics)
  return metrics
}

/** A gauge whose value is read at each scrape; a second one of the same name replaces the first. */
export function gaugeOf(registry: Registry, name: string, help: string, read: () => number | Promise<number>): void {
  registry.removeSingleMetric(name)
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read())
    },
  })
}
