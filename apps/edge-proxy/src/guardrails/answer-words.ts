import { isObject } from '@elder/dialects'

/** A text of an answer, or of one event of a streamed answer. */
export interface Words {
  /** Equal for pieces that the client concatenates. */
  readonly channel: string
  readonly text: string
}

/** Fields that contain text in an answer or event of any format. */
const roots = ['choices', 'output', 'content', 'delta', 'content_block', 'message', 'text', 'arguments', 'refusal', 'item', 'part', 'response']
/** Fields with the formats' own constants, and fields that repeat the text token by token. */
const skipped: ReadonlySet<string> = new Set(['role', 'type', 'id', 'object', 'model', 'status', 'call_id', 'item_id', 'finish_reason', 'stop_reason', 'logprobs', 'usage', 'signature', 'encrypted_content', 'instructions', 'tools', 'metadata'])
const deepest = 64

/** All texts of an answer or an event, in any format. */
export function wordsOfAnswer(value: unknown): Words[] {
  if (!isObject(value)) return []
  const own = [value.type, value.output_index, value.content_index, value.summary_index, value.index].filter((part) => typeof part === 'string' || typeof part === 'number').join(':')
  const words: Words[] = []
  for (const root of roots) collect(value[root], `${own}/${root}`, words, 0)
  return words
}

function collect(value: unknown, channel: string, words: Words[], depth: number): void {
  if (typeof value === 'string') addWords(value, channel, words)
  else if (depth > deepest) addWords(JSON.stringify(value) ?? '', channel, words)
  else if (Array.isArray(value)) value.forEach((part: unknown, at) => collect(part, `${channel}/${numberOf(part, at)}`, words, depth + 1))
  else if (isObject(value)) for (const key of Object.keys(value).filter((name) => !skipped.has(name))) collect(value[key], `${channel}/${key}`, words, depth + 1)
}

function addWords(text: string, channel: string, words: Words[]): void {
  if (text !== '') words.push({ channel, text })
}

// The index by which an event names the part that it belongs to.
function numberOf(part: unknown, at: number): number {
  return isObject(part) && typeof part.index === 'number' ? part.index : at
}
