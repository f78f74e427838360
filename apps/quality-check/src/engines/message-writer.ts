import type { Writable } from 'node:stream'
import { AbstractMessageWriter, type Message, type MessageWriter } from 'vscode-jsonrpc/node'

const canWait = 'textDocument/didClose'

/** Hands each message over in one write, which wakes its reader once. That a text is done with is told together with the next message. */
export class WholeMessageWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #to: Writable
  #waiting = ''

  constructor(to: Writable) {
    super()
    this.#to = to
    to.on('error', (error) => this.fireError(error))
    to.on('close', () => this.fireClose())
  }

  write(message: Message): Promise<void> {
    const content = JSON.stringify(message)
    const framed = `Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`
    if ('method' in message && message.method === canWait) {
      this.#waiting += framed
      return Promise.resolve()
    }
    const all = this.#waiting + framed
    this.#waiting = ''
    return new Promise((resolve, reject) => this.#to.write(all, (error) => (error ? reject(error) : resolve())))
  }

  end(): void {
    this.#to.end()
  }
}
