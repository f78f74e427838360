import type { AnswerPart, Conversation, Format, ShownPart, ToolChoice, Turn, UserPart } from '../conversation.ts'
import { textOf } from '../conversation.ts'
import { dataUrl, userAt, type Fields } from '../fields.ts'
import { isOpenAiModel, isReasoningModel } from '../model-family.ts'

/** A conversation as a request for a response, of which the provider is to keep nothing. */
export function writeResponses(conversation: Conversation, model: string, stream: boolean): Fields {
  const { turns, tools, toolChoice, oneCallAtATime, maxTokens, temperature, topP, format, reasoning, user, verbosity, shared } = conversation
  const [first] = turns
  const instructions = first?.role === 'system' ? textOf(first.parts, '\n\n') : undefined
  const thinks = isReasoningModel(model)
  const tellsVerbosity = thinks && verbosity !== undefined
  return {
    model,
    store: false,
    ...(stream && { stream: true }),
    ...(instructions !== undefined && { instructions }),
    input: (instructions === undefined ? turns : turns.slice(1)).flatMap(writeTurn),
    ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    // Without it, a missing `strict` would mean true here.
    ...(tools.length > 0 && { tools: tools.map(({ name, description, parameters, strict = false }) => ({ type: 'function', name, ...(description !== undefined && { description }), parameters, strict })) }),
    ...(tools.length > 0 && toolChoice !== undefined && { tool_choice: writeChoice(toolChoice) }),
    ...(tools.length > 0 && oneCallAtATime && { parallel_tool_calls: false }),
    ...((format || tellsVerbosity) && { text: { ...(format && { format: writeFormat(format) }), ...(tellsVerbosity && { verbosity }) } }),
    ...(thinks && { include: ['reasoning.encrypted_content'] }),
    ...(reasoning?.effort !== undefined && (!reasoning.isHint || thinks) && { reasoning: { effort: reasoning.effort } }),
    ...userAt(model, user),
    ...(isOpenAiModel(model) && shared),
  }
}

function writeTurn(turn: Turn): object[] {
  if (turn.role === 'system') return [{ type: 'message', role: 'developer', content: textOf(turn.parts, '\n\n') }]
  return turn.role === 'user' ? writeUser(turn.parts) : writeAssistant(turn.parts)
}

function writeUser(parts: readonly UserPart[]): object[] {
  const items: object[] = []
  const shown: ShownPart[] = []
  for (const part of parts) {
    if (part.type !== 'result') {
      shown.push(part)
      continue
    }
    const text = textOf(part.parts, '\n\n')
    const isText = part.parts.every(({ type }) => type === 'text')
    items.push({ type: 'function_call_output', call_id: part.callId, output: isText ? (part.isError ? `Error: ${text}` : text) : part.parts.map(writeShown) })
  }
  if (shown.length > 0) items.push({ type: 'message', role: 'user', content: shown.map(writeShown) })
  return items
}

function writeShown(part: ShownPart): object {
  if (part.type === 'text') return { type: 'input_text', text: part.text }
  if (part.type === 'image') return { type: 'input_image', image_url: dataUrl(part.source), detail: part.detail ?? 'auto' }
  return { type: 'input_file', ...('url' in part.source ? { file_url: part.source.url } : { filename: part.name ?? 'document.pdf', file_data: dataUrl(part.source) }) }
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

// Its id belongs to its proof: the provider checks one by the other.
function writeThought(text: string, proof: string | undefined): object[] {
  const [, id, encrypted] = /^([^:]*):(.*)$/s.exec(proof ?? '') ?? []
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
