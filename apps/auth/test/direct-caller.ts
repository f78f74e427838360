import { connect } from 'node:http2'

interface Wire<Q, A> {
  readonly requestType: { encode(message: Q): { finish(): Uint8Array } }
  readonly responseType: { decode(bytes: Uint8Array): A }
}

/** One gRPC call the way a client without our libraries makes it: with nothing but a key. */
export async function callWithKey<Q, A>(port: number, path: string, wire: Wire<Q, A>, request: Q, key: string | undefined): Promise<{ status: number; message: string; answer: A | undefined }> {
  const session = connect(`http://127.0.0.1:${port}`)
  try {
    return await new Promise((resolve, reject) => {
      session.on('error', reject)
      const identity = key === undefined ? {} : { authorization: `Bearer ${key}` }
      const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...identity })
      const chunks: Buffer[] = []
      const ends: Record<string, string | string[] | undefined>[] = []
      stream.on('response', (headers) => ends.push(headers))
      stream.on('trailers', (headers) => ends.push(headers))
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', reject)
      stream.on('end', () => {
        const said = Object.assign({}, ...ends) as Record<string, string>
        const body = Buffer.concat(chunks)
        resolve({
          status: Number(said['grpc-status']),
          message: decodeURIComponent(said['grpc-message'] ?? ''),
          answer: body.length > 5 ? wire.responseType.decode(body.subarray(5)) : undefined,
        })
      })
      stream.end(frame(wire.requestType.encode(request).finish()))
    })
  } finally {
    session.close()
  }
}

function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}
