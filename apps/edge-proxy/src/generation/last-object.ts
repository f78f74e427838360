// Longer than most error objects that follow half an answer, and short enough to be read for every answer.
const readBytes = 2 * 1024

const quote = 34
const backslash = 92
const openBrace = 123
const closeBrace = 125
const openBracket = 91
const closeBracket = 93

/**
 * The position at which the JSON object begins that a text ends with; undefined if the text ends with none. One pass backwards over the last bytes, because
 * parsing every answer would cost more than the rest of the relay. An object longer than those is taken to begin where the text does, unless another object
 * ends right before it.
 */
export function startOfLastObject(text: Buffer): number | undefined {
  const first = firstVisible(text)
  let at = lastVisible(text)
  if (text[first] !== openBrace || text[at] !== closeBrace) return undefined
  const floor = Math.max(first, at - readBytes)
  let depth = 0
  while (at >= floor) {
    const byte = text[at]
    if (byte === quote) at = stringStart(text, at, floor)
    else if (byte === closeBrace || byte === closeBracket) depth++
    else if ((byte === openBrace || byte === openBracket) && --depth === 0) return at
    at--
  }
  return floor > first ? (startOfLaterObject(text) ?? first) : undefined
}

/** Where two braces meet, a second object begins, or they are in a string of the first: only parsing tells. */
function startOfLaterObject(text: Buffer): number | undefined {
  const start = Math.max(text.lastIndexOf('}{'), text.lastIndexOf('\n{')) + 1
  return start > 0 && !isJson(text) ? start : undefined
}

function isJson(text: Buffer): boolean {
  try {
    JSON.parse(text.toString('utf8'))
    return true
  } catch {
    return false
  }
}

/** The first byte of a text that is not white space. */
export function firstVisible(text: Buffer): number {
  let at = 0
  while (at < text.length && (text[at] as number) <= 32) at++
  return at
}

function lastVisible(text: Buffer): number {
  let at = text.length - 1
  while (at >= 0 && (text[at] as number) <= 32) at--
  return at
}

/** Where the string begins that ends at `end`; before `floor` if it does not begin behind that. */
function stringStart(text: Buffer, end: number, floor: number): number {
  let at = end - 1
  while (at >= floor && (text[at] !== quote || isEscaped(text, at))) at--
  return at
}

function isEscaped(text: Buffer, at: number): boolean {
  let before = at - 1
  while (text[before] === backslash) before--
  return (at - before) % 2 === 0
}
