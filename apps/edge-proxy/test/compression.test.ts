import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { request } from 'node:http'
import { beforeAll, expect, test } from 'vitest'
import { developerKey, question, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge()
})

interface Raw {
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: Buffer
}

/** As it came over the wire: fetch would take the coding off. */
const send = (method: string, path: string, accepted: string | undefined, body?: object) =>
  new Promise<Raw>((resolve, reject) => {
    const sent = request(edge.url + path, { method, headers: { authorization: `Bearer ${developerKey}`, 'content-type': 'application/json', ...(accepted !== undefined && { 'accept-encoding': accepted }) } }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(parts) }))
    })
    sent.on('error', reject)
    sent.end(body && JSON.stringify(body))
  })

test('a long answer of our own comes in the coding its client takes, and says that it depends on that', async () => {
  const plain = await send('GET', '/v1/openapi.json', undefined)
  expect(plain.body.length).toBeGreaterThan(1_024)
  expect(plain.headers).toMatchObject({ vary: 'accept-encoding', 'content-length': String(plain.body.length) })
  expect(plain.headers['content-encoding']).toBeUndefined()
  const gzipped = await send('GET', '/v1/openapi.json', 'gzip')
  expect(gzipped.headers).toMatchObject({ vary: 'accept-encoding', 'content-encoding': 'gzip', 'content-length': String(gzipped.body.length) })
  expect(gunzipSync(gzipped.body)).toEqual(plain.body)
  const best = await send('GET', '/v1/openapi.json', 'gzip, br')
  expect(best.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(best.body)).toEqual(plain.body)
  expect(best.body.length).toBeLessThan(plain.body.length / 3)
})

test('a short answer, and one of a provider, come as they are', async () => {
  const short = await send('GET', '/v1/models', 'gzip, br')
  expect(short.headers['content-encoding']).toBeUndefined()
  rig.provider.behave({ do: 'answer', text: 'word '.repeat(1_000) })
  const relayed = await send('POST', '/v1/chat/completions', 'gzip, br', question)
  expect(relayed.body.length).toBeGreaterThan(1_024)
  expect(relayed.headers['content-encoding']).toBeUndefined()
})
