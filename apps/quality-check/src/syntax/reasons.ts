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

const anyWords = /^\s*(?:\/\/+|#|\*+)\s*\w/
// Further up a comment is more often about something else, such as the file's licence.
const longestReason = 3

/** Whether the comment right above a comment that stands alone on its line explains it. */
export function isExplainedAbove(text: string, at: number): boolean {
  let start = text.lastIndexOf('\n', at - 1) + 1
  if (text.slice(start, at).trim() !== '') return false
  for (let lines = 0; start > 0 && lines < longestReason; lines++) {
    const above = text.lastIndexOf('\n', start - 2) + 1
    const line = text.slice(above, Math.min(start - 1, above + longestLine))
    if (sentence.test(line)) return true
    if (!anyWords.test(line)) return false
    start = above
  }
  return false
}
