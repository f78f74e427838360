import type { MethodDefinition } from '@grpc/grpc-js'
import type { Schema } from '@elder/contracts'
import { ServiceError } from '@elder/errors'
import type { Call } from './call.ts'

interface AnySchema {
  encode(message: never): { finish(): Uint8Array }
  decode(input: Uint8Array): unknown
}

/** What the code generator writes for one method. */
export interface Method {
  readonly name: string
  readonly requestType: AnySchema
  readonly requestStream: boolean
  readonly responseType: AnySchema
  readonly responseStream: boolean
  readonly options: { readonly idempotencyLevel?: string }
}

/** What the code generator writes for one service. */
export interface Definition {
  readonly name: string
  readonly fullName: string
  readonly methods: Readonly<Record<string, Method>>
}

type MessageOf<S> = S extends { decode(input: never): infer T } ? T : never
export type RequestOf<M extends Method> = MessageOf<M['requestType']>
export type ResponseOf<M extends Method> = MessageOf<M['responseType']>
/** One message, or all of a stream. */
export type Input<M extends Method> = M['requestStream'] extends true ? AsyncIterable<RequestOf<M>> : RequestOf<M>
type Result<M extends Method> = M['responseStream'] extends true ? AsyncIterable<ResponseOf<M>> : Promise<ResponseOf<M>>

/** One function a method: from a request, or a stream of them, and its call to an answer, or to a stream of them. */
export type Handlers<D extends Definition> = { readonly [K in keyof D['methods']]: (request: Input<D['methods'][K]>, call: Call) => Result<D['methods'][K]> }

/** A service's definition and handlers whose types are known to fit. */
export interface Implementation {
  readonly definition: Definition
  readonly handlers: Readonly<Record<string, (request: never, call: Call) => unknown>>
}

export function implement<D extends Definition>(definition: D, handlers: Handlers<D>): Implementation {
  return { definition, handlers }
}

/** Some methods of a service; the others answer `unimplemented`. For stand-ins, and for services of which others implement the rest. */
export function implementSome<D extends Definition>(definition: D, handlers: Partial<Handlers<D>>): Implementation {
  const missing = Object.values(definition.methods).map(({ name }) => {
    const refuse = () => {
      throw new ServiceError('unimplemented', `${definition.fullName}/${name} is not implemented here`)
    }
    return [name.charAt(0).toLowerCase() + name.slice(1), refuse]
  })
  return { definition, handlers: { ...Object.fromEntries(missing), ...(handlers as Implementation['handlers']) } }
}

/** The method in the form that grpc-js serves and calls. */
export function wireMethod(definition: Definition, method: Method): MethodDefinition<unknown, unknown> {
  const request = method.requestType as unknown as Schema<unknown>
  const response = method.responseType as unknown as Schema<unknown>
  return {
    path: `/${definition.fullName}/${method.name}`,
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: (message) => asBuffer(request.encode(message).finish()),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (message) => asBuffer(response.encode(message).finish()),
    responseDeserialize: (bytes) => response.decode(bytes),
  }
}

// A view: a copy of an answer of some megabytes costs a part of a check.
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array) => Buffer.from(buffer, byteOffset, byteLength)
