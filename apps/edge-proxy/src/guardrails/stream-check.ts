import { ServiceError } from '@elder/errors'
import type { AnswerTap } from '../generation/answer-tap.ts'
import { wordsOfAnswer, type Words } from './answer-words.ts'
import { longestMatch, type Patterns } from './patterns.ts'

/** The last characters are held back until it is known what follows them: no part of a denied text up to this length is sent. */
export const heldBack = 128
// Searched in portions, because a search costs about the same for one more character as for sixty.
const portion = 64

/** The maximum held of a stream that has no text to check, or never ends its event. */
const maxHeldBytes = 16 * 1024 * 1024

interface Event {
  readonly bytes: Buffer
  readonly channels: readonly string[]
  /** The number of characters of the whole answer up to its end. */
  readonly position: number
}

interface Channel {
  text: string
  /** The position in the whole answer at which its last text ends. */
  position: number
  isDirty: boolean
}

/**
 * Passes a stream on in whole events, delayed by a bounded number of characters. The next characters may undo a match (`\bcat\b` in
 * "category"): a pattern counts as matched if it matches with either a letter or a space following, and at the end with nothing following.
 */
export class StreamCheck implements AnswerTap {
  readonly #patterns: Patterns
  readonly #deny: (text: string) => never
  readonly #channels = new Map<string, Channel>()
  #rest: Buffer | undefined
  #events: Event[] = []
  #position = 0
  #checked = 0
  #heldBytes = 0

  constructor(patterns: Patterns, deny: (text: string) => never) {
    this.#patterns = patterns
    this.#deny = deny
  }

  take(chunk: Buffer): Buffer | undefined {
    this.#heldBytes += chunk.length
    if (this.#heldBytes > maxHeldBytes) throw new ServiceError('unavailable', `the model's stream has ${maxHeldBytes} bytes without an end that could be checked as your policies ask`, { reason: 'ANSWER_UNREADABLE' })
    const joined = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk
    let from = 0
    for (let end = endOfEvent(joined, 0); end > 0; end = endOfEvent(joined, from)) {
      this.#add(joined.subarray(from, end))
      from = end
    }
    this.#rest = from < joined.length ? Buffer.from(joined.subarray(from)) : undefined
    if (this.#position - this.#checked < portion) return undefined
    this.#check()
    return this.#release(this.#position - heldBack)
  }

  end(): Buffer | undefined {
    if (this.#rest) this.#add(this.#rest)
    this.#rest = undefined
    for (const { text } of this.#channels.values()) if (this.#patterns.test(text)) this.#deny(text)
    return this.#release(this.#position)
  }

  #add(bytes: Buffer): void {
    const words = wordsOfEvent(bytes.toString('utf8'))
    for (const { channel: name, text } of words) {
      const channel = this.#channelOf(name)
      channel.text += text
      channel.isDirty = true
      this.#position += text.length
      channel.position = this.#position
    }
    // Copied, because a slice would keep the whole read buffer in memory.
    this.#events.push({ bytes: Buffer.from(bytes), channels: words.map(({ channel }) => channel), position: this.#position })
  }

  #channelOf(name: string): Channel {
    let channel = this.#channels.get(name)
    if (!channel) this.#channels.set(name, (channel = { text: '', position: 0, isDirty: false }))
    return channel
  }

  #check(): void {
    for (const channel of this.#channels.values()) {
      if (!channel.isDirty) continue
      if (this.#patterns.test(`${channel.text}a`) && this.#patterns.test(`${channel.text} `)) this.#deny(channel.text)
      channel.isDirty = false
      if (channel.text.length > longestMatch) channel.text = channel.text.slice(-longestMatch)
    }
    this.#checked = this.#position
  }

  #release(upTo: number): Buffer | undefined {
    let count = 0
    for (const event of this.#events) {
      if (event.position > upTo) break
      this.#settle(event)
      count++
    }
    if (count === 0) return undefined
    const released = Buffer.concat(this.#events.splice(0, count).map(({ bytes }) => bytes))
    this.#heldBytes -= released.length
    return released
  }

  // No more text follows in this channel, so it is judged without a following character.
  #settle({ channels, position }: Event): void {
    for (const name of channels) {
      const channel = this.#channels.get(name)
      if (channel && channel.position <= position && this.#patterns.test(channel.text)) this.#deny(channel.text)
    }
  }
}

const newline = 10
const carriageReturn = 13

/** The position after the blank line that ends the event which begins at `from`; 0 if it is incomplete. */
function endOfEvent(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(newline, from); at >= 0; at = bytes.indexOf(newline, at + 1)) {
    const next = bytes[at + 1]
    if (next === newline) return at + 2
    if (next === carriageReturn && bytes[at + 2] === newline) return at + 3
  }
  return 0
}

function wordsOfEvent(event: string): Words[] {
  const data = event
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length))
    .join('\n')
  if (data === '' || data.trim() === '[DONE]') return []
  try {
    return wordsOfAnswer(JSON.parse(data))
  } catch {
    // A client that displays it displays it unchanged.
    return [{ channel: '', text: data }]
  }
}
