import type { Api, Usage } from './api.ts'
import { readUsage } from './usage.ts'

const marker = Buffer.from('"usage"')
// Without the leading quote: quotes are frequent in JSON, so a search for them is slower.
const word = Buffer.from('usage"')
const maxObjectLength = 4_096
const newline = 10
const quote = 34
const space = 32
const letterN = 110
const letterU = 117

/**
 * Finds the token counts in the chunks of a relayed answer, without buffering it. The last count wins, because providers send the totals at
 * the end; Anthropic sends the input count at the start. Text of the answer cannot match, because quotes inside of a JSON string are
 * escaped.
 */
export class UsageReader {
  readonly #api: Api
  #collecting: string | undefined
  #tail = ''
  #first: string | undefined
  #last: string | undefined

  constructor(api: Api) {
    this.#api = api
  }

  read(chunk: Buffer): void {
    // The first chunk of an Anthropic stream may contain the final counts as well.
    if (this.#api === 'messages' && this.#first === undefined && this.#collecting === undefined) this.#readFirst(chunk)
    const wasCollecting = this.#collecting !== undefined
    if (wasCollecting) {
      this.#collect(chunk.toString('latin1', 0, maxObjectLength))
      if (this.#collecting !== undefined) return
    }
    const at = lastCount(chunk)
    if (at >= 0) return this.#collect(chunk.toString('latin1', at + marker.length, at + maxObjectLength))
    // The marker itself may be split over two chunks.
    if (this.#tail !== '' && !wasCollecting) {
      const split = (this.#tail + chunk.toString('latin1', 0, marker.length - 1)).indexOf('"usage"')
      if (split >= 0) return this.#collect(chunk.toString('latin1', split + marker.length - this.#tail.length, maxObjectLength))
    }
    // The marker contains no line break.
    if (chunk[chunk.length - 1] === newline) this.#tail = ''
    else this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - marker.length + 1))).slice(1 - marker.length)
  }

  /** The counts, after the end of the answer. */
  get usage(): Usage | undefined {
    const last = parsed(this.#last)
    const first = this.#first === this.#last ? undefined : parsed(this.#first)
    const usage = readUsage(this.#api, first ? { ...first, ...known(last) } : last)
    if (!usage) return undefined
    const { inputTokens, outputTokens, cachedTokens, cacheWriteTokens } = usage
    return { inputTokens, outputTokens, cachedTokens, cacheWriteTokens }
  }

  #readFirst(chunk: Buffer): void {
    const text = this.#tail + chunk.toString('latin1', 0, maxObjectLength)
    const at = text.indexOf('"usage"')
    if (at < 0) return
    const object = leadingObject(text.slice(at + marker.length))
    if (object !== 'open' && object !== 'none') this.#first = object
  }

  #collect(text: string): void {
    const collected = (this.#collecting ?? '') + text
    const object = leadingObject(collected)
    this.#collecting = undefined
    this.#tail = collected.slice(1 - marker.length)
    if (object === 'open' && collected.length < maxObjectLength) this.#collecting = collected
    // A tool may have an argument named usage.
    else if (object !== 'open' && object !== 'none' && object.includes('tokens"')) {
      this.#first ??= object
      this.#last = object
    }
  }
}

// Most events have `"usage": null`. Works on bytes, to avoid creating a string for each chunk.
function lastCount(chunk: Buffer): number {
  if (chunk.length <= maxObjectLength) return lastCountOfEvent(chunk)
  let at = chunk.lastIndexOf(marker)
  while (at >= 0 && isNull(chunk, at + marker.length)) at = at === 0 ? -1 : chunk.lastIndexOf(marker, at - 1)
  return at
}

// In a short chunk, searching forwards is several times faster.
function lastCountOfEvent(chunk: Buffer): number {
  let last = -1
  for (let at = chunk.indexOf(word); at >= 0; at = chunk.indexOf(word, at + word.length)) {
    if (chunk[at - 1] === quote && !isNull(chunk, at + word.length)) last = at - 1
  }
  return last
}

function isNull(chunk: Buffer, colon: number): boolean {
  const value = chunk[colon + 1] === space ? colon + 2 : colon + 1
  return chunk[value] === letterN && chunk[value + 1] === letterU
}

/** The object after `"usage":`; 'open' while it is incomplete, 'none' if the value is null or something else. */
function leadingObject(text: string): string {
  const [before] = /^\s*:?\s*/.exec(text) ?? ['']
  if (before.length === text.length) return 'open'
  if (text[before.length] !== '{') return 'none'
  let depth = 0
  for (let at = before.length; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return text.slice(before.length, at + 1)
  }
  return 'open'
}

function parsed(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

// Later counts may omit what has not changed.
function known(counts: Record<string, unknown> | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(counts ?? {}).filter(([, value]) => value !== null))
}
