// Node has them, the compiler's library does not yet.
const raw = JSON as JSON & { rawJSON(source: string): object; isRawJSON(value: unknown): boolean }

/** JSON whose numbers keep every digit when it is written again, also those that no number of JavaScript can hold. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, keepDigits)
}

/** Whether a value is such a number. */
export const isExactNumber = (value: unknown): boolean => raw.isRawJSON(value)

function keepDigits(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && source !== undefined && String(value) !== source ? raw.rawJSON(source) : value
}
