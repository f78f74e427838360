import type * as z from 'zod'
import type { Method } from '../router.ts'

/** The documentation of one route, in addition to what the route table contains (path, roles, form of errors). */
export interface Operation {
  readonly method: Method
  readonly path: string
  readonly tag: Tag
  readonly summary: string
  readonly description?: string
  /** The schemas with which the route itself validates, so that the document cannot differ. */
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly bodyExample?: unknown
  readonly answers: Readonly<Record<number, Answer>>
}

export interface Answer {
  readonly description: string
  readonly schema?: z.ZodType
  readonly example?: unknown
  /** With Accept: text/event-stream the answer is a stream of these events. */
  readonly events?: Readonly<Record<string, z.ZodType>>
  /** Content types other than JSON. */
  readonly contentTypes?: readonly string[]
}

export const tags = {
  checks: 'Iron Will: checks of source code, findings and their history',
  sages: 'Consultations, search and the knowledge they rest on',
  access: 'Keys, people, usage, settings and the audit log',
  models: 'The wire formats of coding tools',
  platform: 'The platform itself',
} as const
export type Tag = keyof typeof tags
