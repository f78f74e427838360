import { ServiceError } from '@elder/errors'
import { isObject } from '@elder/dialects'

// JSON-RPC, as all revisions of the protocol use it.

export const rpcCodes = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodUnknown: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  refused: -32_000,
  resourceUnknownBefore2026: -32_002,
  headerMismatch: -32_020,
  versionUnsupported: -32_022,
} as const

export type RequestId = string | number
export type Params = Readonly<Record<string, unknown>>

export type Message =
  | { readonly kind: 'request'; readonly id: RequestId; readonly method: string; readonly params: Params }
  | { readonly kind: 'notification'; readonly method: string; readonly params: Params }
  | { readonly kind: 'response' }

export type RpcRequest = Extract<Message, { kind: 'request' }>

/** A JSON-RPC error. `status` is the HTTP status of an answer that consists of this error only. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly code: number
  readonly status: number
  readonly data: Readonly<Record<string, unknown>> | undefined

  constructor(code: number, message: string, options: { status?: number; data?: Readonly<Record<string, unknown>> } = {}) {
    super(message)
    this.code = code
    this.status = options.status ?? 200
    this.data = options.data
  }

  /** For the log. */
  asServiceError(): ServiceError {
    return new ServiceError('invalid_argument', this.message, { reason: `RPC_${-this.code}` })
  }
}

const malformed = (message: string) => new ProtocolError(rpcCodes.invalidRequest, message, { status: 400 })

// Bounded, because ids are repeated in answers and kept while a request runs.
const maxIdLength = 256
const maxMethodLength = 128
// Deeper values could overflow the stack of recursive code.
const maxLevels = 64

/** Parses one message. Throws a ProtocolError for an invalid one. */
export function readMessage(value: unknown): Message {
  if (!isObject(value)) throw malformed('a message must be a JSON object')
  if (value.jsonrpc !== '2.0') throw malformed('jsonrpc must be "2.0"')
  if (value.method === undefined && (value.result !== undefined || value.error !== undefined)) return { kind: 'response' }
  const { method, params = {} } = value
  if (typeof method !== 'string' || method === '' || method.length > maxMethodLength) throw malformed(`method must be text of 1 to ${maxMethodLength} characters`)
  if (!isObject(params)) throw malformed('params must be an object')
  if (isDeeperThan(params, maxLevels)) throw malformed(`params may be nested ${maxLevels} levels deep`)
  if (value.id === undefined) return { kind: 'notification', method, params }
  const id = idOf(value)
  if (id === undefined) throw malformed(`id must be a whole number within ±2^53, or text of at most ${maxIdLength} characters`)
  return { kind: 'request', id, method, params }
}

/** The id of a message that may otherwise be invalid; undefined without a valid id. */
export function idOf(value: unknown): RequestId | undefined {
  if (!isObject(value)) return undefined
  const { id } = value
  if (typeof id === 'string') return id.length <= maxIdLength ? id : undefined
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : undefined
}

export const errorMessage = (id: RequestId | null | undefined, { code, message, data }: ProtocolError) => ({ jsonrpc: '2.0', ...(id !== undefined && { id }), error: { code, message, ...(data && { data }) } })
export const resultMessage = (id: RequestId, result: object) => ({ jsonrpc: '2.0', id, result })

/** `_meta` of a request's params. */
export function metaOf(params: Params): Params {
  return isObject(params._meta) ? params._meta : {}
}

/** The client's token for progress notifications, if it wants them. */
export function progressTokenOf(params: Params): RequestId | undefined {
  const { progressToken } = metaOf(params)
  return typeof progressToken === 'number' || (typeof progressToken === 'string' && progressToken.length <= maxIdLength) ? progressToken : undefined
}

function isDeeperThan(value: unknown, most: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []))
  }
  return false
}
