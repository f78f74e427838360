/** One issue that a schema validator reports: the fields depend on the code. */
export interface SchemaIssue {
  readonly code?: string
  readonly expected?: unknown
  readonly origin?: unknown
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly divisor?: unknown
  readonly format?: unknown
  readonly values?: readonly unknown[]
}

const nouns: Readonly<Record<string, string>> = { string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'an object', record: 'an object', null: 'null', date: 'a time' }
const forms: Readonly<Record<string, string>> = { url: 'an address such as https://host/path', datetime: 'a time as 2026-01-31T12:00:00Z', date: 'a day as 2026-01-31', uuid: 'an id as lists show it', email: 'an e-mail address' }

/** What a value must be, with the fix, for issues whose schema has no message. Undefined: the validator's text is the best there is. */
export function schemaWords(issue: SchemaIssue): string | undefined {
  const { code } = issue
  if (code === 'invalid_type') return `must be ${nouns[String(issue.expected)] ?? String(issue.expected)}`
  if (code === 'invalid_value') return `must be ${listed(issue.values ?? [])}`
  if (code === 'too_big') return tooBig(issue)
  if (code === 'too_small') return tooSmall(issue)
  if (code === 'invalid_format') return forms[String(issue.format)] === undefined ? 'has a form that is not allowed here: correct it' : `must be ${forms[String(issue.format)]}`
  if (code === 'not_multiple_of') return `must be a multiple of ${String(issue.divisor)}`
  return code === 'invalid_union' ? 'has none of the forms that are allowed here: correct it' : undefined
}

function tooBig({ origin, maximum }: SchemaIssue): string {
  if (origin === 'string') return `may have at most ${counted(maximum, 'character')}: shorten it`
  return isList(origin) ? `may hold at most ${String(maximum)}: take some out` : `must be at most ${String(maximum)}`
}

function tooSmall({ origin, minimum }: SchemaIssue): string {
  if (origin === 'string') return Number(minimum) === 1 ? 'must not be empty' : `must have at least ${counted(minimum, 'character')}`
  return isList(origin) ? `must hold at least ${String(minimum)}` : `must be at least ${String(minimum)}`
}

function isList(origin: unknown): boolean {
  return origin === 'array' || origin === 'set' || origin === 'map' || origin === 'object'
}

function counted(count: unknown, noun: string): string {
  return `${String(count)} ${noun}${Number(count) === 1 ? '' : 's'}`
}

function listed(values: readonly unknown[]): string {
  const shown = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  return shown.length === 1 ? String(shown[0]) : `one of ${shown.join(', ')}`
}
