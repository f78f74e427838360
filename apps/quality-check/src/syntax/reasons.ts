const shortestReason = 10

/** Whether what follows a suppression in its comment says why. */
export function isReason(text: string): boolean {
  return text.replace(/^[\s#:-]+/, '').trim().length >= shortestReason
}

const longestLine = 300
// Four words, and neither debt nor the head of a file nor a comment for another tool.
const sentence = /^\s*(?:\/\/+|#|\/?\*+)\s*(?=[^\n]*\w+\W+\w+\W+\w+\W+\w+)(?!.*(?:\b(?:todo|fixme|xxx|hack|copyright|licen[cs]ed?)\b|eslint|oxlint|biome|tslint|@ts-|nolint|nosec|noqa|pylint|istanbul))/i

/** Whether a comment says something in words. */
export const isSentence = (comment: string): boolean => sentence.test(comment)

/** Whether a comment that stands alone on its line is preceded by a line of comment that says why. */
export function isExplainedAbove(text: string, at: number): boolean {
  const start = text.lastIndexOf('\n', at - 1) + 1
  if (start === 0 || text.slice(start, at).trim() !== '') return false
  const above = text.lastIndexOf('\n', start - 2) + 1
  return sentence.test(text.slice(above, Math.min(start - 1, above + longestLine)))
}
