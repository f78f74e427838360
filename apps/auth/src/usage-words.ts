import { AnswerCacheMode, Meter, PolicyScope, SecretAction, Window } from '@elder/contracts/auth-usage'

// The texts by which tables and the ledger store the enumerations of the usage contract.

export type KnownScope = PolicyScope.POLICY_SCOPE_KEY | PolicyScope.POLICY_SCOPE_USER | PolicyScope.POLICY_SCOPE_TEAM
export type KnownMeter = Meter.METER_REQUESTS | Meter.METER_TOKENS | Meter.METER_COST
export type KnownWindow = Window.WINDOW_MINUTE | Window.WINDOW_DAY | Window.WINDOW_MONTH

export const scopeWords: Record<KnownScope, string> = { [PolicyScope.POLICY_SCOPE_KEY]: 'key', [PolicyScope.POLICY_SCOPE_USER]: 'user', [PolicyScope.POLICY_SCOPE_TEAM]: 'team' }
export const meterWords = { [Meter.METER_REQUESTS]: 'requests', [Meter.METER_TOKENS]: 'tokens', [Meter.METER_COST]: 'cost' } as const satisfies Record<KnownMeter, string>
export const windowWords: Record<KnownWindow, string> = { [Window.WINDOW_MINUTE]: 'minute', [Window.WINDOW_DAY]: 'day', [Window.WINDOW_MONTH]: 'month' }
export const secretWords: Record<number, string> = { [SecretAction.SECRET_ACTION_LOG]: 'log', [SecretAction.SECRET_ACTION_MASK]: 'mask', [SecretAction.SECRET_ACTION_BLOCK]: 'block' }
export const cacheWords: Record<number, string> = { [AnswerCacheMode.ANSWER_CACHE_MODE_OFF]: 'off', [AnswerCacheMode.ANSWER_CACHE_MODE_ON]: 'on' }

/** The enumeration value of a text; 0, which always means "unspecified", for any other. */
export function numberOf<T extends number>(words: Readonly<Record<T, string>>, word: string | null): T | 0 {
  const entry = Object.entries(words).find(([, known]) => known === word)
  return entry ? (Number(entry[0]) as T) : 0
}

export function isIn<T extends number>(words: Readonly<Record<T, string>>, value: number): value is T {
  return Object.hasOwn(words, value)
}
