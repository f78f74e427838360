/** The smallest possible relay in Node: it reads the body, calls undici's dispatch and passes the bytes on. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'

const provider = new Pool(process.argv[2] ?? '', { connections: 20_000, pipelining: 1 })
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    provider.dispatch(
      { path: '/v1/chat/completions', method: 'POST', headers: ['content-type', 'application/json'], body: Buffer.concat(parts) },
      {
        onRequestStart() {},
        onResponseStart(_, status, headers) {
          response.writeHead(status, { 'content-type': String(headers['content-type']) })
        },
        onResponseData(controller, data) {
          if (response.write(data)) return
          controller.pause()
          response.once('drain', () => controller.resume())
        },
        onResponseEnd: () => void response.end(),
        onResponseError: () => void response.destroy(),
      },
    )
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.once('disconnect', () => process.exit())
