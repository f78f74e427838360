import { isObject } from './request.ts'

// Averages of current tokenizers: nearly four bytes per token for code and English, fewer for other scripts.
const bytesPerToken = 3.6
const tokensPerImage = 1_600
// A page of a PDF has about 50 kB and costs as many tokens as its picture and its text.
const base64PerDocumentToken = 30

/** Estimates the tokens of a messages request without a tokenizer. Callers must mark the number as an estimate. */
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
  // A field's name costs about one token, and its punctuation another.
  return Object.values(value).reduce((sum: number, one) => sum + 2 + tokensIn(one), 0)
}
