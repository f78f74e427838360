import type { Exchange } from '../exchange.ts'
import { headerOf } from '../exchange.ts'
import { createRequestContext } from './request-context.ts'
import { toProtocolError } from './failures.ts'
import { instructions, type Freshness, type Method } from './methods.ts'
import { accepts, openReply } from './reply.ts'
import { errorMessage, idOf, metaOf, progressTokenOf, ProtocolError, readMessage, resultMessage, rpcCodes, type Message, type RpcRequest } from './protocol.ts'
import { isObject } from '@elder/dialects'
import { capabilitiesKey, serverInfoKey, statelessVersion, supportedVersions, versionKey } from './versions.ts'

export interface RevisionParts {
  readonly methods: ReadonlyMap<string, Method>
  readonly version: string
  readonly keepAliveMs: number
}

export const serverInfoOf = (version: string) => ({ name: 'elder', title: 'Elder', version })
export const capabilities = { tools: {}, resources: {}, prompts: {} }

/** Answers one message of revision 2026-07-28, which has no handshake and no session. */
export function createStateless({ methods, version, keepAliveMs }: RevisionParts): (exchange: Exchange, body: unknown) => Promise<void> {
  const serverInfo = serverInfoOf(version)
  const discover: Method = {
    freshness: { ttlMs: 3_600_000, cacheScope: 'public' },
    run: () => Promise.resolve({ supportedVersions, capabilities, instructions }),
  }
  const methodOf = (name: string) => (name === 'server/discover' ? discover : methods.get(name))
  const complete = (result: object, freshness: Freshness | undefined) => ({ resultType: 'complete', ...result, ...freshness, _meta: { [serverInfoKey]: serverInfo } })

  async function answerRequest(exchange: Exchange, request: RpcRequest): Promise<void> {
    refuseWrongVersion(exchange, request)
    refuseIncomplete(request)
    const method = methodOf(request.method)
    refuseMismatchedHeaders(exchange, request, method)
    if (!method) throw new ProtocolError(rpcCodes.methodUnknown, `there is no method ${request.method}`, { status: 404 })
    method.permit?.(exchange.caller, request.params)
    if (request.method === 'tools/call') await exchange.accept()
    const progressToken = progressTokenOf(request.params)
    const accepted = accepts(exchange)
    const reply = await openReply(exchange, accepted.events && (progressToken !== undefined || !accepted.json), keepAliveMs)
    const answer = await method
      .run(createRequestContext({ exchange, params: request.params, signal: exchange.signal, reply, progressToken }))
      .then((result) => resultMessage(request.id, complete(result, method.freshness)))
      .catch((error: unknown) => errorMessage(request.id, toProtocolError(exchange, error, rpcCodes.invalidParams)))
    await reply.finish(answer)
  }

  return async (exchange, body) => {
    try {
      if (Array.isArray(body)) throw new ProtocolError(rpcCodes.invalidRequest, `revision ${statelessVersion} has no batches: send one message in each request`, { status: 400 })
      const message = readMessage(body)
      if (message.kind === 'response') throw new ProtocolError(rpcCodes.invalidRequest, 'this server accepts no responses, because it sends no requests', { status: 400 })
      // Notifications have no effect: in this revision a client cancels by closing the connection.
      if (message.kind === 'notification') await acceptNotification(exchange, message)
      else await answerRequest(exchange, message)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      await refuse(exchange, error, idOf(body))
    }
  }
}

async function acceptNotification(exchange: Exchange, message: Message & { kind: 'notification' }): Promise<void> {
  refuseWrongVersion(exchange, message)
  await exchange.answer(202, {}, '')
}

/** Answers with an error and its HTTP status. */
export async function refuse(exchange: Exchange, error: ProtocolError, id: ReturnType<typeof idOf> | null): Promise<void> {
  exchange.note(error.asServiceError())
  await exchange.answerJson(error.status, errorMessage(id, error))
}

const mismatch = (message: string) => new ProtocolError(rpcCodes.headerMismatch, message, { status: 400 })

function refuseWrongVersion(exchange: Exchange, { params }: { params: RpcRequest['params'] }): void {
  const header = headerOf(exchange.request, 'mcp-protocol-version')
  const inBody = metaOf(params)[versionKey]
  if (header === undefined) throw mismatch(`the header MCP-Protocol-Version is missing: it must repeat ${versionKey} of _meta`)
  if (inBody !== undefined && inBody !== header) throw mismatch(`the header MCP-Protocol-Version says ${shown(header)}, _meta ${shown(inBody)}`)
  if (header !== statelessVersion) throw new ProtocolError(rpcCodes.versionUnsupported, `protocol version ${shown(header)} is not supported`, { status: 400, data: { supported: supportedVersions, requested: header.slice(0, 100) } })
}

function refuseIncomplete({ params }: RpcRequest): void {
  const meta = metaOf(params)
  if (typeof meta[versionKey] !== 'string') throw new ProtocolError(rpcCodes.invalidParams, `params._meta must hold ${versionKey}`, { status: 400 })
  if (!isObject(meta[capabilitiesKey])) throw new ProtocolError(rpcCodes.invalidParams, `params._meta must hold ${capabilitiesKey}, an object`, { status: 400 })
}

// Proxies may have decided by the headers, so they must agree with the body.
function refuseMismatchedHeaders(exchange: Exchange, { method: name, params }: RpcRequest, method: Method | undefined): void {
  const given = headerOf(exchange.request, 'mcp-method')
  if (given !== name) throw mismatch(`the header Mcp-Method must be ${shown(name)} as in the body, got ${shown(given)}`)
  if (method?.namedBy === undefined) return
  const header = decoded(headerOf(exchange.request, 'mcp-name'))
  const inBody = params[method.namedBy]
  if (header === undefined || header !== inBody) throw mismatch(`the header Mcp-Name must be params.${method.namedBy}, ${shown(inBody)}, got ${shown(header)}`)
}

/** Decodes =?base64?…?=, the form of values that are not allowed in a header. */
function decoded(header: string | undefined): string | undefined {
  const [, encoded] = /^=\?base64\?([A-Za-z0-9+/=]*)\?=$/.exec(header ?? '') ?? []
  return encoded === undefined ? header : Buffer.from(encoded, 'base64').toString('utf8')
}

const shown = (value: unknown) => (value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing').slice(0, 120))
