import type { GenerationRequest } from '@elder/dialects'

// About four bytes of JSON make a token, in the requests of all tools. The real count replaces the estimate at the end.
const bytesPerToken = 4
/** What an image, a recording or a document costs with most providers, whatever its size in bytes. */
const tokensPerAttachment = 1_000
/** A smaller body has no attachment that matters. */
const smallBody = 2_048
const attachmentChars = 512
/** A streamed token comes in an event of about this many bytes. */
const bytesPerStreamedToken = 128
const maxChoices = 128

export interface Estimate {
  readonly inputTokens: number
  readonly outputTokens: number
}

/** Estimates the most a request can use, before a provider is asked. Without a maximum of its own the default applies; a policy's limit applies to both. */
export function estimate(request: GenerationRequest, bodyBytes: number, defaultOutputTokens: number, bound: number): Estimate {
  if (request.api === 'count_tokens') return { inputTokens: 0, outputTokens: 0 }
  return { inputTokens: inputTokens(request.value, bodyBytes), outputTokens: request.api === 'embeddings' ? 0 : outputTokens(request, defaultOutputTokens, bound) }
}

function outputTokens({ api, maxOutputTokens: asked, value }: GenerationRequest, defaultOutputTokens: number, bound: number): number {
  const wanted = asked !== undefined && Number.isFinite(asked) && asked >= 0 ? Math.min(Math.ceil(asked), 100_000_000) : defaultOutputTokens
  const answers = api === 'completions' ? Math.max(choices(value.n), choices(value.best_of)) * prompts(value.prompt) : choices(value.n)
  return (bound > 0 ? Math.min(wanted, bound) : wanted) * answers
}

function choices(n: unknown): number {
  return typeof n === 'number' && Number.isInteger(n) && n > 1 ? Math.min(n, maxChoices) : 1
}

/** Each of several prompts is answered; a list of tokens is one. */
function prompts(prompt: unknown): number {
  return Array.isArray(prompt) && typeof prompt[0] !== 'number' ? Math.max(1, prompt.length) : 1
}

function inputTokens(value: Readonly<Record<string, unknown>>, bodyBytes: number): number {
  const attached = bodyBytes < smallBody ? { count: 0, chars: 0 } : attachments(value)
  return Math.ceil(Math.max(0, bodyBytes - attached.chars) / bytesPerToken) + attached.count * tokensPerAttachment
}

/** Pictures, recordings and documents inside a request: the fields in which the dialects carry them as base64. */
function attachments(value: unknown): { count: number; chars: number } {
  const found = { count: 0, chars: 0 }
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const one = waiting.pop()
    if (typeof one !== 'object' || one === null) continue
    if (Array.isArray(one)) {
      for (const item of one) if (typeof item === 'object') waiting.push(item)
      continue
    }
    for (const [name, inner] of Object.entries(one)) {
      if (typeof inner === 'object') waiting.push(inner)
      else if (typeof inner === 'string' && isAttachment(name, inner)) {
        found.count++
        found.chars += inner.length
      }
    }
  }
  return found
}

function isAttachment(name: string, text: string): boolean {
  if (text.length < attachmentChars) return false
  if (name === 'url' || name === 'image_url' || name === 'file_data') return text.startsWith('data:')
  return name === 'data' && !/[^A-Za-z0-9+/=_-]/.test(text.slice(0, 256))
}

/** Estimates the output tokens of the received part of an answer whose usage was not reported. */
export function outputSeen(bytes: number, isStream: boolean, reserved: number): number {
  return Math.min(reserved, Math.ceil(bytes / (isStream ? bytesPerStreamedToken : bytesPerToken)))
}
