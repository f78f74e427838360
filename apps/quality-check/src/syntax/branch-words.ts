import { lowerBound } from './lower-bound.ts'

/** The words and signs of a language that cognitive complexity counts. Those that are in a comment or a text do no harm: the bound is then higher. */
export interface BranchSyntax {
  /** Finds all of them. */
  readonly words: RegExp
  /** Those that count more the deeper they are, and make what they hold deeper. */
  readonly nesting: ReadonlySet<string>
  /** Those that only make what they hold deeper. */
  readonly deepening: ReadonlySet<string>
  /** Those that count once; the others count nothing. */
  readonly flat: ReadonlySet<string>
}

/** Tells, without a tree, how complex a span of a text can be at most. Nearly all functions are too simple to be looked at. */
export function complexityBound(text: string, { words, nesting, deepening, flat }: BranchSyntax): (span: { readonly start: number; readonly end: number }) => number {
  const found = { nesting: [] as number[], deepening: [] as number[], flat: [] as number[] }
  words.lastIndex = 0
  for (let match = words.exec(text); match !== null; match = words.exec(text)) {
    const [word] = match
    if (nesting.has(word)) found.nesting.push(match.index)
    else if (flat.has(word)) found.flat.push(match.index)
    else if (deepening.has(word)) found.deepening.push(match.index)
  }
  return (span) => {
    const [deep, levels, single] = [countIn(found.nesting, span), countIn(found.deepening, span), countIn(found.flat, span)]
    // At worst each is inside all others. The last one is for recursion.
    return deep + (deep * (deep - 1)) / 2 + deep * levels + single + 1
  }
}

const countIn = (offsets: readonly number[], { start, end }: { readonly start: number; readonly end: number }): number => lowerBound(offsets, (each) => each < end) - lowerBound(offsets, (each) => each < start)
