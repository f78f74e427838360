/** A set of characters as bits: one for each ASCII character, and one for all others together. A set that contains only some of the others counts as containing none. */
export type CharacterSet = bigint

const others = 128
export const everything: CharacterSet = (1n << BigInt(others + 1)) - 1n
export const nothing: CharacterSet = 0n

const bit = (code: number): CharacterSet => (code < others ? 1n << BigInt(code) : nothing)

export function range(from: number, to: number): CharacterSet {
  const last = Math.min(to, others - 1)
  return last < from ? nothing : ((1n << BigInt(last - from + 1)) - 1n) << BigInt(from)
}

export const complement = (set: CharacterSet): CharacterSet => everything & ~set
export const withoutOthers = (set: CharacterSet): CharacterSet => set & ~(1n << BigInt(others))
export const oneOf = (text: string): CharacterSet => Array.from(text).reduce((set, character) => set | bit(character.codePointAt(0) ?? 0), nothing)

const digits = range(48, 57)
const words = digits | range(65, 90) | range(97, 122) | oneOf('_')
const spaces = oneOf(' \t\n\r\f\v')
export const anyButNewline = complement(oneOf('\n\r'))

const classes: Readonly<Record<string, CharacterSet>> = { d: digits, D: complement(digits), w: words, W: complement(words), s: spaces, S: complement(spaces) }
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', 0: '\0' }

/** The characters that "\x" matches; undefined when it matches no character, or needs more than one sign. */
export function escapeSet(sign: string): CharacterSet | undefined {
  const known = classes[sign]
  if (known !== undefined) return known
  const control = controls[sign]
  if (control !== undefined) return oneOf(control)
  return /[A-Za-z1-9]/.test(sign) ? undefined : oneOf(sign)
}
