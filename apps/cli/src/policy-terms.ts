import { usageError } from './command.ts'

export interface Limit {
  readonly meter: string
  readonly window: string
  readonly amount: number
  /** In the current window. */
  readonly used?: number
}

/** The terms of a usage policy. */
export interface Terms {
  readonly limits: readonly Limit[]
  readonly allowedModels: readonly string[]
  readonly maxOutputTokens: number | null
  readonly secrets: string | null
  readonly deniedPrompts: readonly string[]
  readonly deniedAnswers: readonly string[]
  readonly answerCache: string | null
}

export const noTerms: Terms = { limits: [], allowedModels: [], maxOutputTokens: null, secrets: null, deniedPrompts: [], deniedAnswers: [], answerCache: null }

/** The flags of `policies set`. Terms without a flag are unchanged. */
export const termOptions = {
  limit: { type: 'string', multiple: true, value: 'METER/WINDOW=AMOUNT', help: 'set: limit of requests, tokens or cost per minute, day or month; =none removes it' },
  models: { type: 'string', value: 'A,B', help: 'set: allowed models or patterns such as gpt-*; "any" allows all' },
  'max-tokens': { type: 'string', value: 'N', help: 'set: maximum tokens of an answer; "none" removes it' },
  secrets: { type: 'string', value: 'ACTION', help: 'set: log, mask or block secrets in prompts; "none" ignores them' },
  'deny-prompt': { type: 'string', multiple: true, value: 'PATTERN', help: 'set: regular expression that no prompt may match; may be repeated; "none" removes all' },
  'deny-answer': { type: 'string', multiple: true, value: 'PATTERN', help: 'set: the same for answers' },
  cache: { type: 'string', value: 'MODE', help: 'set: the answer cache: on, off, or ask (only for requests that ask for it)' },
} as const

export interface TermFlags {
  readonly limit?: readonly string[]
  readonly models?: string
  readonly 'max-tokens'?: string
  readonly secrets?: string
  readonly 'deny-prompt'?: readonly string[]
  readonly 'deny-answer'?: readonly string[]
  readonly cache?: string
}

/** Parses and validates a change of terms before any request is sent. */
export type TermChange = (terms: Terms) => Terms

export function readTermFlags(flags: TermFlags): TermChange {
  const changes = [
    ...(flags.limit ?? []).map(readLimit),
    ...given(flags.models, (text) => set('allowedModels', text === 'any' ? [] : listIn(text, '--models'))),
    ...given(flags['max-tokens'], (text) => set('maxOutputTokens', text === 'none' ? null : readCount(text))),
    ...given(flags.secrets, (text) => set('secrets', readWord('--secrets', text, ['log', 'mask', 'block', 'none'], 'none'))),
    ...given(flags['deny-prompt'], (patterns) => set('deniedPrompts', readPatterns(patterns, '--deny-prompt'))),
    ...given(flags['deny-answer'], (patterns) => set('deniedAnswers', readPatterns(patterns, '--deny-answer'))),
    ...given(flags.cache, (text) => set('answerCache', readWord('--cache', text, ['on', 'off', 'ask'], 'ask'))),
  ]
  if (changes.length === 0) throw usageError('no change was given', 'elder policies set --user NAME --limit tokens/day=100000')
  return (terms) => changes.reduce((changed, change) => change(changed), terms)
}

function given<V>(value: V | undefined, read: (value: V) => TermChange): TermChange[] {
  return value === undefined ? [] : [read(value)]
}

function set<K extends keyof Terms>(name: K, value: Terms[K]): TermChange {
  return (terms) => ({ ...terms, [name]: value })
}

function readLimit(text: string): TermChange {
  const [, meter = '', window = '', amountText = ''] = /^(requests|tokens|cost)\/(minute|day|month)=(none|\d+(?:\.\d{1,6})?)$/.exec(text) ?? []
  if (meter === '') throw usageError(`--limit must read METER/WINDOW=AMOUNT, such as tokens/day=100000, cost/month=25.50 or requests/minute=none, got ${JSON.stringify(text)}`)
  const amount = Number(amountText)
  if (meter !== 'cost' && amountText.includes('.')) throw usageError(`--limit ${text}: ${meter} are counted in whole numbers`)
  return (terms) => {
    const others = terms.limits.filter((limit) => limit.meter !== meter || limit.window !== window)
    return { ...terms, limits: amountText === 'none' ? others : [...others, { meter, window, amount }] }
  }
}

function listIn(text: string, flag: string): string[] {
  const items = text.split(',').map((item) => item.trim()).filter((item) => item !== '')
  if (items.length === 0) throw usageError(`${flag} must name at least one, or any for all, got ${JSON.stringify(text)}`)
  return items
}

function readCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count > 0) return count
  throw usageError(`--max-tokens must be a whole number from 1, or none, got ${JSON.stringify(text)}`)
}

function readWord(flag: string, text: string, words: readonly string[], nothing: string): string | null {
  if (!words.includes(text)) throw usageError(`${flag} must be one of ${words.join(', ')}, got ${JSON.stringify(text)}`)
  return text === nothing ? null : text
}

function readPatterns(patterns: readonly string[], flag: string): string[] {
  if (patterns.length === 1 && patterns[0] === 'none') return []
  if (patterns.includes('none')) throw usageError(`${flag} none cannot be combined with other patterns: it removes all of them`)
  return [...patterns]
}

/** "tokens/day 1200 of 100000". */
export function limitText({ meter, window, amount, used }: Limit): string {
  return `${meter}/${window} ${used === undefined ? '' : `${used} of `}${amount}`
}
