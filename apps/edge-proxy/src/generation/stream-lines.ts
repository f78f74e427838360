import type { Api } from '@elder/dialects'

const newline = 10
const carriageReturn = 13

/** How many of the bytes can be sent so that an error event could follow at once. */
export function sendable(lines: Buffer, isNamed: boolean, betweenEvents: boolean): number {
  const end = lines.lastIndexOf(newline) + 1
  if (!isNamed || end === 0) return end
  // An event name whose data is still missing would be taken for an empty event.
  const begun = lastEventStart(lines, end, betweenEvents)
  return begun < 0 || lines.subarray(begun, end).includes('data:') ? end : begun
}

/** Where the incomplete event begins; -1 when its beginning has already been sent. */
function lastEventStart(lines: Buffer, end: number, betweenEvents: boolean): number {
  for (let at = lines.lastIndexOf(newline, end - 1); at >= 0; at = at === 0 ? -1 : lines.lastIndexOf(newline, at - 1)) {
    if (endsEvent(lines.subarray(0, at + 1))) return at + 1
  }
  return betweenEvents ? 0 : -1
}

export function hasData(lines: Buffer): boolean {
  return lines.includes('data:')
}

export function endsEvent(lines: Buffer): boolean {
  const last = lines.length - 1
  if (lines[last] !== newline) return false
  const before = lines[last - 1]
  return before === newline || (before === carriageReturn && lines[last - 2] === newline) || last === 0
}

// A brace is rarer than a quote, which halves the cost of this search.
const errorObject = Buffer.from('{"error"')
const errorWord = Buffer.from('"error"')

export interface FailingEvent {
  readonly start: number
  /** The content of its data line. */
  readonly data: string
}

/** The first error event. Inside a text its quotes would be escaped. */
export function failingEvent(lines: Buffer, isNamed: boolean): FailingEvent | undefined {
  const mark = isNamed ? errorWord : errorObject
  for (let at = lines.indexOf(mark); at >= 0; at = lines.indexOf(mark, at + 1)) {
    const line = lines.lastIndexOf(newline, at) + 1
    if (at - line > 40) continue
    const text = lines.toString('latin1', line, at + 32)
    if (/^data: ?\{\s*(?:"error"\s*:\s*[{"]|"type"\s*:\s*"error"\s*[,}])/.test(text)) return { start: nameBefore(lines, line), data: dataOf(lines, line) }
  }
  return undefined
}

// The "event:" line belongs to the data after it.
function nameBefore(lines: Buffer, line: number): number {
  const before = line < 2 ? 0 : lines.lastIndexOf(newline, line - 2) + 1
  return lines.toString('latin1', before, before + 6) === 'event:' ? before : line
}

function dataOf(lines: Buffer, line: number): string {
  const end = lines.indexOf(newline, line)
  return lines.toString('utf8', line + 'data:'.length, end < 0 ? lines.length : end)
}

// A model that writes about [DONE] does so within a line.
const ofChoices = /"finish_reason"\s*:\s*"|"usage"\s*:\s*\{|^data: ?\[DONE\]/m
const ends: Readonly<Partial<Record<Api, RegExp>>> = {
  messages: /"message_stop"|"stop_reason"\s*:\s*"|^data: ?\[DONE\]/m,
  responses: /"response\.(?:completed|incomplete|failed|cancelled)"|^data: ?\[DONE\]/m,
}

/** Whether a piece of a stream holds what ends an answer. Not every provider closes with [DONE]. */
export function endsAnswer(piece: string, api: Api): boolean {
  return (ends[api] ?? ofChoices).test(piece)
}

/** The sequence number that follows the last one in a piece of a stream. */
export function sequenceAfter(piece: Buffer): number {
  const at = piece.lastIndexOf('"sequence_number"')
  const [, number] = /^"sequence_number"\s*:\s*(\d{1,9})/.exec(piece.toString('latin1', Math.max(0, at), at + 40)) ?? []
  return number === undefined ? 0 : Number(number) + 1
}

/** The keep-alive between two events. OpenAI clients must not get a comment that begins with "ping". */
export function keepAliveFor(api: Api): string {
  return api === 'messages' ? 'event: ping\ndata: {"type": "ping"}\n\n' : ': keepalive\n\n'
}
