import type { Code, ServiceError } from '@elder/errors'
import { redact } from '@elder/telemetry'

/** The error format that a route's clients expect. */
export type Dialect = 'openai' | 'responses' | 'anthropic' | 'problem' | 'jsonrpc' | 'continue'

interface HttpForm {
  readonly status: number
  readonly title: string
  readonly jsonRpcCode: number
}

// The only table from error codes to HTTP.
const httpForms: Record<Code, HttpForm> = {
  cancelled: { status: 499, title: 'Cancelled', jsonRpcCode: -32_000 },
  unknown: { status: 500, title: 'Internal error', jsonRpcCode: -32_603 },
  invalid_argument: { status: 400, title: 'Invalid request', jsonRpcCode: -32_600 },
  deadline_exceeded: { status: 504, title: 'Not answered in time', jsonRpcCode: -32_000 },
  not_found: { status: 404, title: 'Not found', jsonRpcCode: -32_600 },
  already_exists: { status: 409, title: 'Already exists', jsonRpcCode: -32_600 },
  permission_denied: { status: 403, title: 'Not permitted', jsonRpcCode: -32_600 },
  resource_exhausted: { status: 429, title: 'Too many requests', jsonRpcCode: -32_000 },
  failed_precondition: { status: 400, title: 'Not possible now', jsonRpcCode: -32_600 },
  aborted: { status: 409, title: 'Conflict', jsonRpcCode: -32_600 },
  out_of_range: { status: 400, title: 'Out of range', jsonRpcCode: -32_600 },
  unimplemented: { status: 501, title: 'Not offered', jsonRpcCode: -32_601 },
  internal: { status: 500, title: 'Internal error', jsonRpcCode: -32_603 },
  unavailable: { status: 503, title: 'Unavailable', jsonRpcCode: -32_000 },
  data_loss: { status: 500, title: 'Internal error', jsonRpcCode: -32_603 },
  unauthenticated: { status: 401, title: 'Not authenticated', jsonRpcCode: -32_600 },
}

// Reasons for which HTTP has a more specific status than their code.
const statusByReason: Readonly<Record<string, number>> = {
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  URI_TOO_LONG: 414,
  BODY_ENCODED: 415,
  HEADERS_TOO_LARGE: 431,
  PROVIDER_GARBAGE: 502,
  PROVIDER_BROKEN: 502,
  PROVIDER_UNREACHABLE: 502,
}

export interface Failure {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

export function statusOf(error: ServiceError): number {
  return (error.reason === undefined ? undefined : statusByReason[error.reason]) ?? httpForms[error.code].status
}

/** The complete answer for a failure, in the dialect of its route. */
export function describeFailure(dialect: Dialect, error: ServiceError, requestId: string): Failure {
  const status = statusOf(error)
  const headers: Record<string, string> = { 'content-type': dialect === 'problem' ? 'application/problem+json' : 'application/json' }
  // 429 and 503 always have a Retry-After.
  const retryAfterMs = error.retryAfterMs ?? (status === 429 || status === 503 ? 1_000 : undefined)
  if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterMs / 1_000)))
  if (dialect === 'anthropic') headers['request-id'] = requestId
  // A retry cannot help if a person has to fix the cause. Without the header, Claude Code repeats a request with an unknown key a dozen times.
  if (isModelDialect(dialect) && (status === 401 || status === 403 || status === 500 || operatorReasons.has(error.reason ?? ''))) headers['x-should-retry'] = 'false'
  return { status, headers, body: JSON.stringify(failureBody(dialect, error, requestId)) }
}

/** Whether an operator of the platform has to fix something, whatever the response says. */
export function isOperators(error: ServiceError): boolean {
  return statusOf(error) > 500 || operatorReasons.has(error.reason ?? '')
}

// A refused key is a 400 to clients: Codex asks thirty times after a 502, six times after a 403, and the others for up to two minutes.
const operatorReasons: ReadonlySet<string> = new Set(['PROVIDER_KEY_REFUSED', 'PROVIDER_GARBAGE'])

function isModelDialect(dialect: Dialect): boolean {
  return dialect === 'openai' || dialect === 'responses' || dialect === 'anthropic'
}

/** The last event of a stream that cannot be completed. Streams of the Responses API number their events. */
export function failureEvent(dialect: Dialect, error: ServiceError, requestId: string, sequence = 0): string {
  if (dialect === 'responses') return responseFailed(error, requestId, sequence)
  const data = JSON.stringify(failureBody(dialect, error, requestId))
  return dialect === 'openai' ? `data: ${data}\n\n` : `event: error\ndata: ${data}\n\n`
}

// Some clients read how the response ended, others only whether there was an error.
function responseFailed(error: ServiceError, requestId: string, sequence: number): string {
  const message = messageOf(error, requestId)
  const code = codeOf(error)
  const response = { id: `resp_${requestId}`, object: 'response', created_at: 0, status: 'failed', error: { code, message }, incomplete_details: null, output: [], usage: null }
  const failed = JSON.stringify({ type: 'response.failed', sequence_number: sequence, response })
  const errorEvent = JSON.stringify({ type: 'error', sequence_number: sequence + 1, code, message, param: error.field ?? null })
  return `event: response.failed\ndata: ${failed}\n\nevent: error\ndata: ${errorEvent}\n\n`
}

/** The message for a person or a model. The text of a bug stays in the logs. Addresses are removed, because some tools offer to open them; keys, because a model would read them. */
export function messageOf(error: ServiceError, requestId: string): string {
  if (statusOf(error) === 500) return `internal error in Elder; its logs have the details under request ${requestId}`
  return redact(withoutAddresses(error.message))
}

export function withoutAddresses(text: string): string {
  return text.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"]+/gi, '[address]').replace(/\bwww\.[^\s"]+/gi, '[address]')
}

function failureBody(dialect: Dialect, error: ServiceError, requestId: string): object {
  const status = statusOf(error)
  const message = messageOf(error, requestId)
  const code = codeOf(error)
  const field = error.field === undefined ? undefined : redact(error.field)
  if (dialect === 'openai' || dialect === 'responses') return { error: { message, type: openAiType(status), code, param: field ?? null } }
  if (dialect === 'anthropic') return { type: 'error', error: { type: anthropicType(status), message }, request_id: requestId }
  // The editor ignores the status and shows the items.
  if (dialect === 'continue') return [{ name: 'Elder', description: httpForms[error.code].title, content: `Elder could not answer: ${message}` }]
  if (dialect === 'jsonrpc') return { jsonrpc: '2.0', id: null, error: { code: httpForms[error.code].jsonRpcCode, message, data: { code, requestId } } }
  return {
    type: 'about:blank',
    title: httpForms[error.code].title,
    status,
    detail: message,
    code: error.code,
    ...(error.reason !== undefined && status !== 500 && { reason: error.reason }),
    // Requests to the edge name the policy differently than the contract does.
    ...(field !== undefined && { field: field.replace(/^policyYaml/, 'policy') }),
    requestId,
  }
}

function codeOf(error: ServiceError): string {
  return statusOf(error) === 500 ? 'internal_error' : (error.reason ?? error.code).toLowerCase()
}

const anthropicTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

export function anthropicType(status: number): string {
  return anthropicTypes[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
}

// Clients repeat `server_error` up to 33 times, and stop at once on `invalid_request_error`.
function openAiType(status: number): string {
  if (status === 429) return 'rate_limit_exceeded'
  if (status < 500) return 'invalid_request_error'
  if (status === 500) return 'internal_error'
  return status === 503 ? 'unavailable' : 'provider_error'
}
