import { headerOf, type Exchange } from '../exchange.ts'
import { beginEvents } from '../sse.ts'

/** The answer to one HTTP request: either one JSON body or a stream of events. */
export interface Reply {
  /** Sends a notification and resolves when the client can take more. Does nothing if the reply is one JSON body. */
  notify(message: object): Promise<void>
  /** Sends the result and ends the reply. */
  finish(answer: object): Promise<void>
}

/** The formats in a client's Accept header. Without one it is JSON. */
export function accepts(exchange: Exchange): { json: boolean; events: boolean } {
  const accept = headerOf(exchange.request, 'accept')?.toLowerCase()
  if (accept === undefined || accept.trim() === '') return { json: true, events: false }
  return { json: /application\/json|application\/\*|\*\/\*/.test(accept), events: accept.includes('text/event-stream') }
}

export async function openReply(exchange: Exchange, streaming: boolean, keepAliveMs: number): Promise<Reply> {
  if (!streaming) {
    return {
      notify: () => Promise.resolve(),
      finish: (answer) => exchange.answerJson(200, answer),
    }
  }
  await exchange.accept()
  const events = beginEvents(exchange, keepAliveMs)
  return {
    notify: (message) => events.send(eventOf(message)),
    finish: (answer) => {
      events.end((Array.isArray(answer) ? answer : [answer]).map(eventOf).join(''))
      return Promise.resolve()
    },
  }
}

const eventOf = (message: object) => `event: message\ndata: ${JSON.stringify(message)}\n\n`
