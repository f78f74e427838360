import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { z } from 'zod'
import { toServiceError } from '@elder/errors'
import { parseJson, readBody } from './body.ts'
import { messageOf } from './errors.ts'
import { headerOf, type Exchange } from './exchange.ts'
import { createTools, type Tool, type ToolParts } from './mcp-tools.ts'

export interface McpParts extends ToolParts {
  readonly bodyLimitBytes: number
  readonly version: string
}

/** POST /mcp: stateless, one server and one transport a request. The SDK is loaded by whoever comes first. */
export function mcp(parts: McpParts): (exchange: Exchange) => Promise<void> {
  const tools = createTools(parts)
  let loading: ReturnType<typeof loadSdk> | undefined
  return async (exchange) => {
    const body = parseJson(await readBody(exchange.request, parts.bodyLimitBytes))
    await exchange.accept()
    const sdk = await (loading ??= loadSdk())
    const server = new sdk.Server({ name: 'elder', version: parts.version }, { capabilities: { tools: {} } })
    offer(server, tools, exchange, sdk)
    const transport = new sdk.Transport({ enableJsonResponse: true })
    await server.connect(transport)
    try {
      const answer = await transport.handleRequest(webRequest(exchange), { parsedBody: body })
      const text = await answer.text()
      await exchange.answer(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' }, text)
    } finally {
      await server.close()
    }
  }
}

async function loadSdk() {
  const [{ Server: McpServer }, { WebStandardStreamableHTTPServerTransport: Transport }, { CallToolRequestSchema, ListToolsRequestSchema }] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/index.js'),
    import('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'),
    import('@modelcontextprotocol/sdk/types.js'),
  ])
  return { Server: McpServer, Transport, CallToolRequestSchema, ListToolsRequestSchema }
}

function offer(server: Server, tools: readonly Tool[], exchange: Exchange, { CallToolRequestSchema, ListToolsRequestSchema }: Awaited<ReturnType<typeof loadSdk>>): void {
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, title, description, inputSchema }) => ({ name, title, description, inputSchema: { ...inputSchema, required: [...inputSchema.required] } })),
  }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = tools.find(({ name }) => name === params.name)
    if (!tool) return problem(`there is no tool ${params.name}; there are: ${tools.map(({ name }) => name).join(', ')}`)
    try {
      return { content: [{ type: 'text', text: await tool.run(params.arguments ?? {}, exchange) }] }
    } catch (error) {
      // A model can mend its own call, so it is told, and the protocol sees no failure.
      if (error instanceof z.ZodError) return problem(error.issues.map(({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`).join('; '))
      exchange.note(toServiceError(error))
      return problem(messageOf(toServiceError(error), exchange.id))
    }
  })
}

function problem(text: string) {
  return { isError: true, content: [{ type: 'text' as const, text }] }
}

// The transport wants clients to take both kinds of answer; ours is JSON either way.
function webRequest(exchange: Exchange): Request {
  const headers = new Headers({ 'content-type': headerOf(exchange.request, 'content-type') ?? '', accept: 'application/json, text/event-stream' })
  const version = headerOf(exchange.request, 'mcp-protocol-version')
  if (version !== undefined) headers.set('mcp-protocol-version', version)
  return new Request('http://elder.invalid/mcp', { method: 'POST', headers })
}
