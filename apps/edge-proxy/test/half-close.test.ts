import { connect } from 'node:net'
import { beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { developerKey, question, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge()
})

function requestText(version: string, method: string, path: string, body = ''): string {
  const length = method === 'POST' ? [`content-length: ${body.length}`] : []
  return [`${method} ${path} HTTP/${version}`, 'host: x', `authorization: Bearer ${developerKey}`, ...length, '', body].join('\r\n')
}
const completion = (version: string, stream: boolean) => requestText(version, 'POST', '/v1/chat/completions', JSON.stringify({ ...question, stream }))

/** Sends a text and the end of all it will send, and waits for what is said until the other side closes too. */
function sayAll(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const socket = connect({ port: edge.service.port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.end(text))
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()))
    socket.on('end', () => resolve(said))
    socket.on('error', reject)
  })
}

test.each([
  ['1.1', false, 0],
  ['1.1', false, 150],
  ['1.1', true, 150],
  ['1.0', false, 150],
  ['1.0', true, 0],
])('a client of HTTP/%s that sends no more after its request has its answer (streamed: %s, after %i ms)', async (version, stream, delayMs) => {
  rig.provider.behave({ do: 'answer', text: 'whole', delayMs })
  const said = await sayAll(completion(version, stream))
  expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  expect(said.match(/HTTP\/1\.1/g)).toHaveLength(1)
  expect(said).toMatch(stream ? /whole[^]*\[DONE\]/ : /\r\n\r\n\{.*whole.*\}$/)
})

test('every one of several requests at once is answered, a refusal too', async () => {
  const said = await sayAll(requestText('1.1', 'GET', '/v1/models') + completion('1.1', false) + requestText('1.1', 'GET', '/v1/nothing'))
  expect([...said.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '200', '404'])
})

test.each([
  ['1.1', 1],
  ['1.1', 2],
  ['1.0', 1],
])('a client of HTTP/%s that has left ends the work at the provider, before a byte of the answer (requests at once: %i)', async (version, times) => {
  rig.provider.behave({ do: 'answer', delayMs: 60_000 })
  const before = rig.provider.requests.length
  const socket = connect(edge.service.port, '127.0.0.1', () => socket.write(completion(version, true).repeat(times)))
  const upstream = await waitUntil(() => rig.provider.requests[before])
  socket.destroy()
  await waitUntil(() => upstream.aborted)
  await waitUntil(async () => /^elder_edge_open_requests\S* 0$/m.test(await edge.metrics()))
})
