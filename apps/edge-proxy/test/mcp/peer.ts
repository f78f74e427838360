import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterEach } from 'vitest'
import { dataOf, developerKey, type Edge, type SendOptions } from '../rig.ts'

/** Connects the SDK's own client; it is closed after the test. */
export function connecting(edge: () => Edge): (headers?: Record<string, string>) => Promise<Client> {
  const clients: Client[] = []
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close()
  })
  return async (headers = {}) => {
    const client = new Client({ name: 'test', version: '1' })
    clients.push(client)
    await client.connect(new StreamableHTTPClientTransport(new URL(`${edge().url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${developerKey}`, ...headers } } }))
    return client
  }
}

export async function textOf(call: ReturnType<Client['callTool']>): Promise<{ text: string; isError: boolean }> {
  const { content, isError } = (await call) as { content: { type: string; text: string }[]; isError?: boolean }
  return { text: content.map(({ text }) => text).join('\n'), isError: isError === true }
}

export interface RpcAnswer {
  readonly jsonrpc: '2.0'
  readonly id?: string | number | null
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown> & { content?: { text: string }[]; isError?: boolean }
  readonly error?: { code: number; message: string; data?: Record<string, unknown> }
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  /** One body, or each event of a stream. */
  readonly messages: RpcAnswer[]
  readonly only: RpcAnswer
}

/** Posts a body as it is given. */
export async function post(edge: Edge, body: unknown, options: SendOptions = {}): Promise<Answered> {
  const response = await edge.send('POST', '/mcp', { ...options, body })
  const text = await response.text()
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  const messages = (text === '' ? [] : isStream ? dataOf(text) : [JSON.parse(text)].flat()) as RpcAnswer[]
  return { status: response.status, headers: response.headers, messages, only: messages[0] ?? ({} as RpcAnswer) }
}

export const rpc = (method: string, params?: object, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, ...(params && { params }) })

export const modern = '2026-07-28'
export const versionKey = 'io.modelcontextprotocol/protocolVersion'
export const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'

/** One request as clients of revision 2026-07-28 send it. */
export function ask(edge: Edge, method: string, params: Record<string, unknown> = {}, { meta = {}, headers = {}, ...options }: SendOptions & { meta?: object } = {}): Promise<Answered> {
  const name = params.name ?? params.uri
  return post(
    edge,
    rpc(method, { ...params, _meta: { [versionKey]: modern, [capabilitiesKey]: {}, ...meta } }),
    { ...options, headers: { accept: 'application/json, text/event-stream', 'mcp-protocol-version': modern, 'mcp-method': method, ...(typeof name === 'string' && { 'mcp-name': name }), ...headers } },
  )
}
