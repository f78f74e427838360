import type { Hinted } from './nested-fields.ts'

// The format-neutral form of a request. Request readers produce it, request writers consume it.

export interface TextPart {
  readonly type: 'text'
  readonly text: string
  /** The client's cache mark: Anthropic's providers cache the prompt up to here. */
  readonly cache?: unknown
}

export interface ImagePart {
  readonly type: 'image'
  readonly source: Source
  readonly detail?: string
  readonly cache?: unknown
}

export interface DocumentPart {
  readonly type: 'document'
  readonly source: Source
  readonly name?: string
  readonly cache?: unknown
}

export type Source = { readonly mediaType: string; readonly base64: string } | { readonly url: string }

/** A model's reasoning, with the signature that its provider requires. */
export interface ThinkingPart {
  readonly type: 'thinking'
  readonly text: string
  readonly seal: Seal | undefined
}

/** Encrypted reasoning that only its provider can read. */
export interface HiddenPart {
  readonly type: 'hidden'
  readonly data: string
}

export interface RefusalPart {
  readonly type: 'refusal'
  readonly text: string
}

export interface CallPart {
  readonly type: 'call'
  readonly id: string
  readonly name: string
  /** JSON as the model wrote it, possibly invalid. */
  readonly arguments: string
  readonly cache?: unknown
}

export interface ResultPart {
  readonly type: 'result'
  readonly callId: string
  readonly parts: readonly ContentPart[]
  readonly isError: boolean
  readonly cache?: unknown
}

/** Content of a user message or of a tool's result. */
export type ContentPart = TextPart | ImagePart | DocumentPart
export type UserPart = ContentPart | ResultPart
export type AnswerPart = TextPart | ThinkingPart | HiddenPart | RefusalPart | CallPart

export type Turn =
  | { readonly role: 'system'; readonly parts: readonly TextPart[] }
  | { readonly role: 'user'; readonly parts: readonly UserPart[] }
  | { readonly role: 'assistant'; readonly parts: readonly AnswerPart[] }

export interface Tool {
  readonly name: string
  readonly description: string | undefined
  readonly parameters: Readonly<Record<string, unknown>>
  readonly strict: boolean | undefined
  /** Takes one text instead of an object; sent as a function with the single field `input`. */
  readonly isFreeform: boolean
  readonly cache?: unknown
}

export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string }

export type Format = { readonly type: 'json' } | { readonly type: 'schema'; readonly name: string; readonly schema: unknown; readonly strict: boolean | undefined; readonly description: string | undefined }

export interface Conversation {
  readonly turns: readonly Turn[]
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice | undefined
  readonly oneCallAtATime: boolean
  readonly maxTokens: number | undefined
  readonly temperature: number | undefined
  readonly topP: number | undefined
  readonly topK: number | undefined
  readonly stop: readonly string[]
  readonly format: Format | undefined
  readonly reasoning: Reasoning | undefined
  /** The client wants to see a summary of the reasoning. */
  readonly showsReasoning: boolean
  readonly user: string | undefined
  readonly verbosity: string | undefined
  /** Fields that OpenAI's formats have in common and only OpenAI's models accept: see `sharedFields`. */
  readonly shared: Readonly<Record<string, unknown>>
  /** Names of the request's fields that the conversation does not contain. */
  readonly unread: readonly string[]
  /** Fields that only some providers accept. */
  readonly hints: readonly Hinted[]
}

export interface Reasoning {
  /** none, minimal, low, medium, high, xhigh, max. */
  readonly effort: string | undefined
  /** Maximum number of thinking tokens. */
  readonly budget: number | undefined
  /** Derived from another model family's setting: only for models that are known to support it. */
  readonly isHint: boolean
}

/** A provider's signature of its reasoning, meaningless to other providers. */
export interface Seal {
  readonly by: 'chat' | 'messages' | 'responses'
  readonly value: string
}

/** A seal for the signature field of format `own`. A seal of another format gets a prefix, by which `sealFrom` recognises it. */
export function sealText({ by, value }: Seal, own: Seal['by']): string {
  return by === own ? value : `elder.${by}.${value}`
}

export function sealFrom(text: string, own: Seal['by']): Seal {
  const [, by, value] = /^elder\.(chat|messages|responses)\.(.*)$/s.exec(text) ?? []
  return by === undefined ? { by: own, value: text } : { by: by as Seal['by'], value: value ?? '' }
}

export function textOf(parts: readonly { readonly type: string; readonly text?: string }[], between = ''): string {
  return parts.flatMap(({ type, text }) => (type === 'text' && text !== undefined ? [text] : [])).join(between)
}
