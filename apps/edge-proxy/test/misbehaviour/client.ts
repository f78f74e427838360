import { paths } from '@elder/dialects'
import type { Edge } from '../rig.ts'
import type { Wire } from './provider.ts'

/** The format a client asks in, the one its provider speaks, and whether a stream is asked for. */
export interface Direction {
  readonly api: Wire
  readonly wire: Wire
  readonly stream: boolean
}

const spoken: readonly (readonly [api: Wire, ...wires: Wire[]])[] = [
  ['chat', 'chat', 'messages', 'responses'],
  ['messages', 'messages', 'chat', 'responses'],
  ['responses', 'responses', 'chat', 'messages'],
  ['completions', 'completions', 'chat', 'messages'],
  ['embeddings', 'embeddings'],
]

export const directions: readonly Direction[] = spoken.flatMap(([api, ...wires]) => wires.flatMap((wire) => (api === 'embeddings' ? [false] : [false, true]).map((stream) => ({ api, wire, stream }))))

export const nameOf = ({ api, wire, stream }: Direction): string => `${api}${api === wire ? '' : ` by ${wire}`}, ${stream ? 'streamed' : 'in one piece'}`

/** What a client sees of an answer. */
export interface Seen {
  readonly status: number
  /** What the model said, as far as it came. */
  readonly text?: string
  /** The code of the error, in Anthropic's format its type. */
  readonly error?: string
  readonly retryAfter?: string
  /** How a stream or a body that is no error ended. */
  readonly end?: 'whole' | 'error' | 'cut'
}

const messages = [{ role: 'user', content: 'hello' }]
const counted = (stream: boolean) => (stream ? { stream, stream_options: { include_usage: true } } : {})
const requests: Readonly<Record<Wire, (stream: boolean) => object>> = {
  chat: (stream) => ({ messages, ...counted(stream) }),
  messages: (stream) => ({ messages, max_tokens: 50, stream }),
  responses: (stream) => ({ input: 'hello', stream }),
  completions: (stream) => ({ prompt: 'hello', ...counted(stream) }),
  embeddings: () => ({ input: 'hello' }),
}

/** Asks as a client of this direction does, and reads the answer as it does. */
export async function ask(edge: Edge, { api, stream }: Direction, model: string, key: string): Promise<Seen> {
  const response = await edge.send('POST', `/v1${paths[api]}`, { key, body: { model, ...requests[api](stream) } })
  const retryAfter = response.headers.get('retry-after')
  const { status } = response
  let text = ''
  try {
    text = await response.text()
  } catch {
    return { status, end: 'cut' }
  }
  if (status !== 200) return { status, error: errorIn(api, JSON.parse(text) as Fields), ...(retryAfter !== null && { retryAfter }) }
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (isStream !== stream) throw new Error(`asked for ${stream ? 'a stream' : 'one piece'}, got ${response.headers.get('content-type')}: ${text.slice(0, 300)}`)
  return isStream ? { status, ...streamed(api, text) } : { status, text: wholeText(api, JSON.parse(text) as Fields), end: 'whole' }
}

interface Fields {
  readonly [name: string]: unknown
}

/** A strict reader: every event is JSON, an error is the last, and nothing follows the end. */
function streamed(api: Wire, text: string): Pick<Seen, 'text' | 'error' | 'end'> {
  if (!text.endsWith('\n\n') && !text.endsWith('\r\n\r\n')) throw new Error(`a stream that ends within an event: …${text.slice(-300)}`)
  // What is too long to be held back was passed on as it came.
  const data = text.split(/\r?\n\r?\n/).flatMap(dataOf).filter((one) => !/^x+$/.test(one))
  const last = data.at(-1) ?? ''
  const events = data.filter((one) => one !== '[DONE]').map((one) => JSON.parse(one) as Fields)
  const said = events.map((event) => deltaIn(api, event)).join('')
  const failed = events.findIndex(isError)
  if (failed >= 0) {
    const errors = events.slice(failed)
    if (errors.length !== (api === 'responses' ? 2 : 1) || last === '[DONE]' || !errors.every(isError)) throw new Error(`events after an error: ${text.slice(-600)}`)
    if (api === 'responses') requireCounted(events)
    return { text: said, error: errorIn(api, errors.at(-1) ?? {}), end: 'error' }
  }
  return { text: said, end: endsWell(api, events, last) ? 'whole' : 'cut' }
}

function dataOf(event: string): string[] {
  const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'))
  return lines.length === 0 ? [] : [lines.map((line) => line.slice(5).trimStart()).join('\n')]
}

function isError(event: Fields): boolean {
  return event.type === 'error' || event.type === 'response.failed' || (event.type === undefined && event.error !== undefined && event.error !== null)
}

function endsWell(api: Wire, events: readonly Fields[], last: string): boolean {
  if (api === 'messages') return events.at(-1)?.type === 'message_stop'
  if (api === 'responses') return events.at(-1)?.type === 'response.completed'
  return last === '[DONE]'
}

function requireCounted(events: readonly Fields[]): void {
  const numbers = events.map(({ sequence_number: number }) => number)
  if (numbers.some((number, index) => number !== index)) throw new Error(`events are numbered ${numbers.join(' ')}`)
}

const errorIn = (api: Wire, body: Fields): string => {
  const error = (body.error ?? body) as Fields
  return String(api === 'messages' ? error.type : error.code)
}

interface Piece {
  readonly choices?: readonly { readonly delta?: { content?: string }; readonly text?: string; readonly message?: { content?: string } }[]
  readonly delta?: string | { text?: string }
  readonly type?: string
  readonly content?: readonly { text?: string }[]
  readonly output?: readonly { content?: readonly { text?: string }[] }[]
  readonly data?: readonly { embedding?: unknown }[]
}

function deltaIn(api: Wire, event: Piece): string {
  if (api === 'chat') return event.choices?.[0]?.delta?.content ?? ''
  if (api === 'completions') return event.choices?.[0]?.text ?? ''
  if (api === 'messages') return typeof event.delta === 'object' ? (event.delta.text ?? '') : ''
  return event.type === 'response.output_text.delta' && typeof event.delta === 'string' ? event.delta : ''
}

function wholeText(api: Wire, body: Piece): string {
  if (api === 'chat') return body.choices?.[0]?.message?.content ?? ''
  if (api === 'completions') return body.choices?.[0]?.text ?? ''
  if (api === 'messages') return body.content?.[0]?.text ?? ''
  return api === 'embeddings' ? JSON.stringify(body.data?.[0]?.embedding) : (body.output?.[0]?.content?.[0]?.text ?? '')
}
