import { hash } from 'node:crypto'
import { ServiceError } from '@elder/errors'
import type { TextPart, Tool } from './conversation.ts'
import { isOpenAiModel } from './model-family.ts'
import { invalid, isObject } from './request.ts'

export type Fields = Readonly<Record<string, unknown>>

/** Refuses a field for which the provider's format has no equivalent. */
export function untranslatable(field: string, what: string, fix: string): ServiceError {
  return new ServiceError('invalid_argument', `${field}: ${what} cannot be passed on to this model's provider: ${fix}`, { reason: 'NOT_TRANSLATABLE', field })
}

/** Refuses fields that are set and would be lost. */
export function refuseFields(body: Fields, fields: Readonly<Record<string, string>>): void {
  for (const [field, fix] of Object.entries(fields)) {
    const value = body[field]
    if (value === undefined || value === null || value === false || (Array.isArray(value) && value.length === 0)) continue
    throw untranslatable(field, field, fix)
  }
}

const zeroMatters: ReadonlySet<string> = new Set(['seed', 'temperature', 'top_p', 'top_k'])

/** Whether a field has its default value, so that leaving it out changes nothing. */
export function isDefault(field: string, value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true
  if (value === 0) return !zeroMatters.has(field)
  if (field === 'truncation') return value === 'disabled'
  if (field === 'allowed_callers') return Array.isArray(value) && value.every((one) => one === 'direct')
  if (field === 'summary' || field === 'generate_summary') return false
  if (typeof value === 'object') return Object.keys(value).length === 0
  return value === 'auto' || value === 'default' || value === 'standard'
}

export const sharedFields = ['service_tier', 'prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention'] as const

export function readShared(body: Fields): Fields {
  return Object.fromEntries(sharedFields.flatMap((field) => (isDefault(field, body[field]) && body[field] !== 'default' ? [] : [[field, body[field]]])))
}

export function objectIn(value: unknown, field: string): Fields {
  if (!isObject(value)) throw invalid(field, 'an object', value, field)
  return value
}

export function listIn(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(field, 'a list', value, field)
  return value
}

export function stringIn(value: unknown, field: string): string {
  if (typeof value !== 'string') throw invalid(field, 'a text', value, field)
  return value
}

export function optionalString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function optionalNumber(body: Fields, field: string): number | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(field, 'a number', value, field)
  return value
}

export function textPart(text: string, cache?: unknown): TextPart {
  return { type: 'text', text, ...(isObject(cache) && { cache }) }
}

/** For spreading: the cache mark of a block, if it has one. */
export function cacheMark(value: unknown): { cache?: unknown } {
  return isObject(value) ? { cache: value } : {}
}

/** The same for a part in OpenAI's formats, which also have a field of their own. */
export function cacheMarkOf(part: Fields): { cache?: unknown } {
  return cacheMark(part.cache_control ?? (isObject(part.prompt_cache_breakpoint) ? { type: 'ephemeral' } : undefined))
}

/** For spreading: the mark in OpenAI's form, for models that support it. */
export function openAiCacheMark({ cache }: { readonly cache?: unknown }, isKnown: boolean): object {
  return isKnown && cache !== undefined ? { prompt_cache_breakpoint: { mode: 'explicit' } } : {}
}

/** The source of an image or file that is given as an URL, possibly a data URL. */
export function sourceOf(url: string): { mediaType: string; base64: string } | { url: string } {
  const head = /^data:([^;,]+)(?:;[^;,]*)*;base64,/i.exec(url.slice(0, 200))
  return head ? { mediaType: head[1] as string, base64: url.slice(head[0].length) } : { url }
}

export function dataUrl(source: { mediaType: string; base64: string } | { url: string }): string {
  return 'url' in source ? source.url : `data:${source.mediaType};base64,${source.base64}`
}

const freeformParameters = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'], additionalProperties: false }

/** A tool that takes one text, in the form of a function. */
export function freeformTool(name: string, description: string | undefined, format: unknown): Tool {
  const grammar = isObject(format) && typeof format.definition === 'string' ? `The input must match this ${String(format.syntax)} grammar:\n${format.definition}` : undefined
  return { name, description: [description, grammar].filter(Boolean).join('\n\n') || undefined, parameters: freeformParameters, strict: undefined, isFreeform: true }
}

/** The text that a model passed to a free-form tool. */
export function freeformInput(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && typeof value.input === 'string' ? value.input : text
  } catch {
    // Not in a JSON object, so the text itself is the input.
    return text
  }
}

/** For spreading: the `user` field. OpenAI accepts 64 characters; the hash of a longer name identifies the user as well. */
export function userAt(model: string, user: string | undefined): { user?: string } {
  if (user === undefined || (user.length > 64 && !isOpenAiModel(model))) return {}
  return { user: user.length > 64 ? hash('sha256', user) : user }
}
