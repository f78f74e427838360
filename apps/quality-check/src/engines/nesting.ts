import type { Diagnostic } from '../finding.ts'

/**
 * The stack size of threads that call native parsers. Those are recursive, and a stack overflow in native code ends the whole process. This size is enough
 * for every text of 1 MB without brackets; the system allocates the memory only as it is used.
 */
export const nativeStack = { stackSizeMb: 512 }

/** Thrown for a text that must not be passed to an engine, or that it cannot read as a whole. The engine stays usable. The message is shown to the caller as the file's reason. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** What was found all the same. */
  readonly found: readonly Diagnostic[]

  constructor(message: string, found: readonly Diagnostic[] = []) {
    super(message)
    this.found = found
  }
}

const mostBrackets = 2_000
// A lower limit for languages whose rules search the whole subtree of every node: their time grows with the depth.
export const mostPatternBrackets = 200
const round = { opening: 40, closing: 41 }
const square = { opening: 91, closing: 93 }
const curly = { opening: 123, closing: 125 }

/** Whether brackets are nested deeper than in any real code. Those in strings and comments count, too. */
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

/** Throws Refusal for a text that is nested too deeply for the parsers. */
export function refuseDeepNesting(text: string, most = mostBrackets): void {
  if (isNestedTooDeep(text, most)) throw new Refusal(`brackets are nested more than ${most} deep: split the expression, or exclude the file in elder.yaml`)
}
