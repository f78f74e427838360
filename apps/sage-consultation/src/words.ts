import { stem } from './stemming.ts'

/**
 * The terms of questions and of code as the index stores them: identifiers both whole and split (camelCase), lower-cased and
 * lightly stemmed, without stop words. Text and questions must be processed by the same rules to match.
 */
export interface Words {
  /** All terms of a text in order, including repeats. */
  of(text: string): string[]
  /** The topic of a question: distinct terms without those that only phrase it. None for "what is in this repository?". At most `maxTerms`. */
  topics(question: string): string[]
  /** The terms of a search: the topic, or else all terms. */
  asked(query: string): string[]
}

const maxTerms = 32
const maxRemembered = 8_000
const maxWordLength = 60

const rawToken = /[A-Za-z0-9_$\u0080-\u{10ffff}]+/gu
const hump = /\p{Lu}+(?!\p{Ll})\d*|\p{Lu}?\p{Ll}+\d*|\p{Lo}+|\d+|\p{L}+/gu
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

/** English words too common to distinguish texts. */
const stopWords = new Set(
  (
    'a about after all also am an and any are as at be because been before being below between both but by can cannot could did do does doing done down during each ' +
    'few for from further get gets had has have having he her here hers him his how i if in into is it its itself just let me more most my no nor not of off on once ' +
    'only or other our ours out over own same she should so some such than that the their theirs them then there these they this those through to too under until up ' +
    'us very was we were what when where which while who whom whose why will with would you your yours'
  ).split(' '),
)

/** Words that phrase a question about code and say nothing about its subject. */
const phrasing = new Set(
  ('anything call called code codebase contain describe define defined definition exist everything explain file files find function functions give happen happens implement implementation implemented know known knows live ' +
    'located look looks made make makes mean place please project repo repository see show take takes tell use used uses using want way work works')
    .split(' '),
)

export function createWords(): Words {
  // Code is repetitive, so most tokens of a text are found in this cache.
  const remembered = new Map<string, readonly string[]>()

  function wordsOf(token: string): readonly string[] {
    const known = remembered.get(token)
    if (known) return known
    if (remembered.size >= maxRemembered) remembered.clear()
    // Copied, because a token is a slice of its text and would keep the whole file in memory.
    const own = Buffer.from(token).toString()
    const words = analyse(own)
    remembered.set(own, words)
    return words
  }

  const distinctWords = (tokens: readonly string[]) => [...new Set(tokens.flatMap(wordsOf))].slice(0, maxTerms)

  return {
    of: (text) => (text.match(rawToken) ?? []).flatMap(wordsOf),
    topics: (question) => distinctWords(tokensOf(question).filter((token) => !phrasing.has(token.toLowerCase()))),
    asked(query) {
      const tokens = tokensOf(query)
      const topics = distinctWords(tokens.filter((token) => !phrasing.has(token.toLowerCase())))
      return topics.length > 0 ? topics : distinctWords(tokens)
    },
  }
}

function tokensOf(text: string): string[] {
  return text.normalize('NFC').match(rawToken) ?? []
}

function analyse(token: string): string[] {
  if (isDigest(token)) return []
  const parts = (token.match(hump) ?? []).flatMap((part) => (unspaced.test(part) ? pairs(part) : [part.toLowerCase()]))
  const words = parts.filter(isTelling).map(stem)
  const whole = parts.join('')
  if (parts.length > 1 && !unspaced.test(token) && isTelling(whole)) words.push(whole)
  return words
}

// A language without spaces is indexed by overlapping pairs of characters.
function pairs(text: string): string[] {
  const characters = Array.from(text)
  if (characters.length < 2) return characters
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}

function isTelling(word: string): boolean {
  if (word.length > maxWordLength || stopWords.has(word)) return false
  return word.length > 1 || unspaced.test(word)
}

// Hashes and keys: long, with many digits.
function isDigest(token: string): boolean {
  return token.length >= 24 && token.replace(/\D/g, '').length >= token.length / 5
}
