import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { answerWell, begin, chunk, chunked, head, type Asked } from './provider.ts'

/** What a client of this provider alone gets: an error in place of an answer, an error after the first words of a stream, or the whole answer. */
export type Outcome = { readonly refused: number; readonly code: string; readonly retryAfter?: string } | { readonly broken: string } | 'answered'

export interface Misbehaviour {
  readonly says: (asked: Asked) => void
  /** Of an answer in one piece, and of a stream; undefined where that form cannot misbehave so. */
  readonly whole?: Outcome
  readonly stream?: Outcome
  /** Nothing may follow on this connection: the edge has to close it. */
  readonly isLast: boolean
  /** It is given up by the clock. */
  readonly isSlow?: true
  /** Long: asked for without translation only, and of one provider alone. */
  readonly isCostly?: true
  /** What the edge may take of it, where it never ends. */
  readonly atMostBytes?: number
}

const MiB = 1024 * 1024

const garbage: Outcome = { refused: 502, code: 'provider_garbage' }
const hungUp: Outcome = { refused: 502, code: 'provider_broken' }
const late: Outcome = { refused: 504, code: 'provider_timeout' }

/** Before its first byte: the client gets a status, and a second provider may answer. */
const refuses = (says: Misbehaviour['says'], outcome: Outcome, more: Partial<Misbehaviour> = {}): Misbehaviour => ({ says, whole: outcome, stream: outcome, isLast: true, ...more })
/** In the middle: as before for an answer in one piece, an error event for a stream. */
const breaks = (says: Misbehaviour['says'], outcome: Outcome & { code: string }, more: Partial<Misbehaviour> = {}): Misbehaviour => ({ says, whole: outcome, stream: { broken: outcome.code }, isLast: true, ...more })
/** Strange, but whole. */
const answers = (says: Misbehaviour['says'], more: Partial<Misbehaviour> = {}): Misbehaviour => ({ says, whole: 'answered', stream: 'answered', isLast: false, ...more })

const status = (line: string, body: string, ...headers: string[]) => [`HTTP/1.1 ${line}`, ...headers, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n')
const good = (asked: Asked) => `${begin(asked)}${chunk(asked.rest)}0\r\n\r\n`
const page = '<!doctype html><title>Sign in</title><h1>Please sign in to the network</h1>'
const json = 'content-type: application/json'
const limited = JSON.stringify({ error: { message: 'slow down', type: 'requests', code: 'rate_limit_exceeded' } })
const limitedByAnthropic = JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } })
const limit = ({ wire }: Asked) => (wire === 'messages' ? limitedByAnthropic : limited)

/** Writes the same again and again for as long as it is taken, a piece in a turn, so that the others of this process get theirs. */
function pour(socket: Socket, first: string, piece: string): void {
  const bytes = Buffer.from(piece.repeat(Math.ceil(64_000 / piece.length)), 'latin1')
  const more = () => {
    if (!socket.destroyed) socket.write(bytes, () => setImmediate(more))
  }
  socket.write(first)
  more()
}

/** Writes three bytes at a time, each three in a turn of their own. */
function drip(socket: Socket, text: string): void {
  const bytes = Buffer.from(text)
  const next = (at: number) => {
    if (at < bytes.length && !socket.destroyed) socket.write(bytes.subarray(at, at + 3), () => setImmediate(next, at + 3))
  }
  socket.setNoDelay()
  next(0)
}

const filler = `x-filler: ${'x'.repeat(2_000)}\r\n`
const lengthened = (document: string) => document.replace(/\}\s*$/, `,"filler":"${'x'.repeat(10_000)}"}`)
const bomb = gzipSync(Buffer.alloc(8 * MiB))

