const quote = 34
const backslash = 92
const opening: ReadonlySet<number> = new Set(Buffer.from('{['))
const closing: ReadonlySet<number> = new Set(Buffer.from('}]'))

const plainKey = Buffer.from('"model"')
// The key can also be written with escapes: \u006d, \u006f, \u0064…
const escapedLetter = Buffer.from('\\u006')

/**
 * Whether a body names its model only once. If it did twice, the provider could use another one than we checked. A text search
 * almost always decides this without parsing the body.
 */
export function namesModelOnce(body: Buffer): boolean {
  const first = body.indexOf(plainKey)
  if (first >= 0 && body.indexOf(plainKey, first + plainKey.length) < 0 && body.indexOf(escapedLetter) < 0) return true
  return modelValues(body).length === 1
}

/** The body with another model, every other byte as it came. */
export function withModel(body: Buffer, model: string): Buffer {
  const parts: Buffer[] = []
  const name = Buffer.from(JSON.stringify(model))
  let from = 0
  for (const { start, end } of modelValues(body)) {
    parts.push(body.subarray(from, start), name)
    from = end
  }
  parts.push(body.subarray(from))
  return Buffer.concat(parts)
}

interface Span {
  readonly start: number
  readonly end: number
}

/** The positions of the values of the top-level key "model" in a body that is known to be a JSON object. */
function modelValues(body: Buffer): Span[] {
  const spans: Span[] = []
  let depth = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number
    if (opening.has(byte)) depth++
    else if (closing.has(byte)) depth--
    else if (byte === quote) {
      const end = endOfString(body, at)
      const value = depth === 1 ? valueOfModel(body, at, end) : undefined
      if (value) spans.push(value)
      at = (value?.end ?? end) - 1
    }
  }
  return spans
}

/** The position of the string after a key, if the key is "model". */
function valueOfModel(body: Buffer, start: number, end: number): Span | undefined {
  const colon = skipSpace(body, end)
  if (body[colon] !== 58 || !isModel(body.toString('utf8', start, end))) return undefined
  const value = skipSpace(body, colon + 1)
  return body[value] === quote ? { start: value, end: endOfString(body, value) } : undefined
}

function isModel(key: string): boolean {
  return key === '"model"' || (key.includes('\\') && JSON.parse(key) === 'model')
}

function skipSpace(body: Buffer, from: number): number {
  let at = from
  while (at < body.length && (body[at] as number) <= 32) at++
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
