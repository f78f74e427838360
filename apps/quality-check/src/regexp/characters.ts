/** Sets of characters as bits: one for each of ASCII, one for all others. */
export type CharacterSet = bigint

const others = 128
export const everything: CharacterSet = (1n << BigInt(others + 1)) - 1n
export const nothing: CharacterSet = 0n

const bit = (code: number): CharacterSet => 1n << BigInt(Math.min(code, others))

export function range(from: number, to: number): CharacterSet {
  if (to < from) return nothing
  const first = Math.min(from, others)
  const last = Math.min(to, others)
  return ((1n << BigInt(last - first + 1)) - 1n) << BigInt(first)
}

export const complement = (set: CharacterSet): CharacterSet => everything & ~set
export const oneOf = (text: string): CharacterSet => Array.from(text).reduce((set, character) => set | bit(character.codePointAt(0) ?? 0), nothing)

const digits = range(48, 57)
const words = digits | range(65, 90) | range(97, 122) | oneOf('_')
const spaces = oneOf(' \t\n\r\f\v') | bit(others)
export const anyButNewline = complement(oneOf('\n\r'))

const classes: Readonly<Record<string, CharacterSet>> = { d: digits, D: complement(digits), w: words, W: complement(words), s: spaces, S: complement(oneOf(' \t\n\r\f\v')) }
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', 0: '\0' }

/** What "\x" stands for; undefined for what takes no character, or is not told by one sign. */
export function escapeSet(sign: string): CharacterSet | undefined {
  const known = classes[sign]
  if (known !== undefined) return known
  const control = controls[sign]
  if (control !== undefined) return oneOf(control)
  return /[A-Za-z1-9]/.test(sign) ? undefined : oneOf(sign)
}
