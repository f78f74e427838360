import type { ServerResponse } from 'node:http'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { wordsOf, type Behaviour } from './provider-behaviour.ts'
import { composeAnswer, errorBody, errorFor, event, lastUserText, type CompletionRequest, type Delta } from './provider-messages.ts'

/** Answers one completion request as told. Ends early when the caller leaves, by the signal. */
export async function play(behaviour: Behaviour, request: CompletionRequest, response: ServerResponse, signal: AbortSignal): Promise<void> {
  switch (behaviour.do) {
    case 'answer': {
      await delay(behaviour.delayMs ?? 0, undefined, { signal })
      const text = behaviour.text ?? `Stand-in answer to: ${lastUserText(request).slice(-200)}`
      return answer(request, response, wordsOf(text), 0, signal)
    }
    case 'chunks':
      return answer(request, response, numberedChunks(behaviour.count), behaviour.everyMs, signal)
    case 'think':
      return think(behaviour, request, response)
    case 'misframe':
      return answer({ ...request, stream: !request.stream }, response, wordsOf(behaviour.text), 0, signal)
    case 'callTool':
      return callTool(behaviour, request, response)
    case 'refuse':
      return sendJson(response, behaviour.status, behaviour.body ?? errorFor(request.api, 'refused by the stand-in', 'invalid_request_error'), behaviour.headers)
    case 'limitRate':
      return sendJson(response, 429, errorBody('rate limit reached', 'requests', 'rate_limit_exceeded'), { 'retry-after': String(behaviour.retryAfterSeconds) })
    case 'stall':
      return sendPart(behaviour.afterChunks, request, response)
    case 'die':
      await sendPart(behaviour.afterChunks, request, response)
      response.socket?.destroy()
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'stallAfterHead':
      response.writeHead(200, { 'content-type': contentType(request) }).flushHeaders()
      return
    case 'endlessHeaders':
      return pour(response, 'HTTP/1.1 200 OK\r\n', () => `x-filler: ${'x'.repeat(2_000)}\r\n`, signal)
    case 'interimFlood':
      return pour(response, '', () => 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', signal)
    case 'chunkBomb':
      return pour(response, `HTTP/1.1 200 OK\r\ncontent-type: ${contentType(request)}\r\ntransfer-encoding: chunked\r\n\r\n1`, () => `;x=${'y'.repeat(2_000)}`, signal)
    case 'drip':
      return drip(behaviour.everyMs, request, response, signal)
    case 'talkGarbage':
      response.writeHead(200, { 'content-type': contentType(request) }).end('\u0000\ufffd{"choices":[{"del\n\nnonsense')
      return
    case 'sendHtml':
      response.writeHead(behaviour.status ?? 200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title><h1>Please sign in to the network</h1>')
      return
    case 'streamForever':
      return streamForever(behaviour.everyMs ?? 0, request, response, signal)
    case 'hideError': {
      const body = errorFor(request.api, behaviour.message ?? 'the model is overloaded', 'server_error')
      if (!request.stream) return sendJson(response, 200, body)
      response.writeHead(200, streamHeaders).end((request.api === 'messages' ? 'event: error\n' : '') + event(body))
      return
    }
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
}

const streamHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

function contentType(request: CompletionRequest): string {
  return request.stream ? streamHeaders['content-type'] : 'application/json'
}

function numberedChunks(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `chunk ${index + 1} `)
}

async function answer(request: CompletionRequest, response: ServerResponse, parts: readonly string[], everyMs: number, signal: AbortSignal): Promise<void> {
  const compose = composeAnswer(request)
  const text = parts.join('')
  if (!request.stream) {
    await delay(everyMs * parts.length, undefined, { signal })
    return sendJson(response, 200, compose.whole({ content: text }))
  }
  response.writeHead(200, streamHeaders)
  response.write(compose.first())
  for (const [index, content] of parts.entries()) {
    if (index > 0 && everyMs > 0) await delay(everyMs, undefined, { signal })
    response.write(compose.chunk({ content }))
  }
  response.end(compose.last(text))
}

function callTool(behaviour: Extract<Behaviour, { do: 'callTool' }>, request: CompletionRequest, response: ServerResponse): void {
  const compose = composeAnswer(request)
  const written = JSON.stringify(behaviour.arguments)
  const call = (part: string, head: object) => ({ index: 0, ...head, function: { ...('id' in head && { name: behaviour.name }), arguments: part } })
  const id = { id: 'call_stand_in_1', type: 'function' }
  if (!request.stream) return sendJson(response, 200, compose.whole({ tool_calls: [call(written, id)] }, 'tool_calls'))
  const half = Math.ceil(written.length / 2)
  const deltas: Delta[] = [{ tool_calls: [call('', id)] }, ...[written.slice(0, half), written.slice(half)].map((part) => ({ tool_calls: [call(part, {})] }))]
  response.writeHead(200, streamHeaders)
  response.write(compose.first())
  for (const delta of deltas) response.write(compose.chunk(delta))
  response.end(compose.last(written, 'tool_calls'))
}

function think({ thinking, text }: Extract<Behaviour, { do: 'think' }>, request: CompletionRequest, response: ServerResponse): void {
  const compose = composeAnswer(request)
  if (!request.stream) return sendJson(response, 200, compose.whole({ thinking, content: text }))
  response.writeHead(200, streamHeaders)
  const deltas: Delta[] = [...wordsOf(thinking).map((part) => ({ thinking: part })), { sealed: true }, ...wordsOf(text).map((content) => ({ content }))]
  response.write(compose.first())
  for (const delta of deltas) response.write(compose.chunk(delta))
  response.end(compose.last(text))
}

/** The beginning of an answer, sent off before this resolves. */
async function sendPart(chunks: number, request: CompletionRequest, response: ServerResponse): Promise<void> {
  if (chunks === 0) return
  const compose = composeAnswer(request)
  response.writeHead(200, { 'content-type': contentType(request) })
  const parts = numberedChunks(chunks)
  const text = request.stream ? compose.first() + parts.map((content) => compose.chunk({ content })).join('') : compose.whole({ content: parts.join('') }).slice(0, -20)
  await new Promise<void>((resolve) => response.write(text, () => resolve()))
}

async function streamForever(everyMs: number, request: CompletionRequest, response: ServerResponse, signal: AbortSignal): Promise<void> {
  const compose = composeAnswer(request)
  response.writeHead(200, streamHeaders)
  response.write(compose.first())
  const piece = compose.chunk({ content: 'and so on '.repeat(everyMs === 0 ? 1_000 : 1) })
  while (!signal.aborted) {
    if (!response.write(piece)) await drained(response, signal)
    await (everyMs === 0 ? turn() : delay(everyMs, undefined, { signal }))
  }
}

/** Writes to the bare socket until the caller has had enough. */
async function pour(response: ServerResponse, head: string, piece: () => string, signal: AbortSignal): Promise<void> {
  const { socket } = response
  socket?.write(head)
  while (!signal.aborted && socket && !socket.destroyed) {
    socket.write(piece())
    await delay(1, undefined, { signal })
  }
}

async function drip(everyMs: number, request: CompletionRequest, response: ServerResponse, signal: AbortSignal): Promise<void> {
  const compose = composeAnswer(request)
  const text = request.stream ? compose.first() + compose.chunk({ content: 'drip' }) + compose.last('drip') : compose.whole({ content: 'drip' })
  response.writeHead(200, { 'content-type': contentType(request) })
  for (const byte of text) {
    response.write(byte)
    await delay(everyMs, undefined, { signal })
  }
  response.end()
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once('drain', resolve)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
