import { isObject } from '@elder/dialects'

/** Words of an answer, or of an event of one. */
export interface Words {
  /** The same for pieces that the client puts together. */
  readonly channel: string
  readonly text: string
}

/** Where words stand in an answer or an event of any format. */
const roots = ['choices', 'output', 'content', 'delta', 'content_block', 'message', 'text', 'arguments', 'refusal', 'item', 'part', 'response']
/** What the formats say in words of their own, and the words once more, token by token. */
const skipped: ReadonlySet<string> = new Set(['role', 'type', 'id', 'object', 'model', 'status', 'call_id', 'item_id', 'finish_reason', 'stop_reason', 'logprobs', 'usage', 'signature', 'encrypted_content', 'instructions', 'tools', 'metadata'])
const deepest = 64

/** All words of an answer in any format, in one piece or one event of it. */
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

// A piece of a stream says of itself which of several it belongs to.
function numberOf(part: unknown, at: number): number {
  return isObject(part) && typeof part.index === 'number' ? part.index : at
}
