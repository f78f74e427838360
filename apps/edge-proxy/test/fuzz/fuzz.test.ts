import { writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { developerKey, question, startRig, type Edge, type Rig } from '../rig.ts'
import { makeAnswer } from './answers.ts'
import type { Format } from './events.ts'
import { inPieces, randomFrom } from './random.ts'
import { makeRequest } from './requests.ts'

// The same every time. Another seed, and more of it: ELDER_FUZZ_SEED, ELDER_FUZZ_CASES.
const seed = Number(process.env.ELDER_FUZZ_SEED ?? 1)
const cases = Number(process.env.ELDER_FUZZ_CASES ?? 600)
const together = 20
const answerWithinMs = 20_000

let rig: Rig
let edge: Edge
let odd: Edge
const provider = createServer()
const open = new Set<Socket>()
beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  provider.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
  })
  rig = await startRig()
  rig.provider.behave({ do: 'answer' })
  const unlimited = { HEADERS_TIMEOUT_MS: '400', REQUESTS_PER_MINUTE: '1000000', IDLE_TIMEOUT_MS: '1000', FIRST_BYTE_TIMEOUT_MS: '1000', WHOLE_ANSWER_TIMEOUT_MS: '1000', BODY_LIMIT_BYTES: '1048576' }
  edge = await rig.startEdge(unlimited)
  const file = `${rig.folder}/fuzzed.json`
  const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`
  // Each speaks one format only: every other one is translated.
  const speakers = [{ name: 'chat', apis: ['chat'] }, { name: 'responses', apis: ['responses'] }, { name: 'messages', dialect: 'anthropic' }]
  writeFileSync(file, JSON.stringify(speakers.map((speaker) => ({ ...speaker, baseUrl, models: [speaker.name] }))))
  odd = await rig.startEdge({ ...unlimited, PROVIDERS_FILE: file })
})
afterAll(() => {
  for (const socket of open) socket.destroy()
  provider.close()
})

/** Works through numbered cases, some at a time, and names the one that failed. */
async function each(work: (number: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let number = next++; number < cases; number = next++) {
      await work(number).catch((error: unknown) => {
        throw new Error(`case ${number} of seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
      })
    }
  }
  await Promise.all(Array.from({ length: together }, worker))
}

function before<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(`${what} did not come to an end`)), answerWithinMs)))
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

// A last request, after which the door closes the connection.
const farewell = 'GET /v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'

/** Says the bytes on a connection of their own, and listens until the door closes it. */
function say(pieces: readonly Buffer[]): Promise<Heard[]> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(edge.service.port, '127.0.0.1', () => {
      for (const piece of pieces) socket.write(piece)
    })
    // Until it is heard: a body that was cut short takes what follows for its rest.
    const farewells = setInterval(() => socket.write(farewell), 100)
    socket.on('error', () => {}).on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
    socket.on('close', () => {
      clearInterval(farewells)
      resolve(answersIn(heard))
    })
  })
}

interface Heard {
  readonly status: number
  readonly id: string | undefined
  readonly body: string
}

/** The answers in what was heard, one after the other, as a strict reader takes them apart. */
function answersIn(text: string): Heard[] {
  const answers: Heard[] = []
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\r\n\r\n', at)
    const head = text.slice(at, end)
    if (end < 0) break
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? Number.NaN)
    const length = status === 100 || status === 202 ? 0 : lengthOf(head, text, end + 4)
    const next = end + 4 + (length ?? text.length)
    answers.push({ status, id: /^x-request-id: (\S+)/im.exec(head)?.[1], body: text.slice(end + 4, next) })
    at = next
  }
  return answers
}

/** Of a body that begins at a place; undefined while its end has not come. */
function lengthOf(head: string, text: string, from: number): number | undefined {
  const told = /^content-length: (\d+)/im.exec(head)?.[1]
  if (told !== undefined) return Number(told)
  const end = text.indexOf('\r\n0\r\n\r\n', from - 2)
  return end < 0 ? undefined : end + 7 - from
}

const offered = new Set([100, 200, 202, 400, 401, 403, 404, 405, 406, 408, 409, 411, 413, 414, 415, 417, 426, 429, 431, 501, 502, 503, 504])

function requireSound({ status, id, body }: Heard): void {
  if (!offered.has(status)) throw new Error(`answered ${status}: ${body.slice(0, 300)}`)
  if (status === 100) return
  if (id === undefined) throw new Error(`answered ${status} without an id: ${body.slice(0, 300)}`)
  if (status < 400) return
  if (body === '') return
  const error = JSON.parse(body) as { error?: { message?: string }; detail?: string }
  if (!(error.error?.message ?? error.detail)) throw new Error(`answered ${status} in no known shape: ${body.slice(0, 300)}`)
}

