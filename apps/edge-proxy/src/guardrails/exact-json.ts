// Available in Node, but not yet declared in TypeScript's library.
const raw = JSON as JSON & { rawJSON(source: string): object; isRawJSON(value: unknown): boolean }

/** Parses JSON so that numbers keep every digit when it is serialized again, including those that a JavaScript number cannot represent. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, keepDigits)
}

/** Whether a value is a number parsed in this way. */
export const isExactNumber = (value: unknown): boolean => raw.isRawJSON(value)

function keepDigits(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && source !== undefined && String(value) !== source ? raw.rawJSON(source) : value
}
