import { randomUUID } from 'node:crypto'
import { headerOf, type Exchange } from '../exchange.ts'
import type { Cancellations } from './cancellations.ts'
import { createRequestContext } from './request-context.ts'
import { toProtocolError } from './failures.ts'
import { instructions, type Method } from './methods.ts'
import { accepts, openReply, type Reply } from './reply.ts'
import { errorMessage, idOf, progressTokenOf, ProtocolError, readMessage, resultMessage, rpcCodes, type Message, type Params, type RequestId, type RpcRequest } from './protocol.ts'
import { isObject } from '@elder/dialects'
import { capabilities, refuse, serverInfoOf, type RevisionParts } from './stateless.ts'
import { handshakeVersions } from './versions.ts'

export interface HandshakeParts extends RevisionParts {
  readonly cancellations: Cancellations
  /** Counts one more request against the caller's limits; throws when they are exhausted. */
  readonly countRequest: (exchange: Exchange) => Promise<void>
}

/** What the messages of one HTTP request share. */
interface Batch {
  readonly exchange: Exchange
  readonly client: string | undefined
  readonly reply: Reply
}

const maxMessages = 100
const concurrency = 4
const maxSessionLength = 100

/**
 * Answers messages of the revisions up to 2025-11-25. No session state is kept between two HTTP requests: the session id only
 * identifies a client, so that it can cancel its own requests.
 */
export function createHandshake(parts: HandshakeParts): (exchange: Exchange, body: unknown) => Promise<void> {
  const { cancellations, keepAliveMs } = parts
  const methods = new Map<string, Method>([...parts.methods, ['initialize', { run: ({ params }) => Promise.resolve(initialize(params, parts.version)) }], ['ping', { run: () => Promise.resolve({}) }]])

  async function answerMessages(exchange: Exchange, body: unknown): Promise<void> {
    const messages = readMessages(body)
    const requests = messages.filter((message) => message.kind === 'request')
    const client = clientOf(exchange)
    if (client !== undefined) for (const id of messages.flatMap(cancelledBy)) cancellations.cancel(client, id)
    if (requests.length === 0) return exchange.answer(202, {}, '')

    for (const { method, params } of requests) methods.get(method)?.permit?.(exchange.caller, params)
    if (requests.some(({ method }) => method === 'tools/call')) await exchange.accept()
    if (requests.some(({ method }) => method === 'initialize')) exchange.headers['mcp-session-id'] = randomUUID()
    const accepted = accepts(exchange)
    const reply = await openReply(exchange, accepted.events && (!accepted.json || requests.some(({ params }) => progressTokenOf(params) !== undefined)), keepAliveMs)
    const answers = await mapConcurrently(requests, (request, index) => answerCounted(request, index, { exchange, client, reply }))
    const given = answers.filter((answer) => answer !== undefined)
    await reply.finish(Array.isArray(body) || given[0] === undefined ? given : given[0])
  }

  async function answerCounted(request: RpcRequest, index: number, batch: Batch): Promise<object | undefined> {
    try {
      // Admission has counted the first.
      if (index > 0) await parts.countRequest(batch.exchange)
    } catch (error) {
      return errorMessage(request.id, toProtocolError(batch.exchange, error, rpcCodes.invalidParams))
    }
    return answerOne(request, batch)
  }

  /** Undefined when the client has cancelled the request and expects no answer. */
  async function answerOne(request: RpcRequest, { exchange, client, reply }: Batch): Promise<object | undefined> {
    if (client === undefined) return run(request, exchange, reply, exchange.signal)
    const running = cancellations.begin(client, request.id)
    try {
      const answer = await run(request, exchange, reply, AbortSignal.any([exchange.signal, running.signal]))
      return running.signal.aborted ? undefined : answer
    } finally {
      running.end()
    }
  }

  async function run({ id, method: name, params }: RpcRequest, exchange: Exchange, reply: Reply, signal: AbortSignal): Promise<object> {
    try {
      const method = methods.get(name)
      if (!method) throw new ProtocolError(rpcCodes.methodUnknown, `there is no method ${name}`)
      return resultMessage(id, await method.run(createRequestContext({ exchange, params, signal, reply, progressToken: progressTokenOf(params) })))
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

/** A client with an unsupported revision is offered the newest one that has a handshake, and may disconnect. */
function initialize({ protocolVersion, capabilities: given, clientInfo }: Params, version: string): object {
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
    if (seen.has(id)) throw malformed(`the id ${JSON.stringify(id)} occurs twice in one batch`)
    seen.add(id)
  }
  return messages
}

/** Identifies a client among those that use the same key, by its session id; undefined without one. */
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

/** The results are in the order of the items. */
async function mapConcurrently<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T, index)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker))
  return results
}
