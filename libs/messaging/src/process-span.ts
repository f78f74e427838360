import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api'
import { contextFrom, linksTo, type SpanDescription } from '@elder/telemetry'
import { attributesOf } from './attributes.ts'
import type { Opened } from './handler-call.ts'
import { header } from './headers.ts'
import type { Subscription } from './subscription.ts'

/**
 * The span of a handler call. A single message continues the trace of its publisher. A batch has many publishers, and a replay comes long after
 * its own: each starts a new trace, with links to theirs.
 */
export function processSpanOf(opened: readonly Opened[], subscription: Subscription): SpanDescription {
  const [first] = opened as readonly [Opened, ...Opened[]]
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
    // Not the active context: a delivery may arrive in the context in which the consumer was started.
    parent: ROOT_CONTEXT,
  }
}
