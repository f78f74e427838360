import { ServiceError } from '@elder/errors'
import type { Provider } from '@elder/providers'

/** A complete answer for a client. */
export interface ClientAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

interface RefusalOptions {
  readonly reason: string
  readonly retryAfterMs?: number
}

/** A refusal that another provider may not share. If no other can be asked, the client gets the provider's own words. */
export class ProviderRefusal extends ServiceError {
  readonly answer: ClientAnswer

  constructor(code: 'resource_exhausted' | 'not_found' | 'permission_denied' | 'deadline_exceeded', message: string, options: RefusalOptions, answer: ClientAnswer) {
    super(code, message, options)
    this.answer = answer
  }
}

/** What a failure says about the provider: how it affects later requests, and how useful it is to the client when several providers failed. */
interface Meaning {
  /** Counts as a failure for this model's circuit breaker. */
  readonly isIll: boolean
  /** May concern every model of the provider. */
  readonly isShared: boolean
  /** How long the provider is not asked, unless its answer says. */
  readonly restMs: number
  readonly clarity: number
}

// Every failure that lets a request go to another provider. Any other failure goes to the client at once.
const meanings: Readonly<Record<string, Meaning>> = {
  // Another may speak the client's own format.
  NOT_TRANSLATABLE: { isIll: false, isShared: false, restMs: 0, clarity: 10 },
  PROVIDER_LIMITED: { isIll: false, isShared: false, restMs: 1_000, clarity: 9 },
  PROVIDER_BUSY: { isIll: true, isShared: true, restMs: 0, clarity: 8 },
  PROVIDER_CROWDED: { isIll: false, isShared: false, restMs: 0, clarity: 7 },
  PROVIDER_BROKEN: { isIll: true, isShared: true, restMs: 0, clarity: 6 },
  PROVIDER_TIMEOUT: { isIll: true, isShared: true, restMs: 0, clarity: 5 },
  PROVIDER_GARBAGE: { isIll: true, isShared: true, restMs: 0, clarity: 4 },
  PROVIDER_UNREACHABLE: { isIll: true, isShared: true, restMs: 0, clarity: 3 },
  PROVIDER_SPENT: { isIll: false, isShared: false, restMs: 60_000, clarity: 2 },
  PROVIDER_KEY_REFUSED: { isIll: true, isShared: true, restMs: 0, clarity: 1 },
  PROVIDER_WITHOUT_MODEL: { isIll: true, isShared: false, restMs: 0, clarity: 0 },
}

/** What a failure means for further attempts; undefined when another provider would fail the same way. */
export function meaningOf(error: ServiceError): Meaning | undefined {
  return error.reason === undefined ? undefined : meanings[error.reason]
}

/** The failure that is most useful to the client, with the messages of the others added. */
export function clearest(failures: readonly ServiceError[]): ServiceError {
  const [first, ...others] = failures.toSorted((a, b) => (meaningOf(b)?.clarity ?? 10) - (meaningOf(a)?.clarity ?? 10))
  if (!first) throw new Error('no failure to tell')
  const messages = new Set([first.message])
  const also = others.filter(({ message }) => !messages.has(message) && messages.add(message)).map(({ message }) => message)
  if (also.length === 0 || first instanceof ProviderRefusal) return first
  return withMessage(first, `${first.message}. Before that: ${also.join('; ')}`, first.retryAfterMs)
}

/** The failure of a provider that is not asked, because it is paused after earlier failures. */
export function givenPause(cause: ServiceError | undefined, provider: Provider, waitMs: number): ServiceError {
  const retryAfterMs = Math.max(1_000, waitMs)
  const seconds = Math.ceil(retryAfterMs / 1_000)
  if (!cause) return new ServiceError('unavailable', `provider ${provider.name} is being tried by another request: send this one again in ${seconds} s`, { reason: 'PROVIDER_BUSY', retryAfterMs })
  return withMessage(cause, `${cause.message}. It keeps failing, and is asked again in ${seconds} s`, retryAfterMs)
}

/** The failure of a provider that already has Elder's maximum of concurrent requests. */
export function crowded(provider: Provider): ServiceError {
  return new ServiceError('unavailable', `provider ${provider.name} already has ${provider.connection.inFlight} requests under way: try again soon`, { reason: 'PROVIDER_CROWDED', retryAfterMs: 1_000 })
}

function withMessage(error: ServiceError, message: string, retryAfterMs: number | undefined): ServiceError {
  return new ServiceError(error.code, message, { cause: error.cause, ...(error.reason !== undefined && { reason: error.reason }), ...(retryAfterMs !== undefined && { retryAfterMs }) })
}

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT', 'UND_ERR_PRX_TLS', 'UND_ERR_ABORTED'])

/** Describes a broken connection to the client, in words that no tool mistakes for a fault of its own network and retries for minutes. */
export function explainBreak(provider: Provider, error: Error, hasAnswered: boolean): ServiceError {
  const code = codeOf(error)
  const { name } = provider
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return late(name)
  if (code === 'UND_ERR_BODY_TIMEOUT') return new ServiceError('deadline_exceeded', `provider ${name} fell silent in the middle of its answer`, { reason: 'PROVIDER_TIMEOUT', cause: error })
  if (!hasAnswered && (unreachable.has(code) || isCertificateFault(code)))
    return new ServiceError('unavailable', `provider ${name} cannot be reached at ${provider.host}:${provider.port} (${code}): ${fixFor(code, error)}`, { reason: 'PROVIDER_UNREACHABLE', cause: error })
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return new ServiceError('unavailable', `provider ${name} sends more headers than anybody reads: check its base URL`, { reason: 'PROVIDER_GARBAGE', cause: error })
  if (code.startsWith('HPE_') || code === 'HTTPParserError') return new ServiceError('unavailable', `provider ${name} does not speak HTTP (${code}): check its base URL`, { reason: 'PROVIDER_GARBAGE', cause: error })
  const when = hasAnswered ? 'before the end of its answer' : 'without an answer'
  return new ServiceError('unavailable', `provider ${name} hung up ${when} (${code})`, { reason: 'PROVIDER_BROKEN', cause: error })
}

export function late(provider: string): ServiceError {
  return new ServiceError('deadline_exceeded', `provider ${provider} did not begin its answer in time`, { reason: 'PROVIDER_TIMEOUT' })
}

export function endless(provider: string): ServiceError {
  return new ServiceError('deadline_exceeded', `provider ${provider} did not end its answer in time`, { reason: 'PROVIDER_TIMEOUT' })
}

function isCertificateFault(code: string): boolean {
  return code.startsWith('CERT_') || code.startsWith('ERR_TLS') || code.includes('CERTIFICATE') || code.includes('SELF_SIGNED') || code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
}

function fixFor(code: string, error: Error): string {
  if (isCertificateFault(code)) return 'its certificate is not trusted; name the authority that signed it in caFile'
  if (code === 'UND_ERR_ABORTED') return `the proxy in between refused (${error.message.slice(0, 80)}); check the proxy setting`
  return 'check that it runs and its base URL'
}

const gone = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/** Whether an idle connection had been closed by the provider. That is no sign of a failing provider. */
export function isStale(error: ServiceError): boolean {
  return error.reason === 'PROVIDER_BROKEN' && error.cause instanceof Error && gone.has(codeOf(error.cause))
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') return code
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error.cause
  return first instanceof Error ? codeOf(first) : error.name
}
