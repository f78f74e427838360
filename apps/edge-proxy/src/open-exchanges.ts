import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ServiceError } from '@elder/errors'
import type { Exchange } from './exchange.ts'
import { IntrusiveSet } from './intrusive-set.ts'

interface Connection {
  last: Exchange | undefined
}

/** The exchanges that have not ended, and the latest one of each connection. */
export class OpenExchanges {
  readonly #open = new IntrusiveSet<Exchange>()
  readonly #connections = new WeakMap<Duplex, Connection>()

  addConnection(socket: Duplex): void {
    this.#connections.set(socket, { last: undefined })
  }

  /** Adds an exchange until it is closed. */
  add(exchange: Exchange): void {
    this.#open.add(exchange)
    const connection = this.#connections.get(exchange.request.socket)
    if (connection) connection.last = exchange
    exchange.onClosed = this.#remove
  }

  has(exchange: Exchange): boolean {
    return this.#open.has(exchange)
  }

  /** The latest exchange of a connection. Undefined once it has ended, unless its request is still arriving. */
  lastOn(socket: Duplex): Exchange | undefined {
    return this.#connections.get(socket)?.last
  }

  /** The answer that is being sent on a connection. */
  answerOn(socket: Duplex): ServerResponse | undefined {
    for (const { response } of this.#open) if (response.socket === socket) return response
    return undefined
  }

  abandonAll(reason: () => ServiceError): void {
    for (const exchange of this.#open) exchange.abandon(reason())
  }

  /** Resolves once no exchange is open. */
  async allClosed(): Promise<void> {
    // In a loop, because requests may still arrive on open connections meanwhile.
    while (this.#open.size > 0) await Promise.all([...this.#open].map(({ closed }) => closed))
  }

  // One function for all exchanges.
  readonly #remove = (exchange: Exchange): void => {
    this.#open.delete(exchange)
    const connection = this.#connections.get(exchange.request.socket)
    if (connection?.last === exchange && exchange.request.complete) connection.last = undefined
  }
}
