import { Metadata, status as Status, type ServiceError as GrpcError, type StatusObject } from '@grpc/grpc-js'
import { BadRequest, ErrorInfo, RetryInfo, Status as RichStatus } from '@elder/contracts/rpc-status'
import { codes, ServiceError, type Code } from '@elder/errors'

const statusOf: Record<Code, Status> = {
  cancelled: Status.CANCELLED,
  unknown: Status.UNKNOWN,
  invalid_argument: Status.INVALID_ARGUMENT,
  deadline_exceeded: Status.DEADLINE_EXCEEDED,
  not_found: Status.NOT_FOUND,
  already_exists: Status.ALREADY_EXISTS,
  permission_denied: Status.PERMISSION_DENIED,
  resource_exhausted: Status.RESOURCE_EXHAUSTED,
  failed_precondition: Status.FAILED_PRECONDITION,
  aborted: Status.ABORTED,
  out_of_range: Status.OUT_OF_RANGE,
  unimplemented: Status.UNIMPLEMENTED,
  internal: Status.INTERNAL,
  unavailable: Status.UNAVAILABLE,
  data_loss: Status.DATA_LOSS,
  unauthenticated: Status.UNAUTHENTICATED,
}
const codeOf = new Map(codes.map((code) => [statusOf[code], code]))

const domain = 'elder'
const detailsKey = 'grpc-status-details-bin'
const typeUrl = (name: string) => `type.googleapis.com/google.rpc.${name}`

/** A failure as gRPC carries it: the status, and google.rpc details for what the caller may branch on. */
export function toStatus(error: ServiceError): Partial<StatusObject> {
  const code = statusOf[error.code]
  const details: { typeUrl: string; value: Buffer }[] = []
  const attach = (name: string, message: { finish(): Uint8Array }) => details.push({ typeUrl: typeUrl(name), value: Buffer.from(message.finish()) })
  if (error.reason !== undefined) attach('ErrorInfo', ErrorInfo.encode({ reason: error.reason, domain, metadata: {} }))
  if (error.retryAfterMs !== undefined) {
    const retryDelay = { seconds: BigInt(Math.floor(error.retryAfterMs / 1_000)), nanos: (error.retryAfterMs % 1_000) * 1_000_000 }
    attach('RetryInfo', RetryInfo.encode({ retryDelay }))
  }
  if (error.field !== undefined) attach('BadRequest', BadRequest.encode({ fieldViolations: [{ field: error.field, description: error.message }] }))
  const metadata = new Metadata()
  if (details.length > 0) metadata.set(detailsKey, Buffer.from(RichStatus.encode({ code, message: error.message, details }).finish()))
  return { code, details: error.message, metadata }
}

/** Messages of gRPC itself, reworded to say what the caller can do. */
const meaning: Readonly<Record<string, string>> = {
  'Connection dropped': 'the service stopped in the middle of the call, before it had answered: once it is back, ask again',
}

/** The failure that a gRPC status carries, details included. */
export function fromStatus(error: GrpcError): ServiceError {
  const options: { reason?: string; retryAfterMs?: number; field?: string; cause: unknown } = { cause: error }
  const bytes = error.metadata?.get(detailsKey)[0]
  for (const { typeUrl: type, value } of Buffer.isBuffer(bytes) ? RichStatus.decode(bytes).details : []) {
    if (type === typeUrl('ErrorInfo')) options.reason = ErrorInfo.decode(value).reason
    if (type === typeUrl('RetryInfo')) {
      const delay = RetryInfo.decode(value).retryDelay
      if (delay) options.retryAfterMs = Number(delay.seconds) * 1_000 + delay.nanos / 1_000_000
    }
    if (type === typeUrl('BadRequest')) {
      const field = BadRequest.decode(value).fieldViolations[0]?.field
      if (field) options.field = field
    }
  }
  return new ServiceError(codeOf.get(error.code) ?? 'unknown', meaning[error.details] ?? (error.details || 'no reason given'), options)
}

function statusName(status: Status): string {
  return Status[status] ?? 'UNKNOWN'
}

export function statusNameOf(error: ServiceError | undefined): string {
  return error ? statusName(statusOf[error.code]) : 'OK'
}
