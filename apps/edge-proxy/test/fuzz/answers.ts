import { eventsIn, wholeIn, type Format } from './events.ts'
import { damage, type Random } from './random.ts'

/** A provider's answer as bytes: a stream, a whole answer or a failure, then spoilt in its framing, its headers or anywhere. */
export function makeAnswer(format: Format, random: Random): Buffer {
  const streams = random.chance(0.7)
  const body = streams ? stream(format, random) : random.chance(0.2) ? random.pick(['<html>no</html>', '', '[]', 'null', '{"error":{"message":"no"}}', '{"choices":']) : JSON.stringify(random.pick(wholeIn[format]))
  const status = random.chance(0.15) ? random.pick(['400 Bad', '401 No', '429 Slow', '500 Broken', '503 Busy', '204 Nothing', '302 Elsewhere', '101 Other', '999 Odd', 'abc']) : '200 OK'
  const headers = [`content-type: ${random.chance(0.1) ? random.pick(['text/html', 'nonsense', 'application/json', 'text/event-stream']) : streams ? 'text/event-stream' : 'application/json'}`]
  if (random.chance(0.1)) headers.push(random.pick(['retry-after: -1', 'retry-after: soon', 'content-encoding: gzip', 'set-cookie: a=b', `x-many: ${'z'.repeat(20_000)}`, 'connection: keep-alive, upgrade', 'bad header']))
  const chunked = random.chance(0.6)
  if (chunked) headers.push('transfer-encoding: chunked')
  else if (random.chance(0.5)) headers.push(`content-length: ${random.chance(0.1) ? random.below(10_000) : Buffer.byteLength(body)}`)
  else headers.push('connection: close')
  const bytes = Buffer.from(`HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${chunked ? `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n` : body}`)
  return random.chance(0.45) ? damage(bytes, random) : bytes
}

function stream(format: Format, random: Random): string {
  const lineBreak = random.chance(0.2) ? '\r\n' : '\n'
  const lines: string[] = []
  const events = chosenEvents(eventsIn[format], random)
  for (const event of events) {
    if (random.chance(0.15)) lines.push(random.pick([': remark', 'event: message', 'retry: 5', 'id: 7', 'data', 'data:', 'data: {', '\ufeffdata: {}', 'nonsense']), '')
    if (format !== 'chat' && random.chance(0.9)) lines.push(`event: ${(event as { type?: string }).type ?? ''}`)
    lines.push(`data:${random.chance(0.8) ? ' ' : ''}${JSON.stringify(event)}`, '')
  }
  if (random.chance(0.8)) lines.push('data: [DONE]', '')
  return lines.map((line) => line + lineBreak).join('')
}

/** Some in their order, as a provider would say them, or any. */
function chosenEvents(events: readonly object[], random: Random): object[] {
  if (random.chance(0.5)) return events.filter(() => random.chance(0.4))
  return Array.from({ length: random.below(8) }, () => random.pick(events))
}