async function requireAtRest(one: Edge): Promise<void> {
  // Whoever asks is under way itself.
  await waitUntil(async () => /^elder_edge_open_requests\S* 0$/m.test(await one.metrics()), { message: 'no request to be under way' })
}

test('whatever a client says, it gets an answer of ours or a closed door, and every answer is on record once', async () => {
  const ids: string[] = []
  await each(async (number) => {
    const random = randomFrom(seed * 1_000_003 + number)
    const requests = Array.from({ length: 1 + random.below(3) }, () => makeRequest(developerKey, random))
    const answers = await before(say(inPieces(Buffer.concat(requests), random)), 'the connection')
    for (const answer of answers) requireSound(answer)
    ids.push(...answers.flatMap(({ id }) => id ?? []))
  })
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBeGreaterThan(cases)
  const facts = await rig.settledFacts(edge, ids)
  expect(facts.length).toBe(ids.length)
  expect((await edge.complete(question)).status).toBe(200)
  await requireAtRest(edge)
})

const formats: readonly Format[] = ['chat', 'messages', 'responses']
const answerSeed = (number: number) => randomFrom(seed * 1_000_033 + number)

/** What a client of each api asks, in a word that the provider finds again. */
const asking: Readonly<Record<Format | 'completions', (word: string) => readonly [path: string, more: object]>> = {
  chat: (word) => ['chat/completions', { messages: [{ role: 'user', content: word }], stream_options: { include_usage: true } }],
  messages: (word) => ['messages', { max_tokens: 5, messages: [{ role: 'user', content: word }] }],
  responses: (word) => ['responses', { input: word }],
  completions: (word) => ['completions', { prompt: word }],
}
const apis = Object.keys(asking) as (keyof typeof asking)[]

const lastOf = { chat: /\[DONE\]|"error"/, completions: /\[DONE\]|"error"/, messages: /message_stop|"error"/, responses: /"response\.(?:completed|incomplete|failed)"|"error"/ }
const firstOf = { chat: '"role":"assistant"', completions: '"text_completion"', messages: '"message_start"', responses: '"response.created"' }

/** A stream begins with its first event, once, and ends with its last or an error. */
function requireEnds(api: keyof typeof asking, text: string): void {
  const said = text.split(/\r?\n/).filter((line) => line.startsWith('data:'))
  if (!lastOf[api].test(said.at(-1) ?? '')) throw new Error(`a stream of ${api} without an end: …${text.slice(-300)}`)
  if (!said[0]?.includes(firstOf[api]) && !said[0]?.includes('"error"') && api !== 'completions') throw new Error(`a stream of ${api} that begins in the middle: ${text.slice(0, 300)}`)
}

test('whatever a provider says, the client gets a whole answer, a stream with an end, or an error that says who failed', async () => {
  // A connection is one case: its number comes with the request.
  provider.on('connection', (socket: Socket) => {
    let asked = ''
    socket.on('data', (chunk: Buffer) => {
      asked += chunk.toString('latin1')
      const [, number, format] = /case (\d+) of (chat|messages|responses)/.exec(asked) ?? []
      if (number === undefined) return
      asked = ''
      const random = answerSeed(Number(number))
      for (const piece of inPieces(makeAnswer(format as Format, random), random)) socket.write(piece)
      if (random.chance(0.5)) socket.end()
      else if (random.chance(0.2)) socket.resetAndDestroy()
    })
  })
  await each(async (number) => {
    const random = answerSeed(number)
    const stream = random.chance(0.7)
    const api = apis[number % apis.length] as keyof typeof asking
    const format = formats[Math.floor(number / apis.length) % formats.length] as Format
    const [path, more] = asking[api](`case ${number} of ${format}`)
    const sent = fetch(`${odd.url}/v1/${path}`, { method: 'POST', headers: { authorization: `Bearer ${developerKey}` }, body: JSON.stringify({ model: format, stream, ...more }) })
    const { status, text } = await before(sent.then(async (response) => ({ status: response.status, text: await response.text() })), 'the answer')
    if (!offered.has(status)) throw new Error(`${api} from ${format} answered ${status}: ${text.slice(0, 300)}`)
    if (status >= 400 && !(JSON.parse(text) as { error?: { message?: string } }).error?.message) throw new Error(`answered ${status} in no known shape: ${text.slice(0, 300)}`)
    const isTranslated = api !== format
    if (status === 200 && isTranslated && stream) requireEnds(api, text)
    if (status === 200 && isTranslated && !stream) JSON.parse(text)
  })
  await requireAtRest(odd)
  expect((await odd.send('GET', '/v1/health')).status).toBe(200)
})
