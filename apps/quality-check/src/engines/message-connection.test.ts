import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { connectMessages } from './message-connection.ts'

function connect() {
  const from = new PassThrough()
  const to = new PassThrough()
  const told: unknown[] = []
  let breaks = 0
  const connection = connectMessages(from, to, { notified: (method, params) => told.push([method, params]), broken: () => breaks++ })
  return { from, connection, told, breaks: () => breaks, said: () => String(to.read() ?? '') }
}

const framed = (content: string) => Buffer.from(`Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`)
const notification = (text: string) => framed(JSON.stringify({ jsonrpc: '2.0', method: 'told', params: { text } }))
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a message is whole however its bytes come', async () => {
  const { from, told } = connect()
  const bytes = Buffer.concat([notification('é 😀'), Buffer.from('Content-Type: x\r\n'), notification('two\r\n\r\nlines')])
  for (const byte of bytes) from.write(Buffer.of(byte))
  await turn()
  from.write(Buffer.concat([notification('three'), notification('four').subarray(0, 30)]))
  await turn()
  from.write(notification('four').subarray(30))
  await turn()
  expect(told).toEqual(['é 😀', 'two\r\n\r\nlines', 'three', 'four'].map((text) => ['told', { text }]))
})

test('requests get their own answers, an error that is null is none', async () => {
  const { from, connection } = connect()
  const asked = Promise.allSettled(['a', 'b', 'c'].map((method) => connection.request(method, {})))
  from.write(framed('{"jsonrpc":"2.0","id":2,"result":"two","error":null}'))
  from.write(framed('{"jsonrpc":"2.0","id":3,"error":{"code":-1,"message":"no such thing"}}'))
  from.write(framed('{"jsonrpc":"2.0","id":1,"result":"one"}'))
  expect(await asked).toMatchObject([{ value: 'one' }, { value: 'two' }, { reason: { message: 'no such thing' } }])
})

test('what waits for an answer is told when the connection closes', async () => {
  const { connection } = connect()
  const asked = connection.request('a', {})
  connection.close()
  await expect(asked).rejects.toThrow('the connection is closed')
})

test.each(['Content-Length: 7\r\n\r\n{"jsonrpc":"2.0"}', 'Content-Size: 2\r\n\r\n{}', 'x'.repeat(5_000), 'Content-Length: 4\r\n\r\nnull'])('what is no message ends the talk once: %.30s', async (noise) => {
  const { from, told, breaks } = connect()
  from.write(noise)
  await turn()
  from.write(notification('late'))
  await turn()
  expect([told, breaks()]).toEqual([[], 1])
})

test('a stream that fails ends the talk, and not the process', async () => {
  const { from, breaks } = connect()
  from.destroy(new Error('reset'))
  await turn()
  expect(breaks()).toBe(1)
})

test('what can wait travels with the next message, and what the program asks is refused', async () => {
  const { from, connection, said } = connect()
  connection.notify('closed', {}, true)
  await turn()
  expect(said()).toBe('')
  from.write(framed('{"jsonrpc":"2.0","id":"q","method":"workspace/configuration"}'))
  await turn()
  expect(said()).toMatch(/^Content-Length: \d+\r\n\r\n\{[^}]*"method":"closed".*"id":"q","error":\{"code":-32601/s)
})
