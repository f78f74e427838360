/** A text that is contained in another one as base64. */
export interface EncodedText {
  readonly text: string
  /** The position of its base64. */
  readonly start: number
  readonly end: number
}

// Shorter runs contain no secret that a rule finds; longer ones are files.
const run = /[A-Za-z0-9+/_-]{24,}={0,2}/g
const maxRunLength = 128 * 1024
const maxRuns = 64
const maxBytes = 512 * 1024
const minPrintable = 0.95

/** The base64 parts of a text that decode to text, in order and up to a maximum. */
export function encodedTexts(text: string): EncodedText[] {
  const found: EncodedText[] = []
  let bytes = 0
  for (const match of text.matchAll(run)) {
    const decoded = readableText(match[0])
    if (decoded === undefined) continue
    bytes += decoded.length
    if (bytes > maxBytes || found.length >= maxRuns) break
    found.push({ text: decoded, start: match.index, end: match.index + match[0].length })
  }
  return found
}

/** Whether base64 begins with readable text. */
export function beginsReadably(base64: string): boolean {
  return isReadable(Buffer.from(base64.slice(0, 64), 'base64'))
}

function readableText(base64: string): string | undefined {
  if (base64.length > maxRunLength || !beginsReadably(base64)) return undefined
  const bytes = Buffer.from(base64, 'base64')
  return isReadable(bytes) ? bytes.toString('utf8') : undefined
}

function isReadable(bytes: Buffer): boolean {
  let printable = 0
  for (const byte of bytes) if ((byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13) printable++
  return bytes.length > 0 && printable >= bytes.length * minPrintable
}
