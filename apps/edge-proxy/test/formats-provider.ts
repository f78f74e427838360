import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerWriter, asConversationApi, paths, readRequest, reencodeAnswer, type Api, type AnswerEvent } from '@elder/dialects'

export interface FormatsProvider {
  readonly url: string
  readonly requests: { readonly path: string; readonly body: string }[]
  /** What it answers, word by word in a stream. */
  text: string
  /** What the second half of a stream waits for. */
  gate: Promise<void> | undefined
  close(): Promise<void>
}

/** A provider that answers in every format natively. */
export async function startFormatsProvider(): Promise<FormatsProvider> {
  const requests: FormatsProvider['requests'] = []
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const path = (request.url ?? '').replace('/v1', '')
    requests.push({ path, body })
    const api = (Object.keys(paths) as Api[]).find((one) => paths[one] === path) ?? 'chat'
    const value = JSON.parse(body) as { stream?: boolean }
    response.writeHead(200, { 'content-type': value.stream === true ? 'text/event-stream' : 'application/json' })
    const whole = answer(api, value, provider.text)
    const half = whole.indexOf('\n\n', whole.length / 2) + 2
    response.write(whole.slice(0, half))
    await provider.gate
    response.end(whole.slice(half))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const provider: FormatsProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    text: 'hello',
    gate: undefined,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return provider
}

const usage = { inputTokens: 12, outputTokens: 7, cachedTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 }

function answer(api: Api, value: object, text: string): string {
  if (api === 'embeddings') return JSON.stringify({ object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }], model: 'm', usage: { prompt_tokens: 12, total_tokens: 12 } })
  const request = readRequest(api, value)
  const talk = asConversationApi(api)
  if (!talk) return JSON.stringify({ input_tokens: 12 })
  const writer = answerWriter({ ...request, includeUsage: true }, talk, [], 1_800_000_000)
  const words = (text.match(/\S+\s*/g) ?? [text]).map((word): AnswerEvent => ({ type: 'text', text: word }))
  const events: AnswerEvent[] = [{ type: 'start', id: 'answer-1', model: request.model, usage }, ...words, { type: 'finish', finish: 'stop', stopSequence: undefined }, { type: 'usage', usage }]
  const stream = events.map((event) => writer.write(event)).join('') + writer.end()
  if (request.stream) return stream
  const collector = reencodeAnswer({ ...request, includeUsage: true }, 1_800_000_000)
  collector?.collect(Buffer.from(stream))
  return collector?.collected().toString() ?? ''
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
