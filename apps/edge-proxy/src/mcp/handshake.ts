import { randomUUID } from 'node:crypto'
import { headerOf, type Exchange } from '../exchange.ts'
import type { Cancellations } from './cancellations.ts'
import { createAsked } from './asked.ts'
import { toProtocolError } from './failures.ts'
import { instructions, type Method } from './methods.ts'
import { accepts, openOutlet, type Outlet } from './outlet.ts'
import { errorMessage, idOf, progressTokenOf, ProtocolError, readMessage, resultMessage, rpcCodes, type Message, type Params, type RequestId, type RpcRequest } from './protocol.ts'
import { isObject } from './shapes.ts'
import { capabilities, refuse, serverInfoOf, type EraParts } from './stateless.ts'
import { handshakeVersions } from './versions.ts'

export interface HandshakeParts extends EraParts {
  readonly cancellations: Cancellations
  /** Counts one more request of the caller's; throws when it has none left. */
  readonly countRequest: (exchange: Exchange) => Promise<void>
}

/** What the requests of one HTTP request share. */
interface Ways {
  readonly exchange: Exchange
  readonly client: string | undefined
  readonly outlet: Outlet
}

const maxMessages = 100
const atOnce = 4
const maxSessionLength = 100

/**
 * Answers messages of the revisions up to 2025-11-25. Nothing is kept between two HTTP requests: the session id that a
 * client is given is only a name for it, by which it can cancel what it has asked.
 */
export function createHandshake(parts: HandshakeParts): (exchange: Exchange, body: unknown) => Promise<void> {
  const { cancellations, keepAliveMs } = parts
  const methods = new Map<string, Method>([...parts.methods, ['initialize', { run: ({ params }) => Promise.resolve(greet(params, parts.version)) }], ['ping', { run: () => Promise.resolve({}) }]])

  async function answerMessages(exchange: Exchange, body: unknown): Promise<void> {
    const messages = readMessages(body)
    const requests = messages.filter((message) => message.kind === 'request')
    const client = clientOf(exchange)
    if (client !== undefined) for (const id of messages.flatMap(cancelledBy)) cancellations.cancel(client, id)
    if (requests.length === 0) return exchange.answer(202, {}, '')

    for (const { method, params } of requests) methods.get(method)?.permit?.(exchange.caller, params)
    if (requests.some(({ method }) => method === 'tools/call')) await exchange.accept()
    if (requests.some(({ method }) => method === 'initialize')) exchange.headers['mcp-session-id'] = randomUUID()
    const wants = accepts(exchange)
    const outlet = await openOutlet(exchange, wants.events && (!wants.json || requests.some(({ params }) => progressTokenOf(params) !== undefined)), keepAliveMs)
    const answers = await eachOf(requests, (request, index) => answerCounted(request, index, { exchange, client, outlet }))
    const given = answers.filter((answer) => answer !== undefined)
    await outlet.finish(Array.isArray(body) || given[0] === undefined ? given : given[0])
  }

  async function answerCounted(request: RpcRequest, index: number, ways: Ways): Promise<object | undefined> {
    try {
      // The first was counted at the door.
      if (index > 0) await parts.countRequest(ways.exchange)
    } catch (error) {
      return errorMessage(request.id, toProtocolError(ways.exchange, error, rpcCodes.invalidParams))
    }
    return answerOne(request, ways)
  }

  /** Nothing when the client has cancelled it: it does not wait for an answer any more. */
  async function answerOne(request: RpcRequest, { exchange, client, outlet }: Ways): Promise<object | undefined> {
    if (client === undefined) return run(request, exchange, outlet, exchange.signal)
    const running = cancellations.begin(client, request.id)
    try {
      const answer = await run(request, exchange, outlet, AbortSignal.any([exchange.signal, running.signal]))
      return running.signal.aborted ? undefined : answer
    } finally {
      running.end()
    }
  }

  async function run({ id, method: name, params }: RpcRequest, exchange: Exchange, outlet: Outlet, signal: AbortSignal): Promise<object> {
    try {
      const method = methods.get(name)
      if (!method) throw new ProtocolError(rpcCodes.methodUnknown, `there is no method ${name}`)
      return resultMessage(id, await method.run(createAsked({ exchange, params, signal, outlet, progressToken: progressTokenOf(params) })))
    } catch (error) {
      return errorMessage(id, toProtocolError(exchange, error, name === 'resources/read' ? rpcCodes.resourceUnknownBefore2026 : rpcCodes.invalidParams))
    }
  }

  return async (exchange, body) => {
    try {
      await answerMessages(exchange, body)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      await refuse(exchange, error, idOf(body) ?? null)
    }
  }
}

/** A client of a revision that is not spoken here is answered in the newest with a handshake, and may leave. */
function greet({ protocolVersion, capabilities: given, clientInfo }: Params, version: string): object {
  if (typeof protocolVersion !== 'string') throw new ProtocolError(rpcCodes.invalidParams, 'protocolVersion: must be text such as 2025-11-25')
  if (!isObject(given)) throw new ProtocolError(rpcCodes.invalidParams, 'capabilities: must be an object')
  if (!isObject(clientInfo) || typeof clientInfo.name !== 'string' || typeof clientInfo.version !== 'string') throw new ProtocolError(rpcCodes.invalidParams, 'clientInfo: must hold name and version')
  return { protocolVersion: handshakeVersions.includes(protocolVersion) ? protocolVersion : handshakeVersions[0], capabilities, serverInfo: serverInfoOf(version), instructions }
}

const malformed = (message: string) => new ProtocolError(rpcCodes.invalidRequest, message, { status: 400 })

function readMessages(body: unknown): Message[] {
  if (!Array.isArray(body)) return [readMessage(body)]
  if (body.length === 0 || body.length > maxMessages) throw malformed(`a batch may hold 1 to ${maxMessages} messages, got ${body.length}`)
  const messages = body.map(readMessage)
  const requests = messages.filter((message) => message.kind === 'request')
  if (requests.some(({ method }) => method === 'initialize')) throw malformed('initialize must be sent alone')
  const seen = new Set<RequestId>()
  for (const { id } of requests) {
    if (seen.has(id)) throw malformed(`the id ${JSON.stringify(id)} stands twice in one batch`)
    seen.add(id)
  }
  return messages
}

/** Only a client that was given a name can be told from others that use the same key. */
function clientOf(exchange: Exchange): string | undefined {
  const session = headerOf(exchange.request, 'mcp-session-id')
  if (session === undefined || session.length > maxSessionLength) return undefined
  return `${exchange.caller?.principal.keyId ?? ''} ${session}`
}

function cancelledBy(message: Message): RequestId[] {
  if (message.kind !== 'notification' || message.method !== 'notifications/cancelled') return []
  const id = idOf({ id: message.params.requestId })
  return id === undefined ? [] : [id]
}

/** In order, a few at a time. */
async function eachOf<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T, index)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  return results
}
