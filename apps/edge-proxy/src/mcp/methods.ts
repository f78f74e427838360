import { Role } from '@elder/contracts/auth'
import type { Counter } from '@elder/telemetry'
import { ServiceError } from '@elder/errors'
import { messageOf } from '../errors.ts'
import type { Caller } from '../identity.ts'
import type { Asked } from './asked.ts'
import { failureOf } from './failures.ts'
import { findPrompt, prompts, promptShape } from './prompts.ts'
import { ProtocolError, rpcCodes, type Params } from './protocol.ts'
import { createResources, type ResourceParts } from './resources.ts'
import { isObject } from './shapes.ts'
import { createTools, type ToolParts } from './tools/table.ts'
import { mayUse, readArguments, toolShape, type Tool } from './tools/tool.ts'
import type { Offers } from './offers.ts'

/** How long a client may keep a result, and whether only for its own key. */
export interface Freshness {
  readonly ttlMs: number
  readonly cacheScope: 'public' | 'private'
}

export interface Method {
  readonly freshness?: Freshness
  /** The param that names what is asked for, repeated in a header since 2026-07-28. */
  readonly namedBy?: 'name' | 'uri'
  /** Throws when the caller may not ask this, before anything is done or said. */
  permit?(caller: Caller | undefined, params: Params): void
  run(asked: Asked): Promise<object>
}

export interface MethodParts extends ToolParts, ResourceParts {
  readonly offers: Offers
  readonly metrics: { readonly toolCalls: Counter<'tool' | 'outcome'> }
}

export const instructions =
  'Elder checks code against the quality gate of this team and answers from its decisions, conventions, lessons and code. Call elder_consult before you plan, elder_check on every file you changed before you answer.'

/** What clients of every revision can ask for. */
export function createMethods(parts: MethodParts): ReadonlyMap<string, Method> {
  const tools = createTools(parts)
  const shapes = tools.map(toolShape)
  const resources = createResources(parts)

  async function isOffered(tool: Tool, asked: Asked): Promise<boolean> {
    return mayUse(tool, asked.exchange.caller) && (await parts.offers.isServed(tool.needs))
  }

  async function listTools(asked: Asked) {
    refuseCursor(asked.params)
    const offered = await Promise.all(tools.map((tool) => isOffered(tool, asked)))
    return { tools: shapes.filter((_, index) => offered[index]) }
  }

  async function callTool(asked: Asked) {
    const { name } = asked.params
    const tool = tools.find((one) => one.name === name)
    if (!tool || !(await parts.offers.isServed(tool.needs))) {
      const { tools: offered } = await listTools({ ...asked, params: {} })
      throw new ProtocolError(rpcCodes.invalidParams, `there is no tool ${JSON.stringify(String(name).slice(0, 100))}; there are: ${offered.map((one) => one.name).join(', ')}`)
    }
    const { arguments: given = {} } = asked.params
    const input = readArguments(tool, given)
    const count = (outcome: string) => parts.metrics.toolCalls.inc({ tool: tool.name, outcome })
    if ('problem' in input) {
      count('misused')
      return { isError: true, content: [{ type: 'text', text: input.problem }] }
    }
    try {
      const text = await tool.run(input.value, asked)
      count('answered')
      return { content: [{ type: 'text', text }] }
    } catch (error) {
      count('failed')
      // A model can mend its own call, or tell its user what is wrong: so it is told, and the protocol sees no failure.
      return { isError: true, content: [{ type: 'text', text: messageOf(failureOf(asked.exchange, error), asked.exchange.id) }] }
    }
  }

  function permitTool(caller: Caller | undefined, { name }: Params): void {
    const tool = tools.find((one) => one.name === name)
    if (tool && !mayUse(tool, caller)) throw notForRole(tool)
  }

  const personal = (ttlMs: number): Freshness => ({ ttlMs, cacheScope: 'private' })
  const same: Freshness = { ttlMs: 3_600_000, cacheScope: 'public' }
  return new Map<string, Method>([
    ['tools/list', { freshness: personal(60_000), run: listTools }],
    ['tools/call', { namedBy: 'name', permit: permitTool, run: callTool }],
    ['resources/list', { freshness: personal(10_000), run: (asked) => resources.list(asked) }],
    ['resources/templates/list', { freshness: same, run: async ({ params }) => (refuseCursor(params), resources.templates()) }],
    ['resources/read', { freshness: personal(0), namedBy: 'uri', run: (asked) => resources.read(asked) }],
    ['prompts/list', { freshness: same, run: async ({ params }) => (refuseCursor(params), { prompts: prompts.map(promptShape) }) }],
    ['prompts/get', { namedBy: 'name', run: async ({ params }) => findPrompt(params.name).write(textArguments(params)) }],
  ])
}

// These lists have one page, so nobody was given a cursor.
function refuseCursor({ cursor }: Params): void {
  if (cursor !== undefined) throw new ProtocolError(rpcCodes.invalidParams, 'cursor: this list has one page only, leave it out')
}

function textArguments({ arguments: given = {} }: Params): Readonly<Record<string, string>> {
  if (!isObject(given) || Object.values(given).some((value) => typeof value !== 'string')) throw new ProtocolError(rpcCodes.invalidParams, 'arguments: must be an object whose values are text')
  return given as Readonly<Record<string, string>>
}

function notForRole({ name, roles = [] }: Tool): ServiceError {
  const able = roles.includes(Role.ROLE_DEVELOPER) ? 'people: your key belongs to a service' : 'leads'
  return new ServiceError('permission_denied', `${name} is for ${able}`, { reason: 'ROLE_MISSING' })
}
