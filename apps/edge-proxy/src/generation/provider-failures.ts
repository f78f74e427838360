import { ServiceError } from '@elder/errors'
import type { Provider } from '@elder/providers'

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT', 'UND_ERR_PRX_TLS'])

/** What a connection that broke means for the client. Worded so that no tool takes it for a fault of its own network and repeats for minutes. */
export function explainBreak(provider: Provider, error: Error, hasAnswered: boolean): ServiceError {
  const code = codeOf(error)
  const { name } = provider
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return new ServiceError('deadline_exceeded', `provider ${name} did not begin its answer in time`, { reason: 'PROVIDER_TIMEOUT', cause: error })
  if (code === 'UND_ERR_BODY_TIMEOUT') return new ServiceError('deadline_exceeded', `provider ${name} fell silent in the middle of its answer`, { reason: 'PROVIDER_TIMEOUT', cause: error })
  if (!hasAnswered && (unreachable.has(code) || code.startsWith('CERT_') || code.includes('CERTIFICATE') || code.includes('SELF_SIGNED')))
    return new ServiceError('unavailable', `provider ${name} cannot be reached at ${provider.host}:${provider.port} (${code}): check that it runs and its base URL`, { reason: 'PROVIDER_UNREACHABLE', cause: error })
  if (code.startsWith('HPE_') || code === 'HTTPParserError') return new ServiceError('unavailable', `provider ${name} does not speak HTTP (${code}): check its base URL`, { reason: 'PROVIDER_GARBAGE', cause: error })
  const when = hasAnswered ? 'before the end of its answer' : 'without an answer'
  return new ServiceError('unavailable', `provider ${name} hung up ${when} (${code})`, { reason: 'PROVIDER_BROKEN', cause: error })
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') return code
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error.cause
  return first instanceof Error ? codeOf(first) : error.name
}
