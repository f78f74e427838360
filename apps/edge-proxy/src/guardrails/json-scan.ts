const quote = 34
const comma = 44
const colon = 58
const backslash = 92
const openList = 91
const closeList = 93
const openObject = 123
const closeObject = 125

export interface Span {
  readonly key: string
  readonly start: number
  readonly end: number
}

/** The positions of the scalar values (no strings) of top-level keys, in a body that is known to be a JSON object. */
export function plainValues(body: Buffer, keys: readonly string[]): Span[] {
  const wanted = new Set(keys)
  const spans: Span[] = []
  let depth = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number
    if (byte === openObject || byte === openList) depth++
    else if (byte === closeObject || byte === closeList) depth--
    else if (byte === quote) {
      const end = endOfString(body, at)
      const key = depth === 1 ? keyAt(body, at, end) : undefined
      at = end - 1
      if (key === undefined || !wanted.has(key)) continue
      const start = skipSpace(body, skipSpace(body, end) + 1)
      spans.push({ key, start, end: endOfPlain(body, start) })
    }
  }
  return spans
}

/** Whether any object in a body, which is known to be JSON, has a duplicate key: two parsers may then read two different requests. */
export function repeatsKey(body: Buffer): boolean {
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number
    if (byte === openObject) open.push(new Set())
    else if (byte === openList) open.push(undefined)
    else if (byte === closeObject || byte === closeList) open.pop()
    else if (byte === quote) {
      const end = endOfString(body, at)
      const keys = open.at(-1)
      const key = keys && keyAt(body, at, end)
      at = end - 1
      if (!keys || key === undefined) continue
      if (keys.has(key)) return true
      keys.add(key)
    }
  }
  return false
}

/** The key, if the string is followed by a colon. */
function keyAt(body: Buffer, start: number, end: number): string | undefined {
  if (body[skipSpace(body, end)] !== colon) return undefined
  const plain = body.toString('utf8', start + 1, end - 1)
  return plain.includes('\\') ? (JSON.parse(`"${plain}"`) as string) : plain
}

function skipSpace(body: Buffer, from: number): number {
  let at = from
  while (at < body.length && (body[at] as number) <= 32) at++
  return at
}

function endOfPlain(body: Buffer, start: number): number {
  let at = start
  for (; at < body.length; at++) {
    const byte = body[at] as number
    if (byte <= 32 || byte === comma || byte === closeObject) break
  }
  return at
}

/** The position after the closing quote of the string that begins at `start`. */
function endOfString(body: Buffer, start: number): number {
  for (let end = body.indexOf(quote, start + 1); end >= 0; end = body.indexOf(quote, end + 1)) {
    let escapes = 0
    while (body[end - 1 - escapes] === backslash) escapes++
    if (escapes % 2 === 0) return end + 1
  }
  return body.length
}
