import { createServer, type AddressInfo, type Socket } from 'node:net'
import { composeAnswer, errorFor } from '@elder/testkit'

/** The formats that providers speak. */
export type Wire = 'chat' | 'messages' | 'responses' | 'completions' | 'embeddings'

/** A request as it reached the provider, and what a good answer to it is made of. */
export interface Asked {
  readonly socket: Socket
  readonly wire: Wire
  readonly stream: boolean
  /** The content type of a good answer. */
  readonly type: string
  /** Its first part, which ends where an event ends or in the middle of a JSON text. */
  readonly begun: string
  /** What follows that. */
  readonly rest: string
  /** An error object of the format; an event when a stream was asked for. */
  readonly failure: string
}

export interface RawProvider {
  readonly port: number
  /** The connections over which each model was asked for, in order. */
  readonly asked: Map<string, { readonly socket: Socket; readonly isOdd: boolean }[]>
  close(): void
}

export const firstWords = 'Grüße € '
export const lastWords = 'und 🙂 zum Schluss'

const wires: Readonly<Record<string, Wire>> = { 'chat/completions': 'chat', messages: 'messages', responses: 'responses', completions: 'completions', embeddings: 'embeddings' }

/** A provider on bare sockets: what it says need not be HTTP. Who asks under /well is answered well. */
export async function startRawProvider(answer: (model: string, asked: Asked) => void): Promise<RawProvider> {
  const asked: RawProvider['asked'] = new Map()
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    let bytes = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      const request = requestIn(bytes)
      if (!request) return
      bytes = bytes.subarray(request.length)
      const { model, stream } = request.body
      asked.set(model, [...(asked.get(model) ?? []), { socket, isOdd: !request.isWell }])
      const good = compose(socket, request.wire, model, stream === true)
      if (request.isWell) answerWell(good)
      else answer(model, good)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

/** A whole answer, in chunks. */
export function answerWell(asked: Asked, trailers = ''): void {
  asked.socket.write(`${begin(asked)}${chunk(asked.rest)}0\r\n${trailers}\r\n`)
}

export const head = ({ type }: Pick<Asked, 'type'>, ...headers: string[]): string => ['HTTP/1.1 200 OK', `content-type: ${type}`, ...headers, '', ''].join('\r\n')
export const chunked = 'transfer-encoding: chunked'
export const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
export const begin = (asked: Asked): string => head(asked, chunked) + chunk(asked.begun)

interface Heard {
  readonly wire: Wire
  readonly isWell: boolean
  readonly body: { model: string; stream?: boolean }
  readonly length: number
}

/** The request at the beginning of some bytes; undefined while it is not complete. */
function requestIn(bytes: Buffer): Heard | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = end + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  if (bytes.length < length) return undefined
  const [, folder, path = ''] = /^POST \/(\w+)\/v1\/(\S+)/.exec(head) ?? []
  return { wire: wires[path] ?? 'chat', isWell: folder === 'well', body: JSON.parse(bytes.toString('utf8', end + 4, length)) as Heard['body'], length }
}

function compose(socket: Socket, wire: Wire, model: string, stream: boolean): Asked {
  if (wire === 'embeddings') return { socket, wire, stream, type: 'application/json', ...halves(JSON.stringify({ object: 'list', model, data: [{ object: 'embedding', index: 0, embedding: [1, 0.5] }], usage: { prompt_tokens: 5, total_tokens: 5 } })), failure: JSON.stringify(errorFor('chat', 'out of memory', 'server_error')) }
  const composer = composeAnswer({ api: wire, model, messages: [{ role: 'user', content: 'hello' }], stream, includeUsage: true })
  const failure = JSON.stringify(errorFor(wire, 'out of memory', 'server_error'))
  if (!stream) return { socket, wire, stream, type: 'application/json', ...halves(composer.whole({ content: firstWords + lastWords })), failure }
  return {
    socket,
    wire,
    stream,
    type: 'text/event-stream',
    begun: composer.first() + composer.chunk({ content: firstWords }),
    rest: composer.chunk({ content: lastWords }) + composer.last(firstWords + lastWords),
    failure: `${wire === 'messages' ? 'event: error\n' : ''}data: ${failure}\n\n`,
  }
}

function halves(text: string): { begun: string; rest: string } {
  return { begun: text.slice(0, text.length / 2), rest: text.slice(text.length / 2) }
}
