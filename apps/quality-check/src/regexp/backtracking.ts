import { everything, nothing, type CharacterSet } from './characters.ts'
import { parsePattern, type Piece, type Sequence } from './parse.ts'

// Without a repeated group nothing here is found, and most patterns have none.
const repeatsGroup = /\)(?:[*+]|\{\d+,\})/

/**
 * Whether there are texts of n equal characters that the pattern tries to match in a number of ways that doubles with n, and then fails: `(a+)+$`,
 * `(\w|\d)*;`. What it says is right; patterns that are slow for other reasons it does not find.
 */
export function backtracksForEver(source: string): boolean {
  if (!repeatsGroup.test(source)) return false
  const ways = parsePattern(source)
  return ways !== undefined && ways.some((way) => isSlow(way, false))
}

/** `mayFail`: what follows the sequence can fail. */
function isSlow(sequence: Sequence, mayFail: boolean): boolean {
  return sequence.some((piece, index) => {
    if (piece.kind !== 'group') return false
    const failsLater = mayFail || sequence.slice(index + 1).some((next) => next.kind === 'place' || next.min > 0)
    if (piece.max === Infinity && failsLater && isAmbiguous(piece.ways)) return true
    return piece.ways.some((way) => isSlow(way, failsLater || piece.min > 1))
  })
}

/** Of a repeated group: a text of equal characters is taken in by more than one number of rounds, or by more than one way. */
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

/** The characters of which any number, at least one, is matched. */
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

/** The characters that alone, as often as it takes, are matched by a sequence, which then is not empty. */
function repeats(sequence: Sequence): CharacterSet {
  if (sequence.some(({ kind }) => kind === 'place')) return nothing
  if (sequence.every((piece) => piece.kind !== 'place' && piece.min === 0)) return sequence.reduce((set, piece) => set | takenBy(piece), nothing)
  return inAll(sequence)
}

/** Common to all pieces that must match, but the one at `except`. */
function inAll(sequence: Sequence, except = -1): CharacterSet {
  return sequence.reduce((set, piece, index) => (index === except || (piece.kind !== 'place' && piece.min === 0) ? set : set & takenBy(piece)), everything)
}

function takenBy(piece: Piece): CharacterSet {
  if (piece.kind === 'place') return nothing
  return piece.kind === 'character' ? piece.set : piece.ways.reduce((set, way) => set | repeats(way), nothing)
}
