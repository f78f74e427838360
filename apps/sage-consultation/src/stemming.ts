/**
 * Reduces common English endings of a word to one form: retries, retried and retry; caching, cached and cache.
 * Lighter than Porter on purpose: names in code are rarely sentences, and wrongly merged words cannot be distinguished any more.
 */
export function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word
  const single = singular(word)
  return nouns.has(single) ? single : withoutFinalE(withoutSuffix(withoutParticiple(single)))
}

// These end like a participle, but the verb means something else in code.
const nouns = new Set(['setting', 'binding', 'heading', 'listing', 'padding'])

function singular(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`
  if (/(ss|ch|sh|x|zz)es$/.test(word)) return word.slice(0, -2)
  if (word.endsWith('s') && !/(ss|us|is)$/.test(word)) return word.slice(0, -1)
  return word
}

function withoutParticiple(word: string): string {
  if (word.endsWith('ied') && word.length > 4) return `${word.slice(0, -3)}y`
  const root = /^(.*[aeiouy].*)(?:ing|ed)$/.exec(word)?.[1]
  if (root === undefined || root.length < 3) return word
  if (/([bdfgmnprt])\1$/.test(root)) return root.slice(0, -1)
  return /[^eo]at$/.test(root) ? `${root}e` : root
}

function withoutSuffix(word: string): string {
  const root = /^(.{4,})(?:ation|ate|ment|er)$/.exec(word)?.[1] ?? /^(.{3,}[ts])ion$/.exec(word)?.[1]
  return root ?? word
}

function withoutFinalE(word: string): string {
  return word.length > 3 && word.endsWith('e') ? word.slice(0, -1) : word
}
