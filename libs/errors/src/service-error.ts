/** gRPC's status names without OK. Closed: every translation table is exhaustive over it. */
export const codes = [
  'cancelled',
  'unknown',
  'invalid_argument',
  'deadline_exceeded',
  'not_found',
  'already_exists',
  'permission_denied',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
  'unauthenticated',
] as const

export type Code = (typeof codes)[number]

/** A failure another service, or the user, is meant to understand. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: Code
  /** Upper-snake constant for the few cases a caller branches on: "KEY_REVOKED". */
  readonly reason: string | undefined
  readonly retryAfterMs: number | undefined
  /** The offending field of the caller's input, as the caller spells it. */
  readonly field: string | undefined

  constructor(code: Code, message: string, options: { reason?: string; retryAfterMs?: number; field?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.reason = options.reason
    this.retryAfterMs = options.retryAfterMs
    this.field = options.field
  }
}

/** Anything we did not raise on purpose is a bug: its text stays in our logs. */
export function toServiceError(thrown: unknown): ServiceError {
  if (thrown instanceof ServiceError) return thrown
  return new ServiceError('internal', 'internal error', { cause: thrown })
}
