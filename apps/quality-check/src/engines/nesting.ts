/**
 * Of a thread that calls parsers in native code. They recurse with their text, and where the stack ends they end the whole process. This much holds
 * every text of 1 MB without brackets; it is taken from the machine only when it is used.
 */
export const nativeStack = { stackSizeMb: 512 }

const mostBrackets = 2_000
const opening = new Set(['(', '[', '{'].map((bracket) => bracket.charCodeAt(0)))
const closing = new Set([')', ']', '}'].map((bracket) => bracket.charCodeAt(0)))

/** Whether brackets stand in each other deeper than anybody writes, those of strings and comments among them. */
export function isNestedTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (opening.has(code)) depth++
    else if (depth > 0 && closing.has(code)) depth--
    if (depth > mostBrackets) return true
  }
  return false
}

/** Throws for a text that no parser should be given. */
export function refuseDeepNesting(text: string): void {
  if (isNestedTooDeep(text)) throw new Error(`brackets nested more than ${mostBrackets} deep`)
}
