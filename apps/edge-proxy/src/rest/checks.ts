import { parseBody, readBody } from '../body.ts'
import { eventsIn, wholeCheck, type Check } from '../checking.ts'
import { headerOf, type Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { beginEvents, jsonEvent } from '../sse.ts'
import { checkBody, toCheckRequest } from './check-body.ts'
import { fileShape, findingShape, progressShape, reportShape } from './check-shapes.ts'
import { answerSarif, wantsSarif } from './sarif.ts'
import type { WatchRepositoryCheckResponse } from '@elder/contracts/quality'

export interface CheckParts {
  readonly bodyLimitBytes: number
  readonly keepAliveMs: number
  readonly check: Check
}

/** POST /v1/checks: the answer is one piece, SARIF, or a stream of events. */
export function checks({ bodyLimitBytes, keepAliveMs, check }: CheckParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const request = toCheckRequest(parseBody(checkBody, await readBody(exchange, bodyLimitBytes)), exchange.repository)
    await exchange.accept()
    const responses = check(request, exchange.call(answerWithinMs.check))
    if (wantsEvents(exchange)) await sendEvents(exchange, singleEvents(responses), keepAliveMs)
    else if (wantsSarif(exchange)) await answerSarif(exchange, await wholeCheck(responses))
    else await exchange.answerJson(200, await wholeCheck(responses))
  }
}

/** Streams the events of a check. The response head is sent with the first event, so that an earlier failure still has its own status. */
export async function sendEvents(exchange: Exchange, responses: AsyncIterable<WatchRepositoryCheckResponse>, keepAliveMs: number): Promise<void> {
  let events: ReturnType<typeof beginEvents> | undefined
  for await (const { event } of responses) {
    if (!event) continue
    events ??= beginEvents(exchange, keepAliveMs)
    await events.send(jsonEvent(event.$case, shapeOf(event)))
  }
  events ??= beginEvents(exchange, keepAliveMs)
  events.end()
}

function shapeOf(event: NonNullable<WatchRepositoryCheckResponse['event']>): object {
  switch (event.$case) {
    case 'finding':
      return findingShape(event.value)
    case 'file':
      return fileShape(event.value)
    case 'progress':
      return progressShape(event.value)
    default:
      return reportShape(event.value)
  }
}

async function* singleEvents(responses: ReturnType<Check>): AsyncGenerator<WatchRepositoryCheckResponse> {
  for await (const response of responses) for (const event of eventsIn(response)) yield { event }
}

/** Whether the client asked for a stream. */
export function wantsEvents(exchange: Exchange): boolean {
  return headerOf(exchange.request, 'accept')?.includes('text/event-stream') === true
}
