import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Behaviour } from './provider-behaviour.ts'
import { embeddingsOf } from './provider-formats.ts'
import { errorBody, errorFor, parseCompletionRequest, type CompletionRequest } from './provider-messages.ts'
import { play, sendJson } from './provider-player.ts'
import { faultIn } from './provider-refusals.ts'

/** One request as it reached the stand-in. */
export interface ProviderRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The raw body. */
  readonly body: Buffer
  readonly receivedAt: number
  /** The caller left before the answer was complete. */
  aborted: boolean
  /** When that was noticed, as Date.now(). */
  abortedAt: number | undefined
  /** Bytes of the answer that were handed to the network so far. */
  bytesSent: number
}

export interface ProviderOptions {
  /** Default: any free port. */
  port?: number
  models?: readonly string[]
  /** When given, a request without it (as bearer, or x-api-key for Anthropic's protocol) is refused by 401. */
  key?: string
  /** Whose protocol it speaks. */
  dialect?: 'openai' | 'anthropic'
}

const apis: Readonly<Record<'openai' | 'anthropic', Readonly<Record<string, CompletionRequest['api']>>>> = {
  openai: { '/v1/chat/completions': 'chat', '/v1/completions': 'completions', '/v1/responses': 'responses' },
  anthropic: { '/v1/messages': 'messages' },
}

export interface ProviderStandIn {
  /** Base URL with /v1, as clients are configured. */
  readonly url: string
  readonly port: number
  /** Every request so far, in order of arrival. */
  readonly requests: ProviderRequest[]
  /** What the next completions do: one each, and the last one from then on. */
  behave(...behaviours: [Behaviour, ...Behaviour[]]): void
  close(): Promise<void>
}

/** Starts a real HTTP server that speaks OpenAI's protocols or Anthropic's (JSON and SSE), with /v1/models. */
export async function startProvider(options: ProviderOptions = {}): Promise<ProviderStandIn> {
  const { models = ['stand-in-1'], key, dialect = 'openai' } = options
  const requests: ProviderRequest[] = []
  let behaviours: readonly Behaviour[] = [{ do: 'answer' }]
  const nextBehaviour = (): Behaviour => {
    const [first, ...rest] = behaviours as [Behaviour, ...Behaviour[]]
    if (rest.length > 0) behaviours = rest
    return first
  }

  const server = createServer(async (incoming, response) => {
    const body = await readBody(incoming)
    if (body === undefined) return
    const record = recordRequest(incoming, body)
    requests.push(record)
    const signal = watchCaller(record, response)
    const api = apis[dialect][record.path] ?? (dialect === 'openai' ? 'chat' : 'messages')
    const refuse = (status: number, message: string, type: string, code: string | null = null) => sendJson(response, status, dialect === 'openai' ? errorBody(message, type, code) : errorFor(api, message, type))
    const shown = dialect === 'openai' ? incoming.headers.authorization : incoming.headers['x-api-key']
    if (key !== undefined && shown !== (dialect === 'openai' ? `Bearer ${key}` : key)) return refuse(401, 'incorrect API key provided', 'invalid_request_error', 'invalid_api_key')
    const route = `${record.method} ${record.path}`
    if (route === 'GET /v1/models') return sendJson(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'stand-in' })) })
    if (route === 'POST /v1/messages/count_tokens' && dialect === 'anthropic') return sendJson(response, 200, { input_tokens: Math.ceil(body.length / 4) })
    if (route === 'POST /v1/embeddings' && dialect === 'openai') {
      const { model, input, encoding_format: format } = JSON.parse(body.toString('utf8')) as { model: string; input: unknown; encoding_format?: string }
      return sendJson(response, 200, embeddingsOf(model, input, format))
    }
    if (record.method !== 'POST' || !(record.path in apis[dialect])) return refuse(404, `unknown request URL: ${route}`, 'invalid_request_error', 'unknown_url')
    const request = parseCompletionRequest(api, body.toString('utf8'))
    if (!request) return refuse(400, 'the body is not a completion request', 'invalid_request_error')
    if (!models.includes(request.model)) return refuse(404, `the model ${request.model} does not exist`, 'invalid_request_error', 'model_not_found')
    const fault = faultIn(api, request.body, incoming.headers)
    if (fault !== undefined) return refuse(400, fault, 'invalid_request_error')
    try {
      await play(nextBehaviour(), request, response, signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    requests,
    behave: (...next) => {
      behaviours = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Undefined when the caller left while it was sending. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  try {
    for await (const part of incoming) parts.push(part as Buffer)
    return Buffer.concat(parts)
  } catch {
    return undefined
  }
}

function recordRequest(incoming: IncomingMessage, body: Buffer): ProviderRequest {
  const { method = '', url = '', headers } = incoming
  const path = url.split('?', 1)[0] as string
  return { method, path, headers, body, receivedAt: Date.now(), aborted: false, abortedAt: undefined, bytesSent: 0 }
}

function watchCaller(record: ProviderRequest, response: ServerResponse): AbortSignal {
  const leaving = new AbortController()
  const { socket } = response
  const before = socket?.bytesWritten ?? 0
  Object.defineProperty(record, 'bytesSent', { enumerable: true, get: () => (socket?.bytesWritten ?? before) - before })
  response.on('error', () => {})
  response.on('close', () => {
    if (response.writableFinished) return
    record.aborted = true
    record.abortedAt = Date.now()
    leaving.abort()
  })
  return leaving.signal
}
