import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isObject, type GenerationRequest } from '@elder/dialects'

// Fields about delivery, billing and the end user, which do not change the answer.
const besides: ReadonlySet<string> = new Set(['model', 'stream', 'stream_options', 'user', 'metadata', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_retention', 'service_tier', 'store'])
const deepest = 64

/** Equal for requests that ask the same: key order, white space, delivery and metadata do not matter. Undefined: the request has no key. */
export function answerKey({ api, model, value }: GenerationRequest, scope: string, headers: IncomingHttpHeaders): string | undefined {
  const question = Object.fromEntries(Object.entries(value).filter(([key]) => !besides.has(key)))
  const text = canonical(question, 0)
  return text === undefined ? undefined : `edge:answer:${hash('sha256', `${scope}\n${api}\n${JSON.stringify(model)}\n${askedByHeader(headers)}\n${text}`, 'base64url')}`
}

/** The headers that influence an answer: versions, betas and the account, in any order. */
function askedByHeader(headers: IncomingHttpHeaders): string {
  const names = Object.keys(headers).filter((name) => name.startsWith('anthropic-') || name.startsWith('openai-'))
  return JSON.stringify(names.toSorted().map((name) => [name, String(headers[name]).split(',').map((one) => one.trim()).filter(Boolean).toSorted()]))
}

/** JSON with its keys in order; undefined when it is nested too deeply. */
function canonical(value: unknown, depth: number): string | undefined {
  if (depth > deepest) return undefined
  if (Array.isArray(value)) return joined(value.map((item) => canonical(item, depth + 1)), '[', ']')
  // Its last digits are lost, so two different numbers would look the same.
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) return undefined
  if (!isObject(value)) return JSON.stringify(value)
  const keys = Object.keys(value).sort()
  return joined(keys.map((key) => withKey(key, canonical(value[key], depth + 1))), '{', '}')
}

const withKey = (key: string, text: string | undefined) => (text === undefined ? undefined : `${JSON.stringify(key)}:${text}`)

function joined(parts: readonly (string | undefined)[], open: string, close: string): string | undefined {
  return parts.includes(undefined) ? undefined : open + parts.join(',') + close
}

/** Whether the answer can be reused: it does not depend on chance, on state at the provider, or on what it looks up. */
export function isRepeatable(request: GenerationRequest): boolean {
  return isWhole(request) && (request.api === 'embeddings' || request.value.temperature === 0)
}

/** Whether the answer is self-contained, which is required even if the cache is asked for by header. */
export function isWhole({ api, value }: GenerationRequest): boolean {
  if (api === 'count_tokens') return false
  const isSingle = [value.n, value.best_of].every((count) => count === undefined || count === null || count === 1)
  const hasMemory = [value.previous_response_id, value.conversation].some((id) => id !== undefined && id !== null) || value.background === true
  return isSingle && !hasMemory && !asksProviderTools(value)
}

// Functions are run by the client. A search, a shell or a file store of the provider answers differently tomorrow.
const clientTools: ReadonlySet<unknown> = new Set([undefined, 'function', 'custom'])

function asksProviderTools({ tools, web_search_options: search, mcp_servers: servers }: Readonly<Record<string, unknown>>): boolean {
  return search !== undefined || servers !== undefined || (Array.isArray(tools) && tools.some((tool) => isObject(tool) && !clientTools.has(tool.type)))
}
