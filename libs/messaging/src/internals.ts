import type { Context } from '@opentelemetry/api'
import type { Link } from './link.ts'

/** What the rest of this library needs of a broker and nobody else may touch. */
export const internals = Symbol('internals')

export interface BrokerInternals {
  readonly link: Link
  /** Copies of what the broker keeps. */
  readonly replicas: number
  publishEncoded(subject: string, body: Uint8Array, options: PublishOptions): Promise<void>
}

export interface PublishOptions {
  readonly id: string
  readonly parent?: Context | undefined
  /** Added to, or in place of, the usual headers. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}
