const longestComment = 1_000

/** Comments contain example addresses and settings. */
export function isInComment(text: string, at: number): boolean {
  const line = text.slice(lineStart(text, at, longestComment), at)
  return /^\s*(?:\/\/|#|\*|\/\*|--|;|<!--|%)/.test(line)
}

/** On a long line, only the text near the offset. */
export function lineStart(text: string, at: number, nearby = 120): number {
  let start = at
  while (start > 0 && at - start < nearby && text.charCodeAt(start - 1) !== 10) start--
  return start
}
