const form = /\b(?:e\.?g\.?|examples?|looks? like|such as|like|format(?:ted)?|form|returns?|i\.?e\.?|sample)\b|->|=>|→/i
const aside = /(?:^|\s)(?:\/\/|#|\/?\*)/

/** Explanations name addresses and settings that are nobody's. */
export function isInComment(text: string, at: number): boolean {
  const line = text.slice(lineStart(text, at), at)
  return /^\s*(?:\/\/|#|\*|\/\*|--|;|<!--|%)/.test(line)
}

/** Whether a comment says what such a thing looks like: "# returns e.g. ghp_…". */
export function showsForm(text: string, at: number): boolean {
  const start = lineStart(text, at)
  const before = text.slice(start, at)
  if (!aside.test(before)) return false
  return form.test(before) || (isInComment(text, at) && start > 0 && isInComment(text, start - 1) && form.test(text.slice(lineStart(text, start - 1), start - 1)))
}

/** Of a long line, only what is near. */
export function lineStart(text: string, at: number): number {
  let start = at
  while (start > 0 && at - start < 120 && text.charCodeAt(start - 1) !== 10) start--
  return start
}
