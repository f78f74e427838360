import { Role } from '@elder/contracts/auth'
import type { Counter } from '@elder/telemetry'
import { ServiceError } from '@elder/errors'
import { messageOf } from '../errors.ts'
import type { Caller } from '../identity.ts'
import type { RequestContext } from './request-context.ts'
import { failureOf } from './failures.ts'
import { findPrompt, prompts, promptShape } from './prompts.ts'
import { ProtocolError, rpcCodes, type Params } from './protocol.ts'
import { createResources, type ResourceParts } from './resources.ts'
import { isObject } from '@elder/dialects'
import { createTools, type ToolParts } from './tools/table.ts'
import { mayUse, readArguments, toolShape, type Tool } from './tools/tool.ts'
import type { ServiceAvailability } from './service-availability.ts'

/** How long a client may cache a result, and whether other keys may share it. */
export interface Freshness {
  readonly ttlMs: number
  readonly cacheScope: 'public' | 'private'
}

export interface Method {
  readonly freshness?: Freshness
  /** The parameter that names the target; since 2026-07-28 the header Mcp-Name repeats it. */
  readonly namedBy?: 'name' | 'uri'
  /** Throws when the caller may not call this; checked before anything is done or sent. */
  permit?(caller: Caller | undefined, params: Params): void
  run(context: RequestContext): Promise<object>
}

export interface MethodParts extends ToolParts, ResourceParts {
  readonly availability: ServiceAvailability
  readonly metrics: { readonly toolCalls: Counter<'tool' | 'outcome'> }
}

export const instructions =
  'Elder checks code against the quality gate of this team and answers from its decisions, conventions, lessons and code. Call elder_consult before you plan, elder_check on every file you changed before you answer.'

/** The methods that exist in all revisions, by name. */
export function createMethods(parts: MethodParts): ReadonlyMap<string, Method> {
  const tools = createTools(parts)
  const shapes = tools.map(toolShape)
  const resources = createResources(parts)

  async function isOffered(tool: Tool, context: RequestContext): Promise<boolean> {
    return mayUse(tool, context.exchange.caller) && (await parts.availability.isServed(tool.needs))
  }

  async function listTools(context: RequestContext) {
    refuseCursor(context.params)
    const offered = await Promise.all(tools.map((tool) => isOffered(tool, context)))
    return { tools: shapes.filter((_, index) => offered[index]) }
  }

  async function callTool(context: RequestContext) {
    const { name } = context.params
    const tool = tools.find((one) => one.name === name)
    if (!tool || !(await parts.availability.isServed(tool.needs))) {
      const { tools: offered } = await listTools({ ...context, params: {} })
      throw new ProtocolError(rpcCodes.invalidParams, `there is no tool ${JSON.stringify(String(name).slice(0, 100))}; there are: ${offered.map((one) => one.name).join(', ')}`)
    }
    const { arguments: given = {} } = context.params
    const input = readArguments(tool, given)
    const count = (outcome: string) => parts.metrics.toolCalls.inc({ tool: tool.name, outcome })
    if ('problem' in input) {
      count('misused')
      return { isError: true, content: [{ type: 'text', text: input.problem }] }
    }
    try {
      const text = await tool.run(input.value, context)
      count('answered')
      return { content: [{ type: 'text', text }] }
    } catch (error) {
      count('failed')
      // A result with isError instead of a protocol error, because the model can correct its call or tell its user what is wrong.
      return { isError: true, content: [{ type: 'text', text: messageOf(failureOf(context.exchange, error), context.exchange.id) }] }
    }
  }

  function permitTool(caller: Caller | undefined, { name }: Params): void {
    const tool = tools.find((one) => one.name === name)
    if (tool && !mayUse(tool, caller)) throw notForRole(tool)
  }

  const personal = (ttlMs: number): Freshness => ({ ttlMs, cacheScope: 'private' })
  const shared: Freshness = { ttlMs: 3_600_000, cacheScope: 'public' }
  return new Map<string, Method>([
    ['tools/list', { freshness: personal(60_000), run: listTools }],
    ['tools/call', { namedBy: 'name', permit: permitTool, run: callTool }],
    ['resources/list', { freshness: personal(10_000), run: (context) => resources.list(context) }],
    ['resources/templates/list', { freshness: shared, run: async ({ params }) => (refuseCursor(params), resources.templates()) }],
    ['resources/read', { freshness: personal(0), namedBy: 'uri', run: (context) => resources.read(context) }],
    ['prompts/list', { freshness: shared, run: async ({ params }) => (refuseCursor(params), { prompts: prompts.map(promptShape) }) }],
    ['prompts/get', { namedBy: 'name', run: async ({ params }) => findPrompt(params.name).write(textArguments(params)) }],
  ])
}

// These lists have one page, so no valid cursor exists.
function refuseCursor({ cursor }: Params): void {
  if (cursor !== undefined) throw new ProtocolError(rpcCodes.invalidParams, 'cursor: this list has one page only, leave it out')
}

function textArguments({ arguments: given = {} }: Params): Readonly<Record<string, string>> {
  if (!isObject(given) || Object.values(given).some((value) => typeof value !== 'string')) throw new ProtocolError(rpcCodes.invalidParams, 'arguments: must be an object whose values are text')
  return given as Readonly<Record<string, string>>
}

function notForRole({ name, roles = [] }: Tool): ServiceError {
  const permitted = roles.includes(Role.ROLE_DEVELOPER) ? 'people: your key belongs to a service' : 'leads'
  return new ServiceError('permission_denied', `${name} is for ${permitted}`, { reason: 'ROLE_MISSING' })
}
