/** A fake provider of minimal cost. The model in the request selects how it answers: bench, bench-20ms, bench-paced, bench-idle. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const whole = JSON.stringify({ id: 'c', object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: 'x'.repeat(600) }, finish_reason: 'stop' }], usage: { prompt_tokens: 100, completion_tokens: 150, total_tokens: 250 } })
const chunk = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }], usage: null })}\n\n`
const last = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [], usage: { prompt_tokens: 100, completion_tokens: 150, total_tokens: 250 } })}\n\ndata: [DONE]\n\n`
const chunks = 40
const paceMs = 10

const answerWhole = (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) }).end(whole)

// Paced by the clock: counting timer ticks would accumulate their lateness over the stream.
function answerPaced(response: ServerResponse): void {
  const beganAt = performance.now()
  let sent = 1
  const timer = setInterval(() => {
    const due = Math.min(chunks, 1 + Math.round((performance.now() - beganAt) / paceMs))
    while (sent < due && ++sent < chunks) response.write(chunk)
    if (sent < chunks) return
    clearInterval(timer)
    response.end(last)
  }, paceMs)
  response.on('close', () => clearInterval(timer))
}

function answerStream(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(chunk)
  if (body.includes('"bench-idle"')) return
  if (body.includes('"bench-paced"')) return answerPaced(response)
  for (let sent = 1; sent < chunks; sent++) response.write(chunk)
  response.end(last)
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const body = Buffer.concat(parts)
    if (body.includes('"stream":true')) answerStream(response, body)
    else if (body.includes('"bench-20ms"')) setTimeout(answerWhole, 20, response)
    else answerWhole(response)
  })
})
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', 4_096, () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.once('disconnect', () => process.exit())
