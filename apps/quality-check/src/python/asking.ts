/** Whether the text contains a match of the expression, in which `^` and `$` match at line ends. */
export type Holds = (expression: string) => boolean

/** Caches the result for each expression, because rules ask the same for every finding. */
export function asking(text: string): Holds {
  const answers = new Map<string, boolean>()
  return (expression) => {
    const known = answers.get(expression)
    if (known !== undefined) return known
    const answer = new RegExp(expression, 'm').test(text)
    answers.set(expression, answer)
    return answer
  }
}
