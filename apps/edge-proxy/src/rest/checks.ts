import { z } from 'zod'
import { CheckRequest } from '@elder/contracts/quality'
import { parseBody, readBody } from '../body.ts'
import { wholeCheck, type Check } from '../checking.ts'
import { headerOf, type Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { beginEvents, jsonEvent } from '../sse.ts'
import { fileShape, findingShape, reportShape } from './shapes.ts'

const path = z.string().min(1, 'must name a file').max(1_024)

const checkBody = z.strictObject({
  files: z.array(z.strictObject({ path, content: z.string('must be text'), encoding: z.enum(['utf8', 'base64']).optional() })).min(1, 'must hold at least one file').max(1_000, 'may hold 1,000 files'),
  repository: z.string().max(1_024).optional(),
  /** Text of an elder.yaml. */
  policy: z.string().max(256 * 1024).optional(),
})

export interface CheckParts {
  readonly bodyLimitBytes: number
  readonly keepAliveMs: number
  readonly check: Check
}

/** POST /v1/checks: in one piece, or as events while findings are found. */
export function checks({ bodyLimitBytes, keepAliveMs, check }: CheckParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const { files, repository, policy } = parseBody(checkBody, await readBody(exchange.request, bodyLimitBytes))
    const request = CheckRequest.fromPartial({
      repository: repository ?? exchange.repository,
      policyYaml: policy ?? '',
      files: files.map((file) => ({ path: file.path, content: Buffer.from(file.content, file.encoding ?? 'utf8') })),
    })
    await exchange.accept()
    const responses = check(request, exchange.call(answerWithinMs.check))
    if (!wantsEvents(exchange)) return exchange.answerJson(200, await wholeCheck(responses))
    let events: ReturnType<typeof beginEvents> | undefined
    for await (const { event } of responses) {
      if (!event) continue
      events ??= beginEvents(exchange, keepAliveMs)
      if (event.$case === 'finding') await events.send(jsonEvent('finding', findingShape(event.value)))
      else if (event.$case === 'file') await events.send(jsonEvent('file', fileShape(event.value)))
      else await events.send(jsonEvent('report', reportShape(event.value)))
    }
    events ??= beginEvents(exchange, keepAliveMs)
    events.end()
  }
}

/** Whether the client asked for a stream. */
export function wantsEvents(exchange: Exchange): boolean {
  return headerOf(exchange.request, 'accept')?.includes('text/event-stream') === true
}
