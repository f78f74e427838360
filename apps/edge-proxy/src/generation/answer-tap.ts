/**
 * Inspects, holds back or changes a successful answer in the client's dialect before it is sent, as a whole or in whole lines of a stream.
 * Failures are not passed to it.
 */
export interface AnswerTap {
  /** Returns what may be sent now of everything received so far; undefined: nothing yet. Throws the error that the client gets instead of the rest. */
  take(chunk: Buffer): Buffer | undefined
  /** Called when the answer is complete, not when it broke off. Returns the rest that may be sent; throws like `take`. */
  end(): Buffer | undefined
}

/** Passes a complete answer through the tap. */
export function throughTap(tap: AnswerTap | undefined, answer: Buffer): Buffer {
  if (!tap) return answer
  const parts = [tap.take(answer), tap.end()].filter((part) => part !== undefined)
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
}

/** Adds a tap in front of those already there. */
export function addTap(exchange: { openTap: (() => AnswerTap | undefined) | undefined }, open: () => AnswerTap | undefined): void {
  const before = exchange.openTap
  exchange.openTap = before ? () => chainTaps(open(), before()) : open
}

/** Adds a tap behind those already there. */
export function addLastTap(exchange: { openTap: (() => AnswerTap | undefined) | undefined }, open: () => AnswerTap): void {
  const before = exchange.openTap
  exchange.openTap = before ? () => chainTaps(before(), open()) : open
}

/** Chains two taps: the second gets what the first lets through. */
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
