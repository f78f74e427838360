import { crc32 } from 'node:zlib'
import { endsInWords, entropy, isPlaceholder } from '../../../secrets/value.ts'
import { tokenFormats, type TokenFormat } from './data.ts'

export interface Token {
  readonly start: number
  readonly end: number
  readonly format: TokenFormat
}

interface Anchor {
  readonly prefix: string
  readonly format: TokenFormat
  readonly shape: RegExp
}

// Indexed by the prefix's first two characters, or by its only one.
const byHead = new Map<number, Anchor[]>()
for (const format of tokenFormats) {
  const shape = new RegExp(`(?:${format.rest.source})(?![A-Za-z0-9_])${endOfAlphabet(format.rest)}`, `y${format.rest.flags}`)
  for (const prefix of format.prefixes) {
    const head = headOf(prefix.charCodeAt(0), prefix.length > 1 ? prefix.charCodeAt(1) : 0)
    byHead.set(head, [...(byHead.get(head) ?? []), { prefix, format, shape }])
  }
}
// Most words of a text begin with no prefix, so one table lookup skips them. The first characters are ASCII.
const isHead = new Uint8Array(128 * 256)
for (const head of byHead.keys()) if (head < isHead.length) isHead[head] = 1
for (const anchors of byHead.values()) anchors.sort((a, b) => b.prefix.length - a.prefix.length)
// Markers in the middle of a token, without a word boundary.
const inner = ['Q~', 'AZDO', 'AzSe', 'AzFu', '+ACR']
const longestBefore = 330

let last: { text: string; found: Token[] } | undefined

/** Finds all tokens of known formats. The last result is cached, because two rules need it. */
export function findTokens(text: string): Token[] {
  if (last?.text !== text) last = { text, found: scan(text) }
  return last.found
}

// Scans the words of a text once.
function scan(text: string): Token[] {
  const found: Token[] = []
  let covered = 0
  let inWord = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const isWord = isWordCode(code)
    if (isWord && !inWord && at >= covered && (isHead[headOf(code, text.charCodeAt(at + 1))] === 1 || isHead[headOf(code, 0)] === 1)) {
      const token = tokenAt(text, at, byHead.get(headOf(code, text.charCodeAt(at + 1)))) ?? tokenAt(text, at, byHead.get(headOf(code, 0)))
      if (token !== undefined) {
        found.push(token)
        covered = token.end
      }
    }
    inWord = isWord
  }
  return [...found, ...inner.flatMap((mark) => innerTokens(text, mark))]
}

function innerTokens(text: string, mark: string): Token[] {
  const anchors = byHead.get(headOf(mark.charCodeAt(0), mark.charCodeAt(1)))
  const found: Token[] = []
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) {
    const token = tokenAt(text, at, anchors)
    if (token !== undefined) found.push(token)
  }
  return found
}

function tokenAt(text: string, at: number, anchors: readonly Anchor[] | undefined): Token | undefined {
  for (const { prefix, format, shape } of anchors ?? []) {
    if (!text.startsWith(prefix, at)) continue
    shape.lastIndex = at + prefix.length
    const rest = shape.exec(text)?.[0]
    if (rest === undefined) continue
    const before = format.before?.exec(text.slice(Math.max(0, at - longestBefore), at))
    if (before === null) continue
    const start = at - (before?.[0].length ?? 0)
    const end = at + prefix.length + rest.length
    if (!isInData(text, start, end) && isReal(format, text.slice(start, end), rest)) return { start, end, format }
  }
  return undefined
}

// Base64 data, such as images and digests, may contain any sequence of letters.
const data = /[A-Za-z0-9+/]{64}[+/]$|sha(?:256|384|512)[=:-]$/
// Padding shows the end of such data, so that less of it must precede.
const shortData = /[A-Za-z0-9+/]{16}[+/]$/
const padding = /={1,2}(?![\w=])/y

function isInData(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 65), start)
  if (data.test(before)) return true
  padding.lastIndex = end
  return padding.test(text) && shortData.test(before)
}

function isReal(format: TokenFormat, whole: string, rest: string): boolean {
  if (format.checksum === 'github' && rest.length === 36 && hasGitHubChecksum(rest)) return true
  const drawn = rest.length >= 12 ? rest : whole
  if (format.name === 'Discord bot token' && !/^\d{17,20}$/.test(Buffer.from(whole.slice(0, whole.indexOf('.')), 'base64').toString('latin1'))) return false
  return entropy(drawn) >= (drawn.length < 20 ? 2.4 : 2.8) && !isPlaceholder(drawn) && !endsInWords(whole)
}

/** Whether the last six characters are the CRC-32 of the others in base 62, as in GitHub's tokens. */
function hasGitHubChecksum(rest: string): boolean {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let sum = crc32(rest.slice(0, 30))
  let written = ''
  for (let place = 0; place < 6; place++) {
    written = digits[sum % 62] + written
    sum = Math.floor(sum / 62)
  }
  return written === rest.slice(30)
}

/** A token must not be followed by a character of its alphabet or a dash: otherwise it is longer than its format, or something else. */
function endOfAlphabet({ source }: RegExp): string {
  const last = /(\[(?:\\.|[^\]])+\])\{(?:\d+,)?\d+\}$/.exec(source)?.[1]
  return last === undefined ? '' : `(?!${last})`
}

function headOf(first: number, second: number): number {
  return first * 256 + (second & 255)
}

function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57)
}
