const longestComment = 1_000

/** Explanations name addresses and settings that are nobody's. */
export function isInComment(text: string, at: number): boolean {
  const line = text.slice(lineStart(text, at, longestComment), at)
  return /^\s*(?:\/\/|#|\*|\/\*|--|;|<!--|%)/.test(line)
}

/** Of a long line, only what is near. */
export function lineStart(text: string, at: number, nearby = 120): number {
  let start = at
  while (start > 0 && at - start < nearby && text.charCodeAt(start - 1) !== 10) start--
  return start
}
