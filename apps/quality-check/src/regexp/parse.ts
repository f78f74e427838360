import { anyButNewline, complement, escapeSet, nothing, oneOf, range, withoutOthers, type CharacterSet } from './characters.ts'

/** A piece of a regular expression, reduced to what determines the ways of matching a text. */
export type Piece =
  | { readonly kind: 'character'; readonly set: CharacterSet; readonly min: number; readonly max: number }
  | { readonly kind: 'group'; readonly ways: readonly Sequence[]; readonly min: number; readonly max: number }
  /** Zero-width assertions: ^, $, \b, lookaround; and backreferences. */
  | { readonly kind: 'place' }

export type Sequence = readonly Piece[]

const longest = 1_000
const deepest = 20

class Reader {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length
  }

  get sign(): string {
    return this.#source[this.#at] ?? ''
  }

  take(count = 1): string {
    const taken = this.#source.slice(this.#at, this.#at + count)
    this.#at += count
    return taken
  }

  takes(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }
}

/** Parses a pattern in the syntax of JavaScript or Python into its alternatives. Undefined when it contains something unsupported. */
export function parsePattern(source: string): readonly Sequence[] | undefined {
  if (source.length > longest) return undefined
  const reader = new Reader(source)
  const ways = readWays(reader, 0)
  return ways !== undefined && reader.isAtEnd ? ways : undefined
}

function readWays(reader: Reader, depth: number): readonly Sequence[] | undefined {
  if (depth > deepest) return undefined
  const ways: Piece[][] = [[]]
  while (!reader.isAtEnd && reader.sign !== ')') {
    if (reader.sign === '|') {
      reader.take()
      ways.push([])
      continue
    }
    const piece = readPiece(reader, depth)
    if (piece === undefined) return undefined
    ways.at(-1)?.push(piece)
  }
  return ways
}

function readPiece(reader: Reader, depth: number): Piece | undefined {
  const sign = reader.take()
  if (sign === '^' || sign === '$') return { kind: 'place' }
  if (sign === '(') return readGroup(reader, depth)
  if (sign === '[') return counted(reader, readClass(reader))
  if (sign === '.') return counted(reader, anyButNewline)
  if (sign === '\\') return readEscape(reader)
  return sign === '*' || sign === '+' || sign === '?' ? undefined : counted(reader, oneOf(sign))
}

function readEscape(reader: Reader): Piece | undefined {
  const code = reader.takes(/u\{[\da-f]+\}|u[\da-f]{4}|x[\da-f]{2}/iy)
  if (code !== undefined) {
    const point = Number.parseInt(code.replace(/[^\da-f]/gi, ''), 16)
    return counted(reader, range(point, point))
  }
  if (reader.takes(/[pP]\{[^}]*\}/y) !== undefined) return counted(reader, nothing)
  const set = escapeSet(reader.take())
  if (set !== undefined) return counted(reader, set)
  reader.takes(/<[^>]*>/y)
  quantifier(reader)
  return { kind: 'place' }
}

const looks = /\?<?[=!]/y
const openings = /\?(?::|P?<[^>]*>|P?'[^']*'|[a-z]+:)/iy

function readGroup(reader: Reader, depth: number): Piece | undefined {
  const isLook = reader.takes(looks) !== undefined
  if (!isLook && reader.sign === '?' && reader.takes(openings) === undefined) return undefined
  const ways = readWays(reader, depth + 1)
  if (ways === undefined || reader.take() !== ')') return undefined
  const [min, max] = quantifier(reader)
  return isLook ? { kind: 'place' } : { kind: 'group', ways, min, max }
}

function counted(reader: Reader, set: CharacterSet | undefined): Piece | undefined {
  if (set === undefined) return undefined
  const [min, max] = quantifier(reader)
  return { kind: 'character', set, min, max }
}

function quantifier(reader: Reader): readonly [number, number] {
  const written = reader.takes(/(?:[*+?]|\{\d+(?:,\d*)?\})/y)
  if (written === undefined) return [1, 1]
  // Python's possessive quantifiers never backtrack.
  const isPossessive = reader.sign === '+'
  if (isPossessive || reader.sign === '?') reader.take()
  if (isPossessive) return [1, 1]
  if (written === '?') return [0, 1]
  if (written === '*') return [0, Infinity]
  if (written === '+') return [1, Infinity]
  const [least = 0, most] = written.slice(1, -1).split(',')
  return [Number(least), most === undefined ? Number(least) : most === '' ? Infinity : Number(most)]
}

function readClass(reader: Reader): CharacterSet | undefined {
  const isNegated = reader.sign === '^'
  if (isNegated) reader.take()
  let set = nothing
  let isAscii = true
  for (let isFirst = true; isFirst || reader.sign !== ']'; isFirst = false) {
    if (reader.isAtEnd) return undefined
    if (isFirst && reader.sign === ']') break
    const from = readMember(reader)
    const to = reader.takes(/-(?!\])/y) === undefined ? undefined : readMember(reader)
    // A Unicode property, whose characters are not known here.
    if (from === undefined) return undefined
    set |= to?.code === undefined || from.code === undefined ? from.set | (to?.set ?? nothing) : range(from.code, to.code)
    isAscii &&= (from.code ?? 0) < 128 && (to?.code ?? 0) < 128
  }
  reader.take()
  if (!isNegated) return set
  return isAscii ? complement(set) : withoutOthers(complement(set))
}

/** Undefined for a Unicode property. */
function readMember(reader: Reader): { readonly set: CharacterSet; readonly code?: number } | undefined {
  const written = reader.takes(/\\(?:u\{[\da-f]+\}|u[\da-f]{4}|x[\da-f]{2})/iy)
  if (written !== undefined) {
    const code = Number.parseInt(written.replace(/^\\[ux]|[{}]/gi, ''), 16)
    return { set: range(code, code), code }
  }
  if (reader.takes(/\\[pP]\{[^}]*\}/y) !== undefined) return undefined
  const sign = reader.take()
  if (sign !== '\\') return { set: oneOf(sign), code: sign.codePointAt(0) ?? 0 }
  const escaped = reader.take()
  const set = escapeSet(escaped) ?? oneOf(escaped)
  return /[dDwWsSnrtfv0]/.test(escaped) ? { set } : { set, code: escaped.codePointAt(0) ?? 0 }
}
