import { Meter, PolicyScope, Window } from '@elder/contracts/auth-usage'
import { ServiceError } from '@elder/errors'
import type { Caller } from '../identity.ts'
import type { Counter } from './counters.ts'
import { isMinute, type Held } from './plan.ts'

/** A limit that refused a request, and its counts at that time. */
export interface Refusal extends Held {
  readonly wanted: number
  readonly used: number
  /** Reserved by running requests; without Redis, the shares of other edges. */
  readonly held: number
  readonly isShared?: true
  readonly endsInMs: number
}

/** The longest wait that clients should sit out; after a refusal for longer they must not retry. */
const soonMs = 60_000
/** The retry delay when a refusal may end at any time: running requests give back what they do not use, or Redis comes back. */
const heldMs = 5_000

/** Makes the error: whose limit it was, of what, and when it resets. Of several refusals the longest is reported. */
export function refuse(refusals: readonly Refusal[], caller: Caller): ServiceError {
  const waits = refusals.map((refusal) => ({ refusal, waitMs: waitOf(refusal) }))
  const { refusal, waitMs } = waits.reduce((longest, one) => (one.waitMs > longest.waitMs ? one : longest))
  if (waitMs > soonMs) return new ServiceError('permission_denied', `${described(refusal, caller)}: ${remedy(refusal)}`, { reason: 'BUDGET_SPENT' })
  return new ServiceError('resource_exhausted', `${described(refusal, caller)}: try again in ${Math.ceil(waitMs / 1_000)} s`, { reason: 'RATE_LIMIT_EXCEEDED', retryAfterMs: waitMs })
}

function waitOf(refusal: Refusal): number {
  if (refusal.wanted > refusal.amount) return Number.POSITIVE_INFINITY
  if (refusal.used + refusal.wanted <= refusal.amount) return Math.min(heldMs, refusal.endsInMs)
  return refusal.endsInMs
}

function described({ counter, amount, used, held, isShared, wanted }: Refusal, caller: Caller): string {
  const whose = whoseOf(counter, caller)
  if (amount === 0) return `${whose} may use no ${meterNames[counter.meter]}`
  const may = `${whose} may use ${shown(counter.meter, amount)} ${windowNames[counter.window]}`
  const other = isShared ? 'kept for other edges while the counters are out of reach' : 'reserved by requests under way'
  const underWay = held > 0 ? `, ${shown(counter.meter, held)} ${other}` : ''
  if (counter.meter === Meter.METER_REQUESTS) return `${whose} may send ${shown(counter.meter, amount)} ${windowNames[counter.window]}${underWay}`
  return `${may}, of which ${shown(counter.meter, used)} ${used === 1 && counter.meter !== Meter.METER_COST ? 'is' : 'are'} used${underWay}; this request may need ${shown(counter.meter, wanted)}`
}

function remedy({ counter, amount, wanted, endsInMs }: Refusal): string {
  if (amount === 0) return 'a lead can raise the limit'
  if (wanted > amount) return 'ask for fewer output tokens or send less, or let a lead raise the limit'
  const again = isMinute(counter) ? `in ${Math.ceil(endsInMs / 1_000)} s` : `at ${new Date(counter.endsAtMs).toISOString().slice(0, 16)} UTC`
  return `it begins again ${again}`
}

/** Names the key, person or team in words that people know. */
function whoseOf({ scope, subject }: Counter, { principal, teamName }: Caller): string {
  if (scope === PolicyScope.POLICY_SCOPE_TEAM) return `team ${teamName || subject}`
  return scope === PolicyScope.POLICY_SCOPE_USER ? `user ${principal.name || subject}` : `key ${subject} of ${principal.name}`
}

const meterNames: Readonly<Record<number, string>> = { [Meter.METER_REQUESTS]: 'requests', [Meter.METER_TOKENS]: 'tokens', [Meter.METER_COST]: 'money' }
const windowNames: Readonly<Record<number, string>> = { [Window.WINDOW_MINUTE]: 'a minute', [Window.WINDOW_DAY]: 'a day', [Window.WINDOW_MONTH]: 'a month' }

function shown(meter: Meter, amount: number): string {
  if (meter === Meter.METER_COST) return `${(amount / 1_000_000).toFixed(6).replace(/0{1,4}$/, '')} in money`
  const noun = meter === Meter.METER_REQUESTS ? 'request' : 'token'
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}
