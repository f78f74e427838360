import { isObject } from './request.ts'

// Averages of today's tokenizers: code and English near four bytes a token, other scripts fewer.
const bytesPerToken = 3.6
const tokensPerImage = 1_600
// A page of a PDF has some 50 kB and costs about as much as its picture and its text.
const base64PerDocumentToken = 30

/** About how many tokens a request for a message holds. No tokenizer is asked: whoever shows this says that it is an estimate. */
export function estimateTokens({ system, messages, tools }: Readonly<Record<string, unknown>>): number {
  return Math.ceil(tokensIn(system) + tokensIn(messages) + tokensIn(tools))
}

function tokensIn(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value) / bytesPerToken
  if (typeof value === 'number' || typeof value === 'boolean') return 1
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + tokensIn(one), 0)
  if (!isObject(value)) return 0
  if (value.type === 'image') return tokensPerImage
  const { source } = value
  if (value.type === 'document' && isObject(source) && source.type === 'base64') return String(source.data).length / base64PerDocumentToken
  // Names of fields cost a token, and what stands around them another.
  return Object.values(value).reduce((sum: number, one) => sum + 2 + tokensIn(one), 0)
}
