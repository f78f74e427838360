import { everything, nothing, type CharacterSet } from './characters.ts'
import { parsePattern, type Piece, type Sequence } from './parse.ts'

// Only patterns with a repeated group can be affected, and most have none.
const repeatsGroup = /\)(?:[*+]|\{\d+,\})/

/**
 * Whether a text of n equal characters exists that the pattern tries to match in a number of ways that doubles with n, and then fails: `(a+)+$`,
 * `(\w|\d)*;`. There are no false positives, but patterns that are slow for other reasons are not found.
 */
export function backtracksForEver(source: string): boolean {
  if (!repeatsGroup.test(source)) return false
  const ways = parsePattern(source)
  return ways !== undefined && ways.some((way) => isSlow(way, false))
}

/** `mayFail`: the rest of the pattern can fail. */
function isSlow(sequence: Sequence, mayFail: boolean): boolean {
  return sequence.some((piece, index) => {
    if (piece.kind !== 'group') return false
    const failsLater = mayFail || sequence.slice(index + 1).some((next) => next.kind === 'place' || next.min > 0)
    if (piece.max === Infinity && failsLater && isAmbiguous(piece.ways)) return true
    return piece.ways.some((way) => isSlow(way, failsLater || piece.min > 1))
  })
}

/** Whether a repeated group matches a text of equal characters with different numbers of iterations, or through different alternatives. */
function isAmbiguous(ways: readonly Sequence[]): boolean {
  if (ways.some((way) => stretches(way) !== nothing)) return true
  let seen = nothing
  for (const way of ways) {
    const taken = repeats(way)
    if ((seen & taken) !== nothing) return true
    seen |= taken
  }
  return false
}

/** Characters that the sequence matches in any number from one. */
function stretches(sequence: Sequence): CharacterSet {
  if (sequence.some(({ kind }) => kind === 'place')) return nothing
  return sequence.reduce((set, piece, index) => {
    const stretched = stretchesOf(piece)
    return stretched === nothing ? set : set | (stretched & inAll(sequence, index))
  }, nothing)
}

function stretchesOf(piece: Piece): CharacterSet {
  if (piece.kind === 'place') return nothing
  if (piece.kind === 'character') return piece.max === Infinity ? piece.set : nothing
  if (piece.max === Infinity) return piece.ways.reduce((set, way) => set | repeats(way), nothing)
  return piece.ways.reduce((set, way) => set | stretches(way), nothing)
}

/** Characters whose repetition alone is matched by a non-empty sequence. */
function repeats(sequence: Sequence): CharacterSet {
  if (sequence.some(({ kind }) => kind === 'place')) return nothing
  if (sequence.every((piece) => piece.kind !== 'place' && piece.min === 0)) return sequence.reduce((set, piece) => set | takenBy(piece), nothing)
  return inAll(sequence)
}

/** Characters common to all required pieces, except the one at `except`. */
function inAll(sequence: Sequence, except = -1): CharacterSet {
  return sequence.reduce((set, piece, index) => (index === except || (piece.kind !== 'place' && piece.min === 0) ? set : set & takenBy(piece)), everything)
}

function takenBy(piece: Piece): CharacterSet {
  if (piece.kind === 'place') return nothing
  return piece.kind === 'character' ? piece.set : piece.ways.reduce((set, way) => set | repeats(way), nothing)
}