export const misbehaviours: Readonly<Record<string, Misbehaviour>> = {
  'speaks no HTTP': refuses(({ socket }) => void socket.write('SSH-2.0-OpenSSH_9.6\r\n'), garbage),
  'sends JSON without a head': refuses(({ socket, begun, rest }) => void socket.write(begun + rest), garbage),
  'sends headers without end': refuses(({ socket }) => pour(socket, 'HTTP/1.1 200 OK\r\n', filler), garbage, { atMostBytes: 4 * MiB }),
  'sends one header without end': refuses(({ socket }) => pour(socket, 'HTTP/1.1 200 OK\r\nx-filler: ', 'x'), garbage, { atMostBytes: 4 * MiB }),
  'sends interim answers without end': refuses(({ socket }) => pour(socket, '', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'), garbage, { atMostBytes: 4 * MiB }),
  'names two lengths': refuses((asked) => void asked.socket.write(head(asked, 'content-length: 5', 'content-length: 6') + asked.begun), hungUp),
  'names a length and chunks': refuses((asked) => void asked.socket.write(head(asked, 'content-length: 5', chunked) + chunk(asked.begun)), hungUp),
  'has a line break in a header': refuses((asked) => void asked.socket.write(head(asked, 'x-odd: a\u0000b') + asked.begun), garbage),
  'switches protocols': refuses(({ socket }) => void socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'), hungUp),
  'redirects': refuses(({ socket }) => void socket.write(status('302 Found', '', 'location: http://127.0.0.1:9/')), garbage, { isLast: false }),
  'has no content': refuses(({ socket }) => void socket.write('HTTP/1.1 204 No Content\r\n\r\n'), garbage, { isLast: false }),
  'sends a web page': refuses(({ socket }) => void socket.write(status('200 OK', page, 'content-type: text/html')), garbage, { isLast: false }),
  'calls a web page an answer': refuses((asked) => void asked.socket.write(head(asked, `content-length: ${page.length}`) + page), garbage, { isLast: false }),
  'sends a web page with 404': refuses(({ socket }) => void socket.write(status('404 Not Found', page, 'content-type: text/html')), garbage, { isLast: false }),
  'sends a web page with 502': refuses(({ socket }) => void socket.write(status('502 Bad Gateway', page, 'content-type: text/html')), hungUp, { isLast: false }),
  'names no type': refuses(({ socket, begun, rest }) => void socket.write(status('200 OK', begun + rest)), garbage, { isLast: false }),
  'names another type': refuses(({ socket, begun, rest }) => void socket.write(status('200 OK', begun + rest, 'content-type: application/octet-stream')), garbage, { isLast: false }),
  'answers with nothing': { ...refuses((asked) => void asked.socket.write(head(asked, 'content-length: 0')), garbage, { isLast: false }), stream: hungUp },
  'tells a failure under 200': refuses(({ socket, type, failure }) => void socket.write(status('200 OK', failure, `content-type: ${type}`)), hungUp, { isLast: false }),
  'tells a failure of a stream in one piece under 200': { ...refuses(({ socket, failure }) => void socket.write(status('200 OK', /\{.*\}/.exec(failure)?.[0] ?? '', json)), hungUp, { isLast: false }) },
  'sends a bomb of gzip': refuses((asked) => pour(asked.socket, head(asked, 'content-encoding: gzip', chunked), `${bomb.length.toString(16)}\r\n${bomb.toString('latin1')}\r\n`), garbage, { atMostBytes: 4 * MiB }),
  'sends chunk extensions without end': refuses((asked) => pour(asked.socket, `${head(asked, chunked)}1`, `;x=yyyyyyyy`), late, { isSlow: true, isCostly: true }),
  'announces a chunk of a terabyte': refuses((asked) => void asked.socket.write(`${head(asked, chunked)}fffffffffff\r\n`), late, { isSlow: true }),
  'announces a chunk in no number': refuses((asked) => void asked.socket.write(`${head(asked, chunked)}zz\r\n`), garbage),
  'never begins': refuses(() => {}, late, { isSlow: true }),
  'stops in its head': refuses(({ socket }) => void socket.write('HTTP/1.1 200 OK\r\ncontent-ty'), late, { isSlow: true }),
  'stops after its head': refuses((asked) => void asked.socket.write(head(asked, chunked)), late, { isSlow: true }),
  'sends comments without end': { says: (asked) => pour(asked.socket, head(asked, chunked), chunk(`: ${'x'.repeat(1_000)}\n\n`.repeat(60))), stream: garbage, isLast: true, atMostBytes: 16 * MiB },
  'closes its side without an answer': refuses(({ socket }) => void socket.end(), hungUp),
  'closes its side in its head': refuses(({ socket }) => void socket.end('HTTP/1.1 200 OK\r\ncontent-ty'), hungUp),
  'closes its side after its head': refuses((asked) => void asked.socket.end(head(asked, chunked)), hungUp),
  'resets without an answer': refuses(({ socket }) => void socket.resetAndDestroy(), hungUp),
  'limits the rate and says until when': refuses((asked) => void asked.socket.write(status('429 Too Many Requests', limit(asked), json, 'retry-after: 7')), { refused: 429, code: 'rate_limit_exceeded', retryAfter: '7' }, { isLast: false }),
  'limits the rate': refuses((asked) => void asked.socket.write(status('429 Too Many Requests', limit(asked), json)), { refused: 429, code: 'rate_limit_exceeded', retryAfter: '1' }, { isLast: false }),
  'limits the rate with a web page': refuses(({ socket }) => void socket.write(status('429 Too Many Requests', page, 'content-type: text/html', 'retry-after: 7')), { refused: 429, code: 'rate_limit_exceeded', retryAfter: '7' }, { isLast: false }),
  'is busy': refuses(({ socket }) => void socket.write(status('529 Overloaded', '', 'retry-after: 9')), { refused: 503, code: 'provider_busy', retryAfter: '9' }, { isLast: false }),
  'refuses without end': refuses(({ socket }) => pour(socket, `HTTP/1.1 500 Broken\r\n${json}\r\n${chunked}\r\n\r\n`, chunk('x'.repeat(64_000))), hungUp, { atMostBytes: 16 * MiB }),
  'stops in the middle': breaks((asked) => void asked.socket.write(begin(asked)), { refused: 504, code: 'provider_timeout' }, { isSlow: true }),
  'closes its side in the middle': breaks((asked) => void asked.socket.end(begin(asked)), { refused: 502, code: 'provider_broken' }),
  'resets in the middle': breaks((asked) => void asked.socket.write(begin(asked), () => setImmediate(() => asked.socket.resetAndDestroy())), { refused: 502, code: 'provider_broken' }),
  'closes its side before the length it named': breaks((asked) => void asked.socket.end(head(asked, 'content-length: 1000000') + asked.begun), { refused: 502, code: 'provider_broken' }),
  'closes its side where only that tells the end': { ...breaks((asked) => void asked.socket.end(head(asked, 'connection: close') + asked.begun), { refused: 502, code: 'provider_broken' }), whole: garbage },
  'names too short a length': { ...breaks((asked) => void asked.socket.write(head(asked, `content-length: ${Buffer.byteLength(asked.begun)}`) + asked.begun + asked.rest), { refused: 502, code: 'provider_broken' }), whole: garbage },
  'ends its chunks in the middle': { ...breaks((asked) => void asked.socket.write(`${begin(asked)}0\r\n\r\n`), { refused: 502, code: 'provider_broken' }, { isLast: false }), whole: garbage },
  'ends within a character': { ...breaks(({ socket, ...asked }) => void socket.end(Buffer.concat([Buffer.from(head(asked) + asked.begun + asked.rest.slice(0, asked.rest.indexOf('🙂'))), Buffer.from('🙂').subarray(0, 2)])), { refused: 502, code: 'provider_broken' }), whole: garbage },
  'announces a chunk in no number in the middle': breaks((asked) => void asked.socket.write(`${begin(asked)}zz\r\n`), { refused: 502, code: 'provider_garbage' }),
  'tells a failure in the middle': { says: (asked) => void asked.socket.write(`${begin(asked)}${chunk(asked.failure)}0\r\n\r\n`), stream: { broken: 'provider_broken' }, isLast: false },
  'sends a line without end': { says: (asked) => pour(asked.socket, `${begin(asked)}${chunk('data: ')}`, chunk('x'.repeat(64_000))), stream: { broken: 'provider_garbage' }, isLast: true, isCostly: true, atMostBytes: 64 * MiB },
  'sends several documents': { says: ({ socket, begun, rest }) => void socket.write(status('200 OK', `${begun}${rest}\n${begun}${rest}`, json)), whole: garbage, isLast: false },
  'sends several long documents': { says: ({ socket, begun, rest }) => void socket.write(status('200 OK', `${lengthened(begun + rest)}\n${lengthened(begun + rest)}`, json)), whole: garbage, isLast: false },
  'adds a failure to half an answer': { says: ({ socket, begun }) => void socket.write(status('200 OK', `${begun}{"error": {"message": "out of memory"}}`, json)), whole: garbage, isLast: false },
  'ends in the middle behind a brace': { says: ({ socket, begun, rest }) => void socket.write(status('200 OK', (begun + rest).replace(/\}\s*$/, '').replace(/[^}]*$/, ''), json)), whole: garbage, isLast: false },
  'sends more than one answer': answers((asked) => void asked.socket.write(good(asked) + status('200 OK', '{"choices":[]}', json)), { isLast: true }),
  'adds trailers': answers((asked) => answerWell(asked, 'x-checksum: 1\r\n')),
  'sends a few bytes at a time': answers((asked) => drip(asked.socket, good(asked))),
  'hints before it answers': answers((asked) => void asked.socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${good(asked)}`)),
  'ends where it closes its side': answers((asked) => void asked.socket.end(head(asked, 'connection: close') + asked.begun + asked.rest), { isLast: true }),
  'closes its side and stays': answers((asked) => void asked.socket.end(good(asked)), { isLast: true }),
  'says much in its last event': { says: (asked) => void asked.socket.write(`${begin(asked)}${chunk(asked.rest.replace(/\}(\n\n(?:data: \[DONE\]\n\n)?)$/, `,"filler":"${'data: x'.repeat(40_000)}"}$1`))}0\r\n\r\n`), stream: 'answered', isLast: false },
  'ends its lines as others do': { says: ({ type, begun, rest, socket }) => void socket.write(status('200 OK', (begun + rest).replaceAll('\n', '\r\n'), `content-type: ${type}; charset="UTF-8"`)), stream: 'answered', isLast: false },
}
