import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { Exchange } from '../exchange.ts'
import { createAsked } from './asked.ts'
import { toProtocolError } from './failures.ts'
import { instructions } from './methods.ts'
import type { Outlet } from './outlet.ts'
import { errorMessage, progressTokenOf, ProtocolError, rpcCodes, type Params, type RequestId, type RpcRequest } from './protocol.ts'
import { capabilities, type EraParts } from './stateless.ts'

export type ConversationParts = EraParts

/** The SDK's server for the messages of one HTTP request. It knows the handshake; what can be asked is ours. */
export interface Conversation {
  ask(request: RpcRequest, signal: AbortSignal): Promise<object>
  close(): Promise<void>
}

// Whoever comes first loads the SDK: nobody else needs its memory.
let loading: ReturnType<typeof loadSdk> | undefined

async function loadSdk() {
  const [{ Server }, { InitializeRequestSchema }, { AjvJsonSchemaValidator }] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/index.js'),
    import('@modelcontextprotocol/sdk/types.js'),
    import('@modelcontextprotocol/sdk/validation/ajv'),
  ])
  // Never asked anything, and dear to make for every request.
  return { Server, InitializeRequestSchema, jsonSchemaValidator: new AjvJsonSchemaValidator() }
}

export async function openConversation(exchange: Exchange, outlet: Outlet, { methods, version }: ConversationParts): Promise<Conversation> {
  const { Server, InitializeRequestSchema, jsonSchemaValidator } = await (loading ??= loadSdk())
  const waiting = new Map<RequestId, (answer: object) => void>()
  const signals = new Map<RequestId, AbortSignal>()

  async function run(id: RequestId, method: string, params: Params): Promise<Record<string, unknown>> {
    const found = methods.get(method)
    if (!found) throw new ProtocolError(rpcCodes.methodUnknown, `there is no method ${method}`)
    const asked = createAsked({ exchange, params, signal: signals.get(id) ?? exchange.signal, outlet, progressToken: progressTokenOf(params) })
    try {
      return { ...(await found.run(asked)) }
    } catch (error) {
      throw toProtocolError(exchange, error, method === 'resources/read' ? rpcCodes.resourceUnknownBefore2026 : rpcCodes.invalidParams)
    }
  }

  const transport: Transport = {
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
    send(message) {
      if (!('method' in message) && message.id !== undefined) waiting.get(message.id)?.(message)
      return Promise.resolve()
    },
  }
  const server = new Server({ name: 'elder', title: 'Elder', version }, { capabilities, instructions, jsonSchemaValidator })
  server.fallbackRequestHandler = ({ method, params }, { requestId }) => run(requestId, method, params ?? {})
  await server.connect(transport)

  return {
    ask({ id, method, params }, signal) {
      const request = { jsonrpc: '2.0' as const, id, method, params: { ...params } }
      if (method === 'initialize') {
        const read = InitializeRequestSchema.safeParse(request)
        if (!read.success) return Promise.resolve(errorMessage(id, new ProtocolError(rpcCodes.invalidParams, read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))))
      }
      return new Promise((resolve) => {
        waiting.set(id, resolve)
        signals.set(id, signal)
        transport.onmessage?.(request)
      })
    },
    close: () => server.close(),
  }
}
