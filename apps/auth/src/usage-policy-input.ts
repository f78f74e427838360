import { RE2JS } from 're2js'
import { PolicyScope, type AnswerCacheMode, type Limit, type SecretAction, type UsagePolicy } from '@elder/contracts/auth-usage'
import { invalid, quote, readKeyId, readTeamId, readUserId } from './input.ts'
import { cacheWords, isIn, meterWords, scopeWords, secretWords, windowWords, type KnownMeter, type KnownScope, type KnownWindow } from './usage-words.ts'

const maxLimits = 9
const maxModels = 200
const maxStars = 4
const maxPatterns = 32
const maxPatternLength = 512
const maxOutputTokens = 100_000_000
// The largest integer that is exact in every client's number type.
const maxAmount = BigInt(Number.MAX_SAFE_INTEGER)

export function readScope(scope: PolicyScope, field = 'scope'): KnownScope {
  if (isIn(scopeWords, scope)) return scope
  throw invalid(field, `must be POLICY_SCOPE_KEY, POLICY_SCOPE_USER or POLICY_SCOPE_TEAM, got ${scope}`)
}

/** The id of a policy's subject, in the form of its scope. */
export function readSubject(scope: KnownScope, subject: string): string {
  if (scope === PolicyScope.POLICY_SCOPE_KEY) return readKeyId(subject)
  return scope === PolicyScope.POLICY_SCOPE_USER ? readUserId(subject) : readTeamId(subject)
}

/** The fields of a policy that a caller may set. */
export interface Terms extends Pick<UsagePolicy, 'allowedModels' | 'maxOutputTokens' | 'secrets' | 'deniedPrompts' | 'deniedAnswers' | 'answerCache'> {
  limits: KnownLimit[]
}

export interface KnownLimit extends Limit {
  meter: KnownMeter
  window: KnownWindow
}

export function readTerms(policy: UsagePolicy): Terms {
  return {
    limits: readLimits(policy.limits),
    allowedModels: readModels(policy.allowedModels),
    maxOutputTokens: readMaximum(policy.maxOutputTokens),
    secrets: readSecrets(policy.secrets),
    deniedPrompts: readPatterns(policy.deniedPrompts, 'deniedPrompts'),
    deniedAnswers: readPatterns(policy.deniedAnswers, 'deniedAnswers'),
    answerCache: readCacheMode(policy.answerCache),
  }
}

function readLimits(limits: readonly Limit[]): KnownLimit[] {
  if (limits.length > maxLimits) throw invalid('limits', `may hold ${maxLimits}, one for each meter and window, got ${limits.length}; leave some out`)
  const seen = new Map<string, number>()
  return limits.map((limit, index) => {
    const field = `limits[${index}]`
    const { meter, window, amount } = limit
    if (!isIn(meterWords, meter)) throw invalid(`${field}.meter`, `must be METER_REQUESTS, METER_TOKENS or METER_COST, got ${meter}`)
    if (!isIn(windowWords, window)) throw invalid(`${field}.window`, `must be WINDOW_MINUTE, WINDOW_DAY or WINDOW_MONTH, got ${window}`)
    if (amount > maxAmount) throw invalid(`${field}.amount`, `must be at most ${maxAmount}, got ${amount}; leave the limit out for none`)
    const earlier = seen.get(`${meter}/${window}`)
    if (earlier !== undefined) throw invalid(field, `has the meter and window of limits[${earlier}]; keep one of the two`)
    seen.set(`${meter}/${window}`, index)
    return { meter, window, amount }
  })
}

function readModels(models: readonly string[]): string[] {
  if (models.length > maxModels) throw invalid('allowedModels', `may hold ${maxModels} models, got ${models.length}; use patterns such as "gpt-*"`)
  const seen = new Set<string>()
  models.forEach((model, index) => {
    const field = `allowedModels[${index}]`
    if (!/^[\x21-\x7e]{1,200}$/.test(model)) throw invalid(field, `must be 1 to 200 printable characters without spaces, got ${quote(model)}; for example "gpt-5" or "gpt-*"`)
    const stars = model.split('*').length - 1
    if (stars > maxStars) throw invalid(field, `may hold ${maxStars} times *, got ${stars}: ${quote(model)}; write two patterns instead`)
    if (seen.has(model)) throw invalid(field, `is there already: ${quote(model)}; keep one of the two`)
    seen.add(model)
  })
  return [...models]
}

function readMaximum(count: number): number {
  if (count <= maxOutputTokens) return count
  throw invalid('maxOutputTokens', `must be at most ${maxOutputTokens}, got ${count}; 0 means no bound`)
}

/** The edge's regular-expression engine validates the syntax, so that accepted patterns work there. */
function readPatterns(patterns: readonly string[], list: string): string[] {
  if (patterns.length > maxPatterns) throw invalid(list, `may hold ${maxPatterns} patterns, got ${patterns.length}; join some with |`)
  return patterns.map((pattern, index) => {
    const field = `${list}[${index}]`
    if (pattern.length === 0 || pattern.length > maxPatternLength || pattern.includes('\0')) {
      throw invalid(field, `must have 1 to ${maxPatternLength} characters, got ${pattern.length}: ${quote(pattern)}; split it into two patterns`)
    }
    const problem = problemOf(pattern)
    if (problem) throw invalid(field, `${problem}, got ${quote(pattern)}`)
    return pattern
  })
}

function problemOf(pattern: string): string | undefined {
  try {
    // A pattern that matches the empty text matches every text.
    return RE2JS.compile(pattern).matcher('').find() ? 'matches an empty text, and so might refuse everything; make it ask for at least one character' : undefined
  } catch (error) {
    const said = error instanceof Error ? error.message.replace('error parsing regexp: ', '') : String(error)
    return `is not a regular expression in RE2's syntax (which has no look-around and no back-references): ${said}`
  }
}

function readSecrets(action: SecretAction): SecretAction {
  if (action === 0 || Object.hasOwn(secretWords, action)) return action
  throw invalid('secrets', `must be SECRET_ACTION_LOG, SECRET_ACTION_MASK, SECRET_ACTION_BLOCK or nothing, got ${action}`)
}

function readCacheMode(mode: AnswerCacheMode): AnswerCacheMode {
  if (mode === 0 || Object.hasOwn(cacheWords, mode)) return mode
  throw invalid('answerCache', `must be ANSWER_CACHE_MODE_OFF, ANSWER_CACHE_MODE_ON or nothing, got ${mode}`)
}
