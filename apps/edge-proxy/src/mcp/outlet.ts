import { headerOf, type Exchange } from '../exchange.ts'
import { beginEvents } from '../sse.ts'

/** Where the messages of one answer go: into one JSON body, or into events as they come. */
export interface Outlet {
  /** Resolves when there is room for more. Nothing happens in an answer that is one JSON body. */
  notify(message: object): Promise<void>
  /** The last that is said. */
  finish(answer: object): Promise<void>
}

/** What a client can read. Without an Accept header it is JSON. */
export function accepts(exchange: Exchange): { json: boolean; events: boolean } {
  const accept = headerOf(exchange.request, 'accept')?.toLowerCase()
  if (accept === undefined || accept.trim() === '') return { json: true, events: false }
  return { json: /application\/json|application\/\*|\*\/\*/.test(accept), events: accept.includes('text/event-stream') }
}

export async function openOutlet(exchange: Exchange, streaming: boolean, keepAliveMs: number): Promise<Outlet> {
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
