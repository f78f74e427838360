import * as z from 'zod'
import { Role } from '@elder/contracts/auth'
import { schemaWords, ServiceError } from '@elder/errors'
import type { Caller } from '../../identity.ts'
import type { Asked } from '../asked.ts'

/** A tool for models. What it answers stands alone: clients show a model the text and nothing else. */
export interface Tool<Input = never> {
  readonly name: string
  readonly title: string
  readonly description: string
  /** Full name of the service that does the work: the tool is offered while it is served. */
  readonly needs: string
  /** Who may use it beside admins; everybody when not said. */
  readonly roles?: readonly Role[]
  readonly annotations: ToolAnnotations
  readonly input: z.ZodType<Input>
  run(input: Input, asked: Asked): Promise<string>
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

/** Lets a table hold tools of different inputs: what goes in was read by the tool's own schema. */
export const tool = <Input>(definition: Tool<Input>): Tool => definition as Tool

export function mayUse({ roles }: Tool, caller: Caller | undefined): boolean {
  const role = caller?.principal.role ?? Role.ROLE_UNSPECIFIED
  return roles === undefined || role === Role.ROLE_ADMIN || roles.includes(role)
}

/** As clients see it. Schemas are inlined: some clients drop everything but type, required and properties. */
export function toolShape({ name, title, description, annotations, input }: Tool) {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input' })
  return { name, title, description, inputSchema: { required: [], ...inputSchema }, annotations: { title, ...annotations } }
}

/** What a model sent, as its tool reads it, or what is wrong with each of its arguments. */
export function readArguments({ input, name }: Tool, given: unknown): { readonly value: never } | { readonly problem: string } {
  const parsed = input.safeParse(given, { reportInput: true, error: schemaWords })
  if (parsed.success) return { value: parsed.data }
  return { problem: `${name} was called wrongly. ${parsed.error.issues.map(issueText).join('; ')}` }
}

function issueText(issue: z.core.$ZodIssue): string {
  const place = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') return `unknown argument ${issue.keys.map((key) => JSON.stringify(key.slice(0, 60))).join(', ')}${place === '' ? '' : ` in ${place}`}: leave it out or correct its name`
  return `${place || 'arguments'}: ${issue.input === undefined ? 'is missing' : issue.message}`
}

export const repositoryArgument = z.string().max(1_024).describe('Repository to ask about: its origin URL without scheme, else the name of its folder. Leave it out when the client names it.').optional()

/** The repository a tool is asked about: named in the call, else by the client's header. */
export function oneRepository({ exchange }: Asked, named: string | undefined): string {
  const chosen = named || exchange.repository
  if (chosen === '') throw new ServiceError('invalid_argument', 'repository: name one, or have the client send the header X-Elder-Repository', { reason: 'INVALID_FIELD', field: 'repository' })
  return chosen
}

/** The first lines of a text, and how much was left off. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}\n(… ${text.length - most} more characters)`
}
