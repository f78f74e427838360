import { isObject } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import { anthropicType, withoutAddresses } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { isContextOverflow, overflowInWordsOf } from './context-overflow.ts'
import { ProviderRefusal, type ClientAnswer } from './provider-failures.ts'
import { garbage, messageIn } from './receivers.ts'
import { answerHeaders } from './upstream-headers.ts'

/** A provider's answer with a status of 400 or more. */
export interface RefusedAnswer {
  readonly provider: string
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  /** Undefined when it is not JSON, or too long. */
  readonly body: Buffer | undefined
}

/**
 * Handles an error answer of a provider by its cause: an error of the request itself goes to the client in the provider's words,
 * everything else is thrown, so that another provider can be asked.
 */
export function relayRefusal(exchange: Exchange, refused: RefusedAnswer): void {
  const { provider, status, headers, body } = refused
  if (status === 401 || status === 403)
    throw new ServiceError('failed_precondition', `provider ${provider} refused Elder's key (${status}): an administrator has to give this provider a valid key`, { reason: 'PROVIDER_KEY_REFUSED' })
  if (status >= 500) throw broken(refused)
  const details = (body && readRefusal(body)) ?? (isOfGateways(status) ? wordless : undefined)
  if (!details) throw garbage(provider, `status ${status} and no JSON`)
  const answer = answerOf(exchange, status, headers, details)
  const message = `provider ${provider} refused with status ${status}: ${withoutAddresses(details.message ?? 'no reason given').slice(0, 300)}`
  const retryAfterMs = retryAfterIn(headers)
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
  if (status === 402 || (status === 429 && isSpent(details))) throw new ProviderRefusal('permission_denied', message, { reason: 'PROVIDER_SPENT' }, answer)
  if (status === 429) throw new ProviderRefusal('resource_exhausted', message, { reason: 'PROVIDER_LIMITED', ...wait }, answer)
  if (status === 408) throw new ProviderRefusal('deadline_exceeded', message, { reason: 'PROVIDER_TIMEOUT', ...wait }, answer)
  if (status === 404) throw new ProviderRefusal('not_found', message, { reason: 'PROVIDER_WITHOUT_MODEL' }, answer)
  void exchange.answer(answer.status, answer.headers, answer.body)
}

function broken({ provider, status, headers, body }: RefusedAnswer): ServiceError {
  const said = body ? messageIn(body.toString('utf8')) : ''
  const retryAfterMs = retryAfterIn(headers)
  const isBusy = status === 503 || status === 529
  return new ServiceError('unavailable', `provider ${provider} failed with status ${status}${said === '' ? '' : `: ${said}`}`, {
    reason: isBusy ? 'PROVIDER_BUSY' : 'PROVIDER_BROKEN',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

interface RefusalDetails {
  readonly message: string | undefined
  /** The error object as received. */
  readonly error: Readonly<Record<string, unknown>>
}

const wordless: RefusalDetails = { message: undefined, error: {} }

// What stands between Elder and a provider limits rates too, in a page of its own; other pages mean that the base URL is wrong.
function isOfGateways(status: number): boolean {
  return status === 408 || status === 429
}

/** Reads an error body. Some OpenAI-compatible servers put its fields at the top level, or in `detail`. */
function readRefusal(body: Buffer): RefusalDetails | undefined {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
  const whole = Array.isArray(value) ? (value[0] as unknown) : value
  if (!isObject(whole)) return undefined
  const error = whole.error ?? whole
  if (typeof error === 'string') return { message: error, error: { message: error } }
  if (!isObject(error)) return undefined
  const message = [error.message, error.detail, detailIn(error.detail), whole.message].find((one) => typeof one === 'string' && one !== '')
  return { message: typeof message === 'string' ? message : undefined, error }
}

function detailIn(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return undefined
  return detail
    .slice(0, 5)
    .map((one: unknown) => (isObject(one) && typeof one.msg === 'string' ? `${Array.isArray(one.loc) ? `${one.loc.join('.')}: ` : ''}${one.msg}` : ''))
    .filter((one) => one !== '')
    .join('; ')
}

/** The provider's message, with a status and a type that stop clients from repeating a request that cannot succeed. */
function answerOf({ dialect, id }: Exchange, status: number, headers: NodeJS.Dict<string | string[]>, { message, error }: RefusalDetails): ClientAnswer {
  const spent = status === 429 && isSpent({ message, error })
  const isSoon = status === 429 && !spent
  const said = withoutAddresses(message ?? `the provider refused the request with status ${status}`)
  const isOverflow = (status === 400 || status === 413) && isContextOverflow(said, error.code)
  const text = isOverflow ? overflowInWordsOf(dialect, said) : said
  const shown = spent ? 403 : status
  const body =
    dialect === 'anthropic'
      ? { type: 'error', error: { type: anthropicType(shown), message: text }, request_id: id }
      : { error: { param: null, code: isSoon ? 'rate_limit_exceeded' : null, ...error, ...(isOverflow && { code: 'context_length_exceeded' }), message: text, type: isSoon ? 'rate_limit_exceeded' : 'invalid_request_error' } }
  const { 'retry-after': retryAfter = '1', ...others } = answerHeaders(headers)
  return { status: shown, headers: { ...(spent ? {} : others), 'content-type': 'application/json', ...(isSoon && { 'retry-after': retryAfter }) }, body: JSON.stringify(body) }
}

function isSpent({ error }: RefusalDetails): boolean {
  return error.code === 'insufficient_quota' || error.type === 'insufficient_quota'
}

/** Reads Retry-After, in seconds or as a date; at most a minute. */
function retryAfterIn(headers: NodeJS.Dict<string | string[]>): number | undefined {
  const value = headers['retry-after']
  if (typeof value !== 'string') return undefined
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, 60_000) : undefined
}
