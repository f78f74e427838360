const shortestReason = 10

/** Whether the text after a suppression states a reason. */
export function isReason(text: string): boolean {
  return text.replace(/^[\s#:-]+/, '').trim().length >= shortestReason
}

// It repeats the code, so it does not say why the code is right.
const emptyWords = /^(?:(?:silently|just|simply|we|can|safely)\s+)*(?:ignor(?:e|ed|ing)|swallow(?:ed)?|suppress(?:ed)?|skip(?:ped)?|(?:do|does) nothing|nothing(?: to do)?|no-?op|empty|pass|continue)\b(?:\s+(?:it|this|here|the|all|any|every|errors?|exceptions?|failures?|silently|on|if|for|now))*[\s.!]*$/i

/** Whether a comment says that something is ignored and not why. */
export const saysNothing = (words: string): boolean => emptyWords.test(words)

/** Whether documentation of a function says what it answers when it fails. */
export const promisesAnswer = (words: string): boolean => answering.test(words)

const answering = /\bon (?:any )?(?:error|failure)\b|\b(?:if|in case) (?:\S+ ){1,8}?(?:fails?|failed)\b|\bnever (?:throws|rejects|raises)\b|\bhandles? (?:invalid|missing|malformed)\b|\b(?:if|when) there (?:is|was) an? (?:error|failure)\b|\b(?:undefined|null|none|false|empty|nothing) (?:when|if|where) (?:\S+ ){1,8}?(?:cannot|can't|could not) be\b/i

/** Whether a comment at an attempt says that it may fail, or what holds then. */
export const expectsFailure = (words: string): boolean => expecting.test(words)

const expecting =
  /\b(?:fail(?:s|ed|ure|ures)?|breaks?|guard(?:s|ed)?|best[- ]effort|optional(?:ly)?|(?:may|might) not (?:exist|be)|missing|unavailable|gracefully|fall(?:s|ing)?[- ]?back|(?:rais|throw)(?:es?|s|ing)? (?:an? |any |all )?(?:errors?|exceptions?)|(?:catch|suppress|ignor)(?:e|es|ing)? (?:all|any|every)\w*|(?:not|\w+n't) (?:like|support|allow)(?:ed)?)\b/i

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
