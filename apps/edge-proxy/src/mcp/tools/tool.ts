import * as z from 'zod'
import { Role } from '@elder/contracts/auth'
import { schemaWords, ServiceError } from '@elder/errors'
import type { Caller } from '../../identity.ts'
import type { RequestContext } from '../request-context.ts'

/** A tool for models. Its answer must be self-contained: clients show a model only this text. */
export interface Tool<Input = never> {
  readonly name: string
  readonly title: string
  readonly description: string
  /** Full name of the gRPC service that does the work: the tool is listed only while it is served. */
  readonly needs: string
  /** Roles that may use it in addition to admins; absent: all. */
  readonly roles?: readonly Role[]
  readonly annotations: ToolAnnotations
  readonly input: z.ZodType<Input>
  run(input: Input, context: RequestContext): Promise<string>
}

interface ToolAnnotations {
  readonly readOnlyHint: boolean
  readonly destructiveHint: boolean
  readonly idempotentHint: boolean
  readonly openWorldHint: boolean
}

export const reads: ToolAnnotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false }
export const adds: ToolAnnotations = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false }

export const people: readonly Role[] = [Role.ROLE_LEAD, Role.ROLE_DEVELOPER]

/** Erases the input type, so that a table can hold different tools. Safe because the tool's own schema validates its input. */
export const tool = <Input>(definition: Tool<Input>): Tool => definition as Tool

export function mayUse({ roles }: Tool, caller: Caller | undefined): boolean {
  const role = caller?.principal.role ?? Role.ROLE_UNSPECIFIED
  return roles === undefined || role === Role.ROLE_ADMIN || roles.includes(role)
}

/** The tool as clients see it. Schemas are inlined, because some clients drop everything but type, required and properties. */
export function toolShape({ name, title, description, annotations, input }: Tool) {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input' })
  return { name, title, description, inputSchema: { required: [], ...inputSchema }, annotations: { title, ...annotations } }
}

/** The arguments of a call, parsed by the tool's schema, or a message about each invalid one. */
export function readArguments({ input, name }: Tool, given: unknown): { readonly value: never } | { readonly problem: string } {
  const parsed = input.safeParse(given, { reportInput: true, error: schemaWords })
  if (parsed.success) return { value: parsed.data }
  return { problem: `invalid arguments for ${name}. ${parsed.error.issues.map(issueText).join('; ')}` }
}

function issueText(issue: z.core.$ZodIssue): string {
  const place = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') return `unknown argument ${issue.keys.map((key) => JSON.stringify(key.slice(0, 60))).join(', ')}${place === '' ? '' : ` in ${place}`}: leave it out or correct its name`
  return `${place || 'arguments'}: ${issue.input === undefined ? 'is missing' : issue.message}`
}

export const repositoryArgument = z.string().max(1_024).describe('The repository: its origin URL without scheme, else the name of its folder. Not needed if the client sends the header X-Elder-Repository.').optional()

/** The repository of a call: its argument, else the client's header. */
export function oneRepository({ exchange }: RequestContext, named: string | undefined): string {
  const chosen = named || exchange.repository
  if (chosen === '') throw new ServiceError('invalid_argument', 'repository: is missing; name one, or configure the client to send the header X-Elder-Repository', { reason: 'INVALID_FIELD', field: 'repository' })
  return chosen
}

/** The beginning of a text, and how much was cut off. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}\n(… ${text.length - most} more characters)`
}
