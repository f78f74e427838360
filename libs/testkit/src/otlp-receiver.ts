import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { decodeTraces, type ReceivedSpan } from './otlp-decoding.ts'
import { waitUntil, type WaitOptions } from './wait-until.ts'

export interface OtlpReceiver {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT is set to. */
  readonly url: string
  /** Every span received so far, in order of arrival. */
  spans(): readonly ReceivedSpan[]
  /** Resolves with all spans once the predicate holds for them. */
  waitForSpans(predicate: (spans: readonly ReceivedSpan[]) => boolean, options?: WaitOptions): Promise<readonly ReceivedSpan[]>
  clear(): void
  close(): Promise<void>
}

/** Starts a real OTLP/HTTP endpoint for traces in JSON, which is what our exporter sends. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  let received: ReceivedSpan[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    if (request.method !== 'POST' || request.url !== '/v1/traces') return response.writeHead(404).end()
    if (!request.headers['content-type']?.startsWith('application/json')) return response.writeHead(415).end('only OTLP in JSON is understood here')
    const body = Buffer.concat(parts)
    received.push(...decodeTraces(JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8'))))
    return response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => [...received],
    waitForSpans: async (predicate, options = {}) => {
      const seen = () => received.map(({ service, name }) => `${service}: ${name}`).join(', ')
      try {
        await waitUntil(() => predicate(received), options)
      } catch (error) {
        throw new Error(`the spans that were waited for did not come; received: ${seen() || 'none'}`, { cause: error })
      }
      return [...received]
    },
    clear: () => {
      received = []
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
