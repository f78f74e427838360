import type { Readable, Writable } from 'node:stream'

/** A JSON-RPC connection with Content-Length framing, as in the Language Server Protocol. Requests from the server are refused. */
export interface MessageConnection {
  /** With `canWait` it is sent together with the next message, so that the server wakes up once for both. */
  notify(method: string, params: object, canWait?: boolean): void
  /** Rejects when the server answers with an error, and when the connection is closed. */
  request<T>(method: string, params: object): Promise<T>
  close(): void
}

export interface MessageHandlers {
  readonly notified: (method: string, params: unknown) => void
  /** Called when the input is not a valid message or cannot be read. No callback follows. */
  readonly broken: () => void
}

interface Message {
  readonly id?: number | string | null
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string } | null
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

const headEnd = '\r\n\r\n'
const mostHead = 4_096
const unknownMethod = -32_601

/** Opens a connection over a server's standard output and input. */
export function connectMessages(from: Readable, to: Writable, { notified, broken }: MessageHandlers): MessageConnection {
  const waiting = new Map<number, Waiting>()
  let requests = 0
  let outgoing = ''
  let flushing = false
  let chunks: Buffer[] = []
  let held = 0
  let needed = 0

  function send(message: object, canWait = false): void {
    const content = JSON.stringify({ jsonrpc: '2.0', ...message })
    outgoing += `Content-Length: ${Buffer.byteLength(content)}${headEnd}${content}`
    if (canWait || flushing) return
    flushing = true
    queueMicrotask(() => {
      flushing = false
      to.write(outgoing)
      outgoing = ''
    })
  }

  function receive({ id, method, params, result, error }: Message): void {
    if (method !== undefined) {
      if (id == null) notified(method, params)
      else send({ id, error: { code: unknownMethod, message: 'not answered here' } })
      return
    }
    const request = waiting.get(Number(id))
    waiting.delete(Number(id))
    if (error == null) request?.resolve(result)
    else request?.reject(new Error(error.message))
  }

  /** Handles the complete messages in the buffer. Returns the rest, and records how many bytes the next message needs. */
  function read(buffer: Buffer): Buffer {
    let rest = buffer
    for (;;) {
      needed = 0
      const end = rest.indexOf(headEnd)
      if (end === -1 && rest.length < mostHead) return rest
      const length = /^content-length: *(\d+)\r?$/im.exec(rest.toString('latin1', 0, end))?.[1]
      if (length === undefined) throw new Error('a message names no length')
      const start = end + headEnd.length
      needed = start + Number(length)
      if (rest.length < needed) return rest
      receive(JSON.parse(rest.toString('utf8', start, needed)) as Message)
      rest = rest.subarray(needed)
    }
  }

  from.on('error', broken).on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    held += chunk.length
    if (held < needed) return
    try {
      const rest = read(Buffer.concat(chunks))
      chunks = rest.length === 0 ? [] : [rest]
      held = rest.length
    } catch {
      // The stream cannot be parsed any further. The owner ends the process.
      from.removeAllListeners('data')
      broken()
    }
  })

  return {
    notify: (method, params, canWait) => send({ method, params }, canWait),
    request: <T>(method: string, params: object) =>
      new Promise<T>((resolve, reject) => {
        const id = ++requests
        waiting.set(id, { resolve: (result) => resolve(result as T), reject })
        send({ id, method, params })
      }),
    close() {
      for (const { reject } of waiting.values()) reject(new Error('the connection is closed'))
      waiting.clear()
    },
  }
}
