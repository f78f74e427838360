// V8 does not optimise a regular expression of more than 20,480 characters, which makes a search many times slower.
const mostCharacters = 16_000

/** Splits any number of phrases over several regular expressions. `around` adds the context to an alternation of phrases. */
export function expressionsOf(phrases: readonly string[], around: (choice: string) => string): readonly RegExp[] {
  const choices: string[] = []
  for (const phrase of phrases) {
    const last = choices.at(-1)
    if (last !== undefined && last.length + phrase.length < mostCharacters) choices[choices.length - 1] = `${last}|${phrase}`
    else choices.push(phrase)
  }
  return choices.map((choice) => new RegExp(around(choice), 'i'))
}

/** The first match in a text; of two at the same position, that of the phrase listed first. */
export function firstOf(expressions: readonly RegExp[], text: string): RegExpExecArray | null {
  let first: RegExpExecArray | null = null
  for (const expression of expressions) {
    const found = expression.exec(text)
    if (found !== null && (first === null || found.index < first.index)) first = found
  }
  return first
}
