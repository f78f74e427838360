/** Tells whether a text holds what an expression says, whose `^` and `$` are a line's ends. */
export type Holds = (expression: string) => boolean

/** Looks through a text once for each expression: rules ask the same at every place that they speak of. */
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
