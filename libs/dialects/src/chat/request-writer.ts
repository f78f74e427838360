import type { AnswerPart, Conversation, Format, ContentPart, Tool, ToolChoice, Turn, UserPart } from '../conversation.ts'
import { textOf } from '../conversation.ts'
import { dataUrl, openAiCacheMark, untranslatable, userAt, type Fields } from '../fields.ts'
import { joinTurns } from '../joined-turns.ts'
import { isOpenAiModel, isReasoningModel, takesCacheMarks } from '../model-family.ts'

/** Writes a conversation as a chat completions request. */
export function writeChat(conversation: Conversation, model: string, stream: boolean): Fields {
  const { turns, tools, toolChoice, oneCallAtATime, maxTokens, temperature, topP, topK, stop, format, reasoning, user, verbosity, shared } = conversation
  const effort = reasoning?.effort !== undefined && (!reasoning.isHint || isReasoningModel(model)) ? reasoning.effort : undefined
  return {
    model,
    // The chat templates of many open models allow only one system message, at the beginning.
    messages: joinTurns('system', turns).flatMap((turn) => writeTurn(turn, takesCacheMarks(model))),
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
    ...(maxTokens !== undefined && { [isReasoningModel(model) ? 'max_completion_tokens' : 'max_tokens']: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
    ...(stop.length > 0 && { stop }),
    ...(tools.length > 0 && { tools: tools.map(writeTool) }),
    ...(tools.length > 0 && toolChoice !== undefined && { tool_choice: writeChoice(toolChoice) }),
    ...(tools.length > 0 && oneCallAtATime && { parallel_tool_calls: false }),
    ...(format && { response_format: writeFormat(format) }),
    ...(effort !== undefined && { reasoning_effort: effort }),
    ...userAt(model, user),
    ...(isOpenAiModel(model) && shared),
    ...(isReasoningModel(model) && verbosity !== undefined && { verbosity }),
  }
}

function writeTurn(turn: Turn, marks: boolean): object[] {
  if (turn.role === 'system') return [{ role: 'system', content: writeContent(turn.parts, marks) }]
  return turn.role === 'user' ? writeUser(turn.parts, marks) : writeAssistant(turn.parts)
}

/** Each result becomes a message of its own, first. Its pictures follow in a user message, because a result can only contain text. */
function writeUser(parts: readonly UserPart[], marks: boolean): object[] {
  const messages: object[] = []
  const shown: ContentPart[] = []
  for (const part of parts) {
    if (part.type !== 'result') {
      shown.push(part)
      continue
    }
    const pictures = part.parts.filter(({ type }) => type !== 'text')
    const text = textOf(part.parts, '\n\n')
    const content = pictures.length > 0 ? `${text}\n\n[what this tool returned in addition to text follows in the next message]`.trim() : text
    messages.push({ role: 'tool', tool_call_id: part.callId, content: part.isError ? `Error: ${content}` : content })
    shown.push(...pictures)
  }
  if (shown.length > 0) messages.push({ role: 'user', content: writeContent(shown, marks) })
  return messages
}

function writeContent(parts: readonly ContentPart[], marks: boolean): unknown {
  // Older servers accept content only as one text.
  if (parts.every(({ type, cache }) => type === 'text' && !(marks && cache !== undefined))) return textOf(parts, '\n\n')
  return parts.map((part) => {
    const mark = openAiCacheMark(part, marks)
    if (part.type === 'text') return { type: 'text', text: part.text, ...mark }
    if (part.type === 'image') return { type: 'image_url', image_url: { url: dataUrl(part.source), ...(part.detail !== undefined && { detail: part.detail }) }, ...mark }
    if ('url' in part.source) throw untranslatable('messages', 'a document behind an address', 'send the document itself, in base64')
    return { type: 'file', file: { filename: part.name ?? 'document.pdf', file_data: dataUrl(part.source) }, ...mark }
  })
}

function writeAssistant(parts: readonly AnswerPart[]): object[] {
  const text = textOf(parts)
  const refusal = parts.flatMap((part) => (part.type === 'refusal' ? [part.text] : [])).join('')
  const calls = parts.flatMap((part) => (part.type === 'call' ? [{ id: part.id, type: 'function', function: { name: part.name, arguments: part.arguments } }] : []))
  const thought = writeThinking(parts)
  if (text === '' && refusal === '' && calls.length === 0) return []
  return [{ role: 'assistant', content: text === '' && (calls.length > 0 || refusal !== '') ? null : text, ...thought, ...(refusal !== '' && { refusal }), ...(calls.length > 0 && { tool_calls: calls }) }]
}

/** Reasoning is returned only to the kind of provider it came from, in the same field: others refuse it. */
function writeThinking(parts: readonly AnswerPart[]): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const part of parts) {
    if (part.type !== 'thinking' || part.seal?.by !== 'chat' || !/^reasoning(_content)?$/.test(part.seal.value)) continue
    fields[part.seal.value] = (fields[part.seal.value] ?? '') + part.text
  }
  return fields
}

function writeTool({ name, description, parameters, strict }: Tool): object {
  return { type: 'function', function: { name, ...(description !== undefined && { description }), parameters, ...(strict !== undefined && { strict }) } }
}

function writeChoice(choice: ToolChoice): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } }
}

function writeFormat(format: Format): object {
  if (format.type === 'json') return { type: 'json_object' }
  const { name, schema, strict, description } = format
  return { type: 'json_schema', json_schema: { name, schema, ...(strict !== undefined && { strict }), ...(description !== undefined && { description }) } }
}
