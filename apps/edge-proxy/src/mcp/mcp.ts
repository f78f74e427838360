import { ServiceError } from '@elder/errors'
import { parseJson, readBody } from '../body.ts'
import { headerOf, type Exchange } from '../exchange.ts'
import { createCancellations } from './cancellations.ts'
import { createHandshake, type HandshakeParts } from './handshake.ts'
import { createMethods, type MethodParts } from './methods.ts'
import { accepts } from './reply.ts'
import { ProtocolError, rpcCodes } from './protocol.ts'
import { createStateless, refuse } from './stateless.ts'
import { isStateless } from './versions.ts'

export interface McpParts extends MethodParts, Pick<HandshakeParts, 'countRequest' | 'keepAliveMs' | 'version'> {
  readonly bodyLimitBytes: number
}

const maxBytes = 4 * 1024 * 1024

/** POST /mcp: all revisions of the protocol, with one table of methods. */
export function mcp(parts: McpParts): (exchange: Exchange) => Promise<void> {
  // Created by the first request: most edges never get one.
  let revisions: ReturnType<typeof createRevisions> | undefined
  const createRevisions = () => {
    const common = { methods: createMethods(parts), version: parts.version, keepAliveMs: parts.keepAliveMs }
    return { stateless: createStateless(common), handshake: createHandshake({ ...common, cancellations: createCancellations(), countRequest: parts.countRequest }) }
  }
  return async (exchange) => {
    try {
      const body = await readJson(exchange, Math.min(parts.bodyLimitBytes, maxBytes))
      revisions ??= createRevisions()
      await (isStateless(exchange.request, body) ? revisions.stateless : revisions.handshake)(exchange, body)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      await refuse(exchange, error, null)
    }
  }
}

async function readJson(exchange: Exchange, limitBytes: number): Promise<unknown> {
  const type = headerOf(exchange.request, 'content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new ProtocolError(rpcCodes.refused, `the content type must be application/json, got ${JSON.stringify(type.slice(0, 60))}`, { status: 415 })
  const accepted = accepts(exchange)
  if (!accepted.json && !accepted.events) throw new ProtocolError(rpcCodes.refused, 'the Accept header must name application/json and text/event-stream', { status: 406 })
  const body = await readBody(exchange, limitBytes)
  try {
    return parseJson(body)
  } catch (error) {
    if (error instanceof ServiceError && error.reason?.startsWith('BODY_')) throw new ProtocolError(rpcCodes.parse, error.message, { status: 400 })
    throw error
  }
}
