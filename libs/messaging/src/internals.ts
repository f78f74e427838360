import type { Context } from '@opentelemetry/api'
import type { Link } from './link.ts'

/** The parts of a broker that only this library may use. */
export const internals = Symbol('internals')

export interface BrokerInternals {
  readonly link: Link
  /** The number of replicas of streams and stores. */
  readonly replicas: number
  publishEncoded(subject: string, body: Uint8Array, options: PublishOptions): Promise<void>
}

export interface PublishOptions {
  readonly id: string
  readonly parent?: Context | undefined
  /** Headers that are added to the usual ones, or replace them. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}
