import { ServiceError } from '@elder/errors'
import type { JetStreamMessage } from './jetstream-message.ts'
import type { Delivered, Subscription } from './subscription.ts'

/** A handler that ignores its signal is no longer waited for after this. */
const graceMs = 2_000

/** A message that was decoded for the handler. */
export interface Opened {
  readonly message: JetStreamMessage
  readonly delivery: Omit<Delivered<unknown>, 'signal'>
}

/** Calls the handler of a subscription. Its signal fires at the deadline and when `ending` does; shortly afterwards the call rejects. */
export async function callHandler(subscription: Subscription, opened: readonly Opened[], ending: AbortSignal): Promise<void> {
  const { deadlineMs, heartbeatMs } = subscription
  const controller = new AbortController()
  const { signal } = controller
  const heartbeat = heartbeatMs === undefined ? undefined : startHeartbeat(opened, heartbeatMs)
  const timer = setTimeout(() => controller.abort(new ServiceError('deadline_exceeded', `not handled within ${deadlineMs} ms`)), deadlineMs)
  const end = () => controller.abort(ending.reason)
  ending.addEventListener('abort', end)
  let grace: NodeJS.Timeout | undefined
  const overdue = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      grace = setTimeout(() => reject(signal.reason as Error), graceMs)
    })
  })
  try {
    await Promise.race([subscription.handle(opened.map(({ delivery }) => ({ ...delivery, signal }))), overdue])
  } finally {
    clearInterval(heartbeat)
    clearTimeout(timer)
    clearTimeout(grace)
    ending.removeEventListener('abort', end)
  }
}

/** Each beat restarts the broker's ack wait for these messages. */
function startHeartbeat(opened: readonly Opened[], everyMs: number): NodeJS.Timeout {
  return setInterval(() => {
    for (const { message } of opened) message.working()
  }, everyMs)
}
