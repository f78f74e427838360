import { sealText, type AnswerPart, type Conversation, type DocumentPart, type Format, type ContentPart, type Source, type TextPart, type Tool, type ToolChoice, type Turn, type UserPart } from '../conversation.ts'
import type { Fields } from '../fields.ts'
import { claudeTraits } from '../model-family.ts'
import { isObject } from '../request.ts'

/** Writes a conversation as a messages request. */
export function writeMessages(conversation: Conversation, model: string, stream: boolean): Fields {
  const { tools, toolChoice, oneCallAtATime, temperature, topP, topK, stop, format, user, shared } = conversation
  const turns = withClosingInstructions(conversation.turns)
  const traits = claudeTraits(model)
  const maxTokens = conversation.maxTokens ?? traits.maxTokens
  const messages = writeTurns(turns)
  const thinking = isToolRoundWithoutThinking(turns) ? {} : writeReasoning(conversation, traits.thinks, maxTokens)
  const config = { ...thinking.output_config, ...(format?.type === 'schema' && { format: { type: 'json_schema', schema: describedSchema(format) } }) }
  const samples = traits.takesSampling && thinking.thinking === undefined
  const system = [...turns.flatMap((turn) => (turn.role === 'system' ? turn.parts.filter(isNonEmpty).map(writeText) : [])), ...instructionFor(format)]
  return {
    model,
    max_tokens: maxTokens,
    ...(system.length > 0 && { system }),
    messages,
    ...(stream && { stream: true }),
    // OpenAI's temperatures go up to 2. Newer models accept either temperature or top_p.
    ...(samples && temperature !== undefined && { temperature: Math.min(1, temperature) }),
    ...(samples && temperature === undefined && topP !== undefined && { top_p: topP }),
    ...(samples && topK !== undefined && { top_k: topK }),
    ...(stop.length > 0 && { stop_sequences: stop }),
    ...(tools.length > 0 && { tools: tools.map(writeTool) }),
    ...(tools.length > 0 && (toolChoice !== undefined || oneCallAtATime) && { tool_choice: writeChoice(toolChoice ?? 'auto', oneCallAtATime) }),
    ...(thinking.thinking && { thinking: thinking.thinking }),
    ...(Object.keys(config).length > 0 && { output_config: config }),
    ...(user !== undefined && { metadata: { user_id: user } }),
    ...(shared.service_tier === 'default' && { service_tier: 'standard_only' }),
  }
}

/**
 * Anthropic's system prompt precedes the conversation. Instructions at the end of a conversation become user messages instead, so that they stay last,
 * and so that a preceding answer is not taken as a prefill to be continued.
 */
function withClosingInstructions(turns: readonly Turn[]): readonly Turn[] {
  const end = turns.findLastIndex(({ role }) => role !== 'system') + 1
  if (end === 0 || end === turns.length) return turns
  return [...turns.slice(0, end), ...turns.slice(end).map((turn): Turn => (turn.role === 'system' ? { role: 'user', parts: turn.parts } : turn))]
}

function instructionFor(format: Format | undefined): object[] {
  return format?.type === 'json' ? [{ type: 'text', text: 'Answer with one JSON object and nothing else.' }] : []
}

// This format has no separate field for a schema's description.
function describedSchema({ schema, description }: Format & { type: 'schema' }): unknown {
  return isObject(schema) && description !== undefined && schema.description === undefined ? { ...schema, description } : schema
}

interface Block {
  readonly [field: string]: unknown
  readonly type: string
  text?: string
}

interface Message {
  readonly role: 'user' | 'assistant'
  content: Block[]
}

/** Merges neighbouring turns of a role into one message, with tool results first. */
function writeTurns(turns: readonly Turn[]): Message[] {
  const messages: Message[] = []
  for (const turn of turns) {
    if (turn.role === 'system') continue
    const content = turn.role === 'user' ? writeUser(turn.parts) : turn.parts.flatMap(writeAnswerPart)
    if (content.length === 0) continue
    const last = messages.at(-1)
    if (last?.role !== turn.role) messages.push({ role: turn.role, content })
    else for (const block of content) last.content.push(block)
  }
  for (const message of messages) message.content = resultsFirst(message.content)
  trimEnd(messages)
  // Anthropic requires a user message first.
  if (messages[0]?.role !== 'user') messages.unshift({ role: 'user', content: [{ type: 'text', text: '.' }] })
  return messages
}

function resultsFirst(blocks: readonly Block[]): Block[] {
  return [...blocks.filter(({ type }) => type === 'tool_result'), ...blocks.filter(({ type }) => type !== 'tool_result')]
}

// A prefilled answer may not end in white space.
function trimEnd(messages: readonly Message[]): void {
  const last = messages.at(-1)
  const prefill = last?.role === 'assistant' ? last.content.at(-1) : undefined
  if (prefill?.type === 'text' && prefill.text !== undefined) prefill.text = prefill.text.trimEnd()
}

