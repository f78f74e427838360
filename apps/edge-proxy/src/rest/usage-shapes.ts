import * as z from 'zod'
import { AnswerCacheMode, Meter, PolicyScope, SecretAction, Window, type Limit, type UsageOfDay, type UsagePolicy } from '@elder/contracts/auth-usage'
import { unlessEmpty } from './shapes.ts'

// Converts messages of the usage contract into the JSON of the public interface. Money is in units of the currency of the prices.

export const scopes = { key: PolicyScope.POLICY_SCOPE_KEY, user: PolicyScope.POLICY_SCOPE_USER, team: PolicyScope.POLICY_SCOPE_TEAM } as const
const meters = { requests: Meter.METER_REQUESTS, tokens: Meter.METER_TOKENS, cost: Meter.METER_COST } as const
const windows = { minute: Window.WINDOW_MINUTE, day: Window.WINDOW_DAY, month: Window.WINDOW_MONTH } as const
const secretActions = { log: SecretAction.SECRET_ACTION_LOG, mask: SecretAction.SECRET_ACTION_MASK, block: SecretAction.SECRET_ACTION_BLOCK } as const
const cacheModes = { off: AnswerCacheMode.ANSWER_CACHE_MODE_OFF, on: AnswerCacheMode.ANSWER_CACHE_MODE_ON } as const

export const scopeName = z.enum(['key', 'user', 'team'], 'must be key, user or team')
const micros = 1_000_000
const maxMoney = 1_000_000_000

const limit = z
  .strictObject({
    meter: z.enum(['requests', 'tokens', 'cost'], 'must be requests, tokens or cost'),
    window: z.enum(['minute', 'day', 'month'], 'must be minute, day or month'),
    /** For cost in units of the currency, with up to six decimals; otherwise a whole number. 0 refuses every request. */
    amount: z.number('must be a number').min(0, 'must not be negative; 0 refuses every request'),
  })
  .superRefine(({ meter, amount }, context) => {
    const fault = (message: string) => context.addIssue({ code: 'custom', path: ['amount'], message, input: amount })
    if (meter !== 'cost') {
      if (!Number.isSafeInteger(amount)) fault(`must be a whole number of ${meter}`)
    } else if (amount > maxMoney) fault(`must be at most ${maxMoney}`)
    else if (Number(amount.toFixed(6)) !== amount) fault('must have at most six decimals')
  })

const patterns = z.array(z.string().min(1, 'must be a regular expression').max(512, 'may have 512 characters')).max(32, 'may hold 32 patterns').default([])

/** Fields that are left out do not restrict anything. */
export const policyBody = z.strictObject({
  /** The version on which the change is based; 0 if there was none. */
  baseVersion: z.int('must be the version you changed, 0 when there was none').min(0, 'must be the version you changed, 0 when there was none'),
  limits: z.array(limit).max(9, 'may hold 9, one for each meter and window').default([]),
  allowedModels: z.array(z.string().min(1, 'must be the id of a model, or a pattern with *').max(200)).max(200, 'may hold 200 models').default([]),
  maxOutputTokens: z.int('must be a whole number of tokens, or null').min(1, 'must be at least 1; null means no limit').max(100_000_000).nullable().default(null),
  secrets: z.enum(['log', 'mask', 'block'], 'must be log, mask, block or null').nullable().default(null),
  deniedPrompts: patterns,
  deniedAnswers: patterns,
  answerCache: z.enum(['off', 'on'], 'must be off, on or null').nullable().default(null),
})

export function toPolicy(scope: PolicyScope, subject: string, body: z.output<typeof policyBody>): UsagePolicy {
  return {
    scope,
    subject,
    version: BigInt(body.baseVersion),
    limits: body.limits.map(toLimit),
    allowedModels: body.allowedModels,
    maxOutputTokens: body.maxOutputTokens ?? 0,
    secrets: body.secrets === null ? SecretAction.SECRET_ACTION_UNSPECIFIED : secretActions[body.secrets],
    deniedPrompts: body.deniedPrompts,
    deniedAnswers: body.deniedAnswers,
    answerCache: body.answerCache === null ? AnswerCacheMode.ANSWER_CACHE_MODE_UNSPECIFIED : cacheModes[body.answerCache],
    changedAt: undefined,
    changedBy: '',
  }
}

function toLimit({ meter, window, amount }: z.output<typeof limit>): Limit {
  return { meter: meters[meter], window: windows[window], amount: BigInt(meter === 'cost' ? Math.round(amount * micros) : amount) }
}

/** `used`: how much of each limit has been used, in the order of the limits, as far as it is known. */
export const policyShape = (policy: UsagePolicy, used: readonly bigint[] = []) => ({
  scope: nameOf(scopes, policy.scope),
  subject: policy.subject,
  version: Number(policy.version),
  limits: policy.limits.map((one, index) => ({
    meter: nameOf(meters, one.meter),
    window: nameOf(windows, one.window),
    amount: amountOf(one.meter, one.amount),
    ...(used[index] !== undefined && { used: amountOf(one.meter, used[index]) }),
  })),
  allowedModels: policy.allowedModels,
  maxOutputTokens: policy.maxOutputTokens || null,
  secrets: policy.secrets === SecretAction.SECRET_ACTION_UNSPECIFIED ? null : nameOf(secretActions, policy.secrets),
  deniedPrompts: policy.deniedPrompts,
  deniedAnswers: policy.deniedAnswers,
  answerCache: policy.answerCache === AnswerCacheMode.ANSWER_CACHE_MODE_UNSPECIFIED ? null : nameOf(cacheModes, policy.answerCache),
  ...(policy.changedAt && { changedAt: policy.changedAt }),
  ...unlessEmpty('changedBy', policy.changedBy),
})

export const usageShape = (usage: UsageOfDay) => ({
  day: usage.day?.toISOString().slice(0, 10) ?? '',
  ...unlessEmpty('keyId', usage.keyId),
  ...unlessEmpty('userId', usage.userId),
  ...unlessEmpty('teamId', usage.teamId),
  ...unlessEmpty('provider', usage.provider),
  ...unlessEmpty('model', usage.model),
  requests: Number(usage.requests),
  inputTokens: Number(usage.inputTokens),
  outputTokens: Number(usage.outputTokens),
  cachedTokens: Number(usage.cachedTokens),
  cost: Number(usage.costMicros) / micros,
})

function amountOf(meter: Meter, amount: bigint): number {
  return meter === Meter.METER_COST ? Number(amount) / micros : Number(amount)
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.keys(names).find((name) => names[name] === value) ?? 'unknown'
}
