/**
 * Of a thread that calls parsers in native code. They recurse with their text, and where the stack ends they end the whole process. This much holds
 * every text of 1 MB without brackets; it is taken from the machine only when it is used.
 */
export const nativeStack = { stackSizeMb: 512 }

/** A text that an engine is not given. The engine is sound; its message is the reason the caller reads. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

const mostBrackets = 2_000
// Of languages whose rules look at every node with all that is below it.
export const mostPatternBrackets = 200
const round = { opening: 40, closing: 41 }
const square = { opening: 91, closing: 93 }
const curly = { opening: 123, closing: 125 }

/** Whether brackets stand in each other deeper than anybody writes, those of strings and comments among them. */
export function isNestedTooDeep(text: string, most = mostBrackets): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === round.opening || code === square.opening || code === curly.opening) depth++
    else if (depth > 0 && (code === round.closing || code === square.closing || code === curly.closing)) depth--
    if (depth > most) return true
  }
  return false
}

/** Throws for a text that no parser should be given. */
export function refuseDeepNesting(text: string, most = mostBrackets): void {
  if (isNestedTooDeep(text, most)) throw new Refusal(`brackets are nested more than ${most} deep: split the expression, or exclude the file in elder.yaml`)
}
