// V8 does not optimise an expression of more than 20,480 characters: searching a text with it takes many times as long.
const mostCharacters = 16_000

/** Expressions that together find any of the phrases, however many there are. `around` is what stands about a choice of them. */
export function expressionsOf(phrases: readonly string[], around: (choice: string) => string): readonly RegExp[] {
  const choices: string[] = []
  for (const phrase of phrases) {
    const last = choices.at(-1)
    if (last !== undefined && last.length + phrase.length < mostCharacters) choices[choices.length - 1] = `${last}|${phrase}`
    else choices.push(phrase)
  }
  return choices.map((choice) => new RegExp(around(choice), 'i'))
}

/** The first place in a text that one of them finds; of two that find the same, the one that is listed first. */
export function firstOf(expressions: readonly RegExp[], text: string): RegExpExecArray | null {
  let first: RegExpExecArray | null = null
  for (const expression of expressions) {
    const found = expression.exec(text)
    if (found !== null && (first === null || found.index < first.index)) first = found
  }
  return first
}
