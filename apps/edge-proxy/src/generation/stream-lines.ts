import type { Api } from '@elder/dialects'

const newline = 10
const carriageReturn = 13

/** How much of what has come can go out so that an error event could follow at once. */
export function sendable(lines: Buffer, isNamed: boolean, betweenEvents: boolean): number {
  const end = lines.lastIndexOf(newline) + 1
  if (!isNamed || end === 0) return end
  // A name whose data has not come would be taken for an event without any.
  const begun = lastEventStart(lines, end, betweenEvents)
  return begun < 0 || lines.subarray(begun, end).includes('data:') ? end : begun
}

/** Where the event begins that is not complete; -1 when its beginning has gone out already. */
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

// A brace is rarer than a quote: streams that begin a failure with one are searched at half the price.
const errorObject = Buffer.from('{"error"')
const errorWord = Buffer.from('"error"')

export interface FailingEvent {
  readonly start: number
  /** What its data says. */
  readonly data: string
}

/** The first event that tells a failure. Inside a text the quotes would be escaped. */
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

// The line that names an event goes with its data.
function nameBefore(lines: Buffer, line: number): number {
  const before = line < 2 ? 0 : lines.lastIndexOf(newline, line - 2) + 1
  return lines.toString('latin1', before, before + 6) === 'event:' ? before : line
}

function dataOf(lines: Buffer, line: number): string {
  const end = lines.indexOf(newline, line)
  return lines.toString('utf8', line + 'data:'.length, end < 0 ? lines.length : end)
}

/** The number after the last that a piece of a stream bears. */
export function sequenceAfter(piece: Buffer): number {
  const at = piece.lastIndexOf('"sequence_number"')
  const [, number] = /^"sequence_number"\s*:\s*(\d{1,9})/.exec(piece.toString('latin1', Math.max(0, at), at + 40)) ?? []
  return number === undefined ? 0 : Number(number) + 1
}

/** What breaks a silence between two events. No OpenAI client may see a comment that begins with "ping". */
export function keepAliveFor(api: Api): string {
  return api === 'messages' ? 'event: ping\ndata: {"type": "ping"}\n\n' : ': keepalive\n\n'
}
