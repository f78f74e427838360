import type { AnswerPart, Conversation, Format, ResultPart, ContentPart, TextPart, ToolChoice, Turn, UserPart } from '../conversation.ts'
import { textOf } from '../conversation.ts'
import { dataUrl, openAiCacheMark, userAt, type Fields } from '../fields.ts'
import { isOpenAiModel, isReasoningModel, takesCacheMarks } from '../model-family.ts'

/** Writes a conversation as a responses request with `store: false`. */
export function writeResponses(conversation: Conversation, model: string, stream: boolean): Fields {
  const { turns, tools, toolChoice, oneCallAtATime, maxTokens, temperature, topP, format, reasoning, showsReasoning, user, verbosity, shared } = conversation
  const [first] = turns
  const marks = takesCacheMarks(model)
  // `instructions` is a plain text without room for cache marks.
  const instructions = first?.role === 'system' && !(marks && first.parts.some(({ cache }) => cache !== undefined)) ? textOf(first.parts, '\n\n') : undefined
  const thinks = isReasoningModel(model)
  const effort = reasoning && (!reasoning.isHint || thinks) ? reasoning.effort : undefined
  const summary = thinks && showsReasoning ? 'auto' : undefined
  const hasVerbosity = thinks && verbosity !== undefined
  return {
    model,
    store: false,
    ...(stream && { stream: true }),
    ...(instructions !== undefined && { instructions }),
    input: (instructions === undefined ? turns : turns.slice(1)).flatMap((turn) => writeTurn(turn, marks)),
    ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    // In this format a missing `strict` means true.
    ...(tools.length > 0 && { tools: tools.map(({ name, description, parameters, strict = false }) => ({ type: 'function', name, ...(description !== undefined && { description }), parameters, strict })) }),
    ...(tools.length > 0 && toolChoice !== undefined && { tool_choice: writeChoice(toolChoice) }),
    ...(tools.length > 0 && oneCallAtATime && { parallel_tool_calls: false }),
    ...((format || hasVerbosity) && { text: { ...(format && { format: writeFormat(format) }), ...(hasVerbosity && { verbosity }) } }),
    ...(thinks && { include: ['reasoning.encrypted_content'] }),
    ...((effort !== undefined || summary !== undefined) && { reasoning: { ...(effort !== undefined && { effort }), ...(summary !== undefined && { summary }) } }),
    ...userAt(model, user),
    ...(isOpenAiModel(model) && shared),
  }
}

function writeTurn(turn: Turn, marks: boolean): object[] {
  if (turn.role === 'system') return [{ type: 'message', role: 'developer', content: writeInstructions(turn.parts, marks) }]
  return turn.role === 'user' ? writeUser(turn.parts, marks) : writeAssistant(turn.parts)
}

function writeInstructions(parts: readonly TextPart[], marks: boolean): unknown {
  return marks && parts.some(({ cache }) => cache !== undefined) ? parts.map((part) => writeContent(part, marks)) : textOf(parts, '\n\n')
}

function writeUser(parts: readonly UserPart[], marks: boolean): object[] {
  const items: object[] = []
  const shown: ContentPart[] = []
  for (const part of parts) {
    if (part.type !== 'result') {
      shown.push(part)
      continue
    }
    const text = textOf(part.parts, '\n\n')
    const isText = part.parts.every(({ type }) => type === 'text')
    items.push({ type: 'function_call_output', call_id: part.callId, output: isText ? (part.isError ? `Error: ${text}` : text) : [...failed(part), ...part.parts.map((one) => writeContent(one, false))] })
  }
  if (shown.length > 0) items.push({ type: 'message', role: 'user', content: shown.map((part) => writeContent(part, marks)) })
  return items
}

function failed({ isError }: ResultPart): object[] {
  return isError ? [{ type: 'input_text', text: 'Error:' }] : []
}

function writeContent(part: ContentPart, marks: boolean): object {
  const mark = openAiCacheMark(part, marks)
  if (part.type === 'text') return { type: 'input_text', text: part.text, ...mark }
  if (part.type === 'image') return { type: 'input_image', image_url: dataUrl(part.source), detail: part.detail ?? 'auto', ...mark }
  return { type: 'input_file', ...('url' in part.source ? { file_url: part.source.url } : { filename: part.name ?? 'document.pdf', file_data: dataUrl(part.source) }), ...mark }
}

function writeAssistant(parts: readonly AnswerPart[]): object[] {
  return parts.flatMap((part): object[] => {
    switch (part.type) {
      case 'text':
        return part.text === '' ? [] : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: part.text, annotations: [] }] }]
      case 'refusal':
        return [{ type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: part.text }] }]
      case 'call':
        return [{ type: 'function_call', call_id: part.id, name: part.name, arguments: part.arguments || '{}' }]
      case 'thinking':
        return writeThought(part.text, part.seal?.by === 'responses' ? part.seal.value : undefined)
      default:
        return []
    }
  })
}

// The seal contains the item's id, because the provider verifies it together with the encrypted content.
function writeThought(text: string, seal: string | undefined): object[] {
  const [, id, encrypted] = /^([^:]*):(.*)$/s.exec(seal ?? '') ?? []
  if (id === undefined) return []
  return [{ type: 'reasoning', id, summary: text === '' ? [] : [{ type: 'summary_text', text }], encrypted_content: encrypted }]
}

function writeChoice(choice: ToolChoice): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', name: choice.name }
}

function writeFormat(format: Format): object {
  if (format.type === 'json') return { type: 'json_object' }
  const { name, schema, strict, description } = format
  return { type: 'json_schema', name, schema, ...(strict !== undefined && { strict }), ...(description !== undefined && { description }) }
}
