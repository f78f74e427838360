const shortestReason = 10

/** Whether the text after a suppression states a reason. */
export function isReason(text: string): boolean {
  return text.replace(/^[\s#:-]+/, '').trim().length >= shortestReason
}

// It repeats the code, so it does not say why the code is right.
const emptyWords = /^(?:(?:silently|just|simply|we|can|safely)\s+)*(?:ignor(?:e|ed|ing)|swallow(?:ed)?|suppress(?:ed)?|skip(?:ped)?|(?:do|does) nothing|nothing(?: to do)?|no-?op|empty|pass|continue)\b(?:\s+(?:it|this|here|the|all|any|every|errors?|exceptions?|failures?|silently|on|if|for|now))*[\s.!]*$/i

/** Whether a comment says that something is ignored and not why. */
export const saysNothing = (words: string): boolean => emptyWords.test(words)

const longestLine = 300
// Four words, and neither a note of debt nor a file header nor a directive for another tool.
const sentence = /^\s*(?:\/\/+|#|\/?\*+)\s*(?=[^\n]*\w+\W+\w+\W+\w+\W+\w+)(?!.*(?:\b(?:todo|fixme|xxx|hack|copyright|licen[cs]ed?)\b|eslint|oxlint|biome|tslint|@ts-|nolint|nosec|noqa|pylint|istanbul))/i

/** Whether a comment contains a sentence. */
export const isSentence = (comment: string): boolean => sentence.test(comment)

/** Whether the comment line above a comment that stands alone on its line explains it. */
export function isExplainedAbove(text: string, at: number): boolean {
  const start = text.lastIndexOf('\n', at - 1) + 1
  if (start === 0 || text.slice(start, at).trim() !== '') return false
  const above = text.lastIndexOf('\n', start - 2) + 1
  return sentence.test(text.slice(above, Math.min(start - 1, above + longestLine)))
}
