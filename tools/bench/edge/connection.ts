/** One connection that sends a prepared request and reads its answer at minimal cost, so that the client does not distort the measurement. */
import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly firstByteMs: number
  readonly totalMs: number
}

const headEnd = Buffer.from('\r\n\r\n')
const lastChunk = '0\r\n\r\n'

export class Connection {
  readonly #socket: Socket
  #head: Buffer | undefined
  #status = 0
  /** Remaining bytes of the body; -1 for a chunked body. */
  #left = 0
  #tail = ''
  #startedAt = 0
  #firstByteAt = 0
  #resolve: (answer: Answer | undefined) => void = () => {}
  #onFirstByte = () => {}

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      const late = setTimeout(() => socket.destroy(new Error('not connected within 20 s')), 20_000)
      socket.once('error', reject)
      socket.once('connect', () => {
        clearTimeout(late)
        socket.off('error', reject)
        resolve(new Connection(socket))
      })
    })
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#resolve(undefined))
  }

  /** Undefined when the connection was lost. `onFirstByte` is called when the body begins. */
  ask(request: Buffer, onFirstByte: () => void = () => {}): Promise<Answer | undefined> {
    this.#onFirstByte = onFirstByte
    this.#head = undefined
    this.#status = 0
    this.#tail = ''
    this.#firstByteAt = 0
    return new Promise((resolve) => {
      this.#resolve = resolve
      if (this.#socket.destroyed) return resolve(undefined)
      this.#startedAt = performance.now()
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    if (this.#status > 0) return this.#readBody(chunk)
    const head = this.#head ? Buffer.concat([this.#head, chunk]) : chunk
    const end = head.indexOf(headEnd)
    if (end < 0) {
      this.#head = head
      return
    }
    const text = head.toString('latin1', 0, end)
    this.#status = Number(text.slice(9, 12))
    this.#left = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? -1)
    if (head.length > end + 4) this.#readBody(head.subarray(end + 4))
    else if (this.#left === 0) this.#finish()
  }

  #readBody(chunk: Buffer): void {
    if (this.#firstByteAt === 0) {
      this.#firstByteAt = performance.now()
      this.#onFirstByte()
    }
    if (this.#left >= 0) {
      this.#left -= chunk.length
      if (this.#left <= 0) this.#finish()
      return
    }
    this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - lastChunk.length))).slice(-lastChunk.length)
    if (this.#tail === lastChunk) this.#finish()
  }

  #finish(): void {
    const now = performance.now()
    const first = this.#firstByteAt || now
    this.#resolve({ status: this.#status, firstByteMs: first - this.#startedAt, totalMs: now - this.#startedAt })
  }
}
