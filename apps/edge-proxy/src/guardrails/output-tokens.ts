import { isObject, type Api, type GenerationRequest } from '@elder/dialects'
import { parseExactly } from './exact-json.ts'
import { plainValues } from './json-scan.ts'

/** A request on its way to the provider, parsed and as bytes; both have the same content. */
export interface Passing {
  readonly request: GenerationRequest
  readonly body: Buffer
}

const fields: Record<Api, readonly string[]> = {
  chat: ['max_completion_tokens', 'max_tokens'],
  responses: ['max_output_tokens'],
  completions: ['max_tokens'],
  messages: ['max_tokens'],
  embeddings: [],
  count_tokens: [],
}

/** Other names for the maximum, which some servers prefer to their format's own. In these a negative number means no limit. */
const otherNames = ['n_predict', 'max_new_tokens', 'num_predict']

/** The same request limited to `most` tokens; only the bytes of the number change. Undefined if it does not ask for more. */
export function lowerOutputTokens({ request, body }: Passing, most: number): Passing | undefined {
  const own = fields[request.api]
  if (own.length === 0) return undefined
  const present = own.filter((field) => typeof request.value[field] === 'number')
  const high = present.filter((field) => (request.value[field] as number) > most)
  const others = otherNames.filter((field) => isOver(request.value[field], most))
  if (present.length > 0 && high.length + others.length === 0 && !isRepeated(body, own)) return undefined
  const changed = present.length > 0 ? present : [absentField(request)]
  const lowered = Object.fromEntries(changed.map((field) => [field, Math.min(most, Number(request.value[field] ?? most))]))
  for (const field of others) lowered[field] = most
  const passing = { request: { ...request, value: { ...request.value, ...lowered }, maxOutputTokens: Math.max(...Object.values(lowered)) }, body: splice(body, lowered) }
  return thinksTooLong(passing.request, most) ? withLessThinking(passing, most) : passing
}

// Anthropic models refuse a thinking budget that is not below the maximum of the answer, or that is below this.
const leastThinking = 1_024

function thinksTooLong({ api, value }: GenerationRequest, most: number): boolean {
  return api === 'messages' && isObject(value.thinking) && typeof value.thinking.budget_tokens === 'number' && value.thinking.budget_tokens >= most
}

/** The budget is nested, where the byte scan does not reach: the whole body is serialized again, with every digit kept. */
function withLessThinking({ request, body }: Passing, most: number): Passing {
  const exact = parseExactly(body.toString('utf8'))
  if (!isObject(exact)) return { request, body }
  const thinking = most > leastThinking ? { ...(isObject(exact.thinking) && exact.thinking), budget_tokens: most - 1 } : { type: 'disabled' }
  return { request: { ...request, value: { ...request.value, thinking } }, body: Buffer.from(JSON.stringify({ ...exact, thinking })) }
}

function isOver(value: unknown, most: number): boolean {
  return typeof value === 'number' && (value < 0 || value > most)
}

// Of a duplicate field only one value was read.
function isRepeated(body: Buffer, own: readonly string[]): boolean {
  const spans = plainValues(body, own)
  return new Set(spans.map(({ key }) => key)).size < spans.length
}

// OpenAI's reasoning models refuse the old name; most other servers know only that one.
function absentField({ api, model, value }: GenerationRequest): string {
  if (api === 'responses') return 'max_output_tokens'
  if (api !== 'chat') return 'max_tokens'
  return 'max_completion_tokens' in value || /^(?:gpt-5|o\d)/i.test(model) ? 'max_completion_tokens' : 'max_tokens'
}

function splice(body: Buffer, values: Readonly<Record<string, number>>): Buffer {
  const spans = plainValues(body, Object.keys(values))
  const absent = Object.entries(values).filter(([key]) => !spans.some((span) => span.key === key))
  // Inserted in front of the other fields; there is always at least a model.
  const open = body.indexOf('{') + 1
  const parts = [body.subarray(0, open), Buffer.from(absent.map(([key, value]) => `${JSON.stringify(key)}:${value},`).join(''))]
  let from = open
  for (const { key, start, end } of spans) {
    parts.push(body.subarray(from, start), Buffer.from(String(values[key])))
    from = end
  }
  parts.push(body.subarray(from))
  return Buffer.concat(parts)
}
