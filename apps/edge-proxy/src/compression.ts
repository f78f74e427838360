import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

// Compressing smaller answers would not pay.
const minBytes = 1_024

const compress = { gzip: promisify(gzip), br: promisify(brotliCompress) }
// Brotli's default quality would take tens of milliseconds.
const options = { gzip: { level: 6 }, br: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } } }

export interface Encoded {
  readonly body: string | Buffer
  readonly headers: Record<string, string>
}

/** Compresses one of our own answers if its client accepts that. Providers' answers are never compressed, because that would delay them. */
export async function encodeFor(request: IncomingMessage, text: string): Promise<Encoded> {
  if (text.length < minBytes) return { body: text, headers: {} }
  const coding = codingOf(request.headers['accept-encoding'])
  // Shared caches must know that the answer depends on this header.
  if (coding === undefined) return { body: text, headers: { vary: 'accept-encoding' } }
  const body = await (coding === 'br' ? compress.br(text, options.br) : compress.gzip(text, options.gzip))
  return { body, headers: { vary: 'accept-encoding', 'content-encoding': coding } }
}

/** The best coding that the client accepts with a weight above 0. */
export function codingOf(accepted: string | string[] | undefined): 'br' | 'gzip' | undefined {
  const named = new Map<string, number>()
  for (const part of String(accepted ?? '').split(',', 20)) {
    const [name = '', ...parameters] = part.split(';', 4).map((each) => each.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    named.set(name, weight === undefined ? 1 : Number(weight.slice(2)))
  }
  return (['br', 'gzip'] as const).find((coding) => (named.get(coding) ?? 0) > 0)
}