function writeUser(parts: readonly UserPart[]): Block[] {
  const results = parts.filter((part) => part.type === 'result')
  const shown = parts.filter((part) => part.type !== 'result')
  const written = results.map(({ callId, parts: inside, isError, cache }) => ({
    type: 'tool_result',
    tool_use_id: cleanId(callId),
    content: inside.filter(isNonEmpty).map(writeContent),
    ...(isError && { is_error: true }),
    ...cacheControl(cache),
  }))
  return [...written, ...shown.filter(isNonEmpty).map(writeContent)]
}

// Anthropic refuses empty texts.
function isNonEmpty(part: ContentPart | AnswerPart): boolean {
  return part.type !== 'text' || part.text.trim() !== ''
}

function writeContent(part: ContentPart): Block {
  if (part.type === 'text') return writeText(part)
  if (part.type === 'image') return { type: 'image', source: writeSource(part.source), ...cacheControl(part.cache) }
  return writeDocument(part)
}

function writeText({ text, cache }: TextPart): Block {
  return { type: 'text', text, ...cacheControl(cache) }
}

function writeDocument({ source, name, cache }: DocumentPart): Block {
  const titled = { ...(name !== undefined && { title: name }), ...cacheControl(cache) }
  if ('base64' in source && source.mediaType.startsWith('text/')) return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: Buffer.from(source.base64, 'base64').toString('utf8') }, ...titled }
  return { type: 'document', source: writeSource(source), ...titled }
}

function writeSource(source: Source): object {
  return 'url' in source ? { type: 'url', url: source.url } : { type: 'base64', media_type: source.mediaType, data: source.base64 }
}

function cacheControl(cache: unknown): object {
  return cache === undefined ? {} : { cache_control: cache }
}

function writeAnswerPart(part: AnswerPart): Block[] {
  switch (part.type) {
    case 'text':
      return isNonEmpty(part) ? [writeText(part)] : []
    case 'refusal':
      return [{ type: 'text', text: part.text }]
    case 'thinking':
      // Without Anthropic's signature, reasoning would be refused.
      return part.seal?.by === 'messages' ? [{ type: 'thinking', thinking: part.text, signature: sealText(part.seal, 'messages') }] : []
    case 'hidden':
      return [{ type: 'redacted_thinking', data: part.data }]
    default:
      return [{ type: 'tool_use', id: cleanId(part.id), name: part.name, input: inputOf(part.arguments), ...cacheControl(part.cache) }]
  }
}

function cleanId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_')
}

function inputOf(written: string): object {
  if (written.trim() === '') return {}
  try {
    const input: unknown = JSON.parse(written)
    return isObject(input) ? input : { input }
  } catch {
    // Invalid JSON is returned to the model as it wrote it.
    return { input: written }
  }
}

function writeTool({ name, description, parameters, strict, cache }: Tool): object {
  return { name, ...(description !== undefined && { description }), input_schema: { type: 'object', ...parameters }, ...(strict === true && { strict }), ...cacheControl(cache) }
}

function writeChoice(choice: ToolChoice, oneCallAtATime: boolean): object {
  const type = choice === 'required' ? 'any' : typeof choice === 'string' ? choice : 'tool'
  return { type, ...(typeof choice !== 'string' && { name: choice.name }), ...(oneCallAtATime && type !== 'none' && { disable_parallel_tool_use: true }) }
}

/** Whether the conversation is within a round of tool calls that began without thinking, which must then continue without. */
function isToolRoundWithoutThinking(turns: readonly Turn[]): boolean {
  const spoken = turns.filter(({ role }) => role !== 'system')
  const last = spoken.findLastIndex(({ role }) => role === 'assistant')
  const turn = spoken[last]
  if (turn?.role !== 'assistant' || !turn.parts.some(({ type }) => type === 'call')) return false
  return !turn.parts.some((part) => part.type === 'hidden' || (part.type === 'thinking' && part.seal?.by === 'messages'))
}

const budgets: Readonly<Record<string, number>> = { minimal: 1_024, low: 2_048, medium: 8_192, high: 16_384, xhigh: 24_576, max: 31_999 }

interface Thinking {
  readonly thinking?: object
  readonly output_config?: object
}

function writeReasoning({ reasoning, showsReasoning, toolChoice }: Conversation, thinks: 'by effort' | 'by budget' | 'never', maxTokens: number): Thinking {
  // Anthropic does not allow thinking with a forced tool call.
  const isForced = toolChoice === 'required' || typeof toolChoice === 'object'
  if (!reasoning?.effort || reasoning.effort === 'none' || thinks === 'never' || isForced) return {}
  if (thinks === 'by effort') return { thinking: { type: 'adaptive', ...(showsReasoning && { display: 'summarized' }) }, output_config: { effort: reasoning.effort === 'minimal' ? 'low' : reasoning.effort } }
  const budget = Math.min(reasoning.budget ?? budgets[reasoning.effort] ?? 8_192, maxTokens - 1)
  return budget < 1_024 ? {} : { thinking: { type: 'enabled', budget_tokens: budget } }
}
