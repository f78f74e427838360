/**
 * Sees a good answer in the client's dialect before the client does, in one piece or in whole lines of a stream. Never asked about
 * failures. An exchange without one pays a comparison with undefined.
 */
export interface AnswerTap {
  /** What may go out now of all it was given so far; undefined: nothing yet. Throws what the client is told instead of the rest. */
  take(chunk: Buffer): Buffer | undefined
  /** The answer is complete: the rest of what may go out. Throws like take. Not called when the answer broke off. */
  end(): Buffer | undefined
}

/** An answer that is complete already, as the tap lets it through. */
export function throughTap(tap: AnswerTap | undefined, answer: Buffer): Buffer {
  if (!tap) return answer
  const parts = [tap.take(answer), tap.end()].filter((part) => part !== undefined)
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
}

/** Has a provider's answer looked at before what looks at it already. */
export function addTap(exchange: { openTap: (() => AnswerTap | undefined) | undefined }, open: () => AnswerTap | undefined): void {
  const before = exchange.openTap
  exchange.openTap = before ? () => chainTaps(open(), before()) : open
}

/** Has what everybody else lets through looked at last. */
export function addLastTap(exchange: { openTap: (() => AnswerTap | undefined) | undefined }, open: () => AnswerTap): void {
  const before = exchange.openTap
  exchange.openTap = before ? () => chainTaps(before(), open()) : open
}

/** One after the other: the second sees what the first lets through. */
function chainTaps(first: AnswerTap | undefined, second: AnswerTap | undefined): AnswerTap | undefined {
  if (!first || !second) return first ?? second
  return {
    take(chunk) {
      const passed = first.take(chunk)
      return passed && second.take(passed)
    },
    end() {
      const rest = first.end()
      const parts = [rest && second.take(rest), second.end()].filter((part) => part !== undefined)
      return parts.length > 0 ? Buffer.concat(parts) : undefined
    },
  }
}
