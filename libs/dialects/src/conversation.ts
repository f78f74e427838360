import type { Hinted } from './nested-fields.ts'

// What every format says, in no format's words. Readers make it, writers spell it again.

export interface TextPart {
  readonly type: 'text'
  readonly text: string
  /** The mark by which a client asks Anthropic's providers to cache what stands before it. */
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

/** A model's own reasoning, with what proves it to the provider it came from. */
export interface ThinkingPart {
  readonly type: 'thinking'
  readonly text: string
  readonly seal: Seal | undefined
}

/** Reasoning that only its provider can read. */
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
  /** JSON as the model wrote it, which may be no JSON at all. */
  readonly arguments: string
  readonly cache?: unknown
}

export interface ResultPart {
  readonly type: 'result'
  readonly callId: string
  readonly parts: readonly ShownPart[]
  readonly isError: boolean
  readonly cache?: unknown
}

/** What a person, or a tool, can show to a model. */
export type ShownPart = TextPart | ImagePart | DocumentPart
export type UserPart = ShownPart | ResultPart
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
  /** Takes one text instead of an object; travels as a function with the one field `input`. */
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
  /** What OpenAI's formats say in the same words, and only OpenAI's models take: see `sharedFields`. */
  readonly shared: Readonly<Record<string, unknown>>
  /** What the client said and its reader could not keep, by the names of its fields. */
  readonly unread: readonly string[]
  /** What the client said that only some providers take. */
  readonly hints: readonly Hinted[]
}

export interface Reasoning {
  /** none, minimal, low, medium, high, xhigh, max. */
  readonly effort: string | undefined
  /** The most tokens to think with. */
  readonly budget: number | undefined
  /** Said in terms of another family of models: only for models that are known to understand it. */
  readonly isHint: boolean
}

/** Proof of reasoning that belongs to the format of one provider and means nothing to others. */
export interface Seal {
  readonly by: 'chat' | 'messages' | 'responses'
  readonly value: string
}

/** A seal as a format's own field holds it: that format's as it is, any other marked. */
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
