import type { AnswerPart, Conversation, Format, ContentPart, TextPart, Tool, ToolChoice, Turn } from '../conversation.ts'
import { sealFrom } from '../conversation.ts'
import { cacheMark, cacheMarkOf, freeformTool, listIn, objectIn, optionalNumber, optionalString, readShared, refuseFields, sourceOf, stringIn, textPart, untranslatable, type Fields } from '../fields.ts'
import { unreadFields } from '../nested-fields.ts'
import { invalid, isObject } from '../request.ts'
import { chatFields } from './request-fields.ts'

const refused = {
  functions: 'send tools instead',
  function_call: 'send tool_choice instead',
  audio: 'leave it out',
  logprobs: 'leave it out',
  top_logprobs: 'leave it out',
  web_search_options: 'leave it out, or choose a model whose provider searches',
  moderation: 'leave it out',
}

/** Parses a chat completions request. */
export function readChat(body: Fields): Conversation {
  refuseFields(body, refused)
  if (typeof body.n === 'number' && body.n > 1) throw untranslatable('n', 'more than one answer', 'ask for one')
  if (isObject(body.logit_bias) && Object.keys(body.logit_bias).length > 0) throw untranslatable('logit_bias', 'a bias of tokens', 'leave it out')
  if (Array.isArray(body.modalities) && body.modalities.some((one) => one !== 'text')) throw untranslatable('modalities', 'an answer that is no text', 'ask for text')
  const effort = optionalString(body.reasoning_effort)
  const tools = body.tools === undefined || body.tools === null ? [] : listIn(body.tools, 'tools').map(readTool)
  return {
    turns: listIn(body.messages, 'messages').map((message, index) => readMessage(objectIn(message, `messages[${index}]`), `messages[${index}]`)),
    ...readChoice(body.tool_choice, tools),
    oneCallAtATime: body.parallel_tool_calls === false,
    maxTokens: optionalNumber(body, 'max_completion_tokens') ?? optionalNumber(body, 'max_tokens'),
    temperature: optionalNumber(body, 'temperature'),
    topP: optionalNumber(body, 'top_p'),
    topK: undefined,
    stop: readStop(body.stop),
    format: readFormat(body.response_format),
    reasoning: effort === undefined ? undefined : { effort, budget: undefined, isHint: false },
    showsReasoning: false,
    user: optionalString(body.safety_identifier) ?? optionalString(body.user),
    verbosity: optionalString(body.verbosity),
    shared: readShared(body),
    ...unreadFields(chatFields, body),
  }
}

export function readStop(stop: unknown): string[] {
  if (stop === undefined || stop === null) return []
  return (Array.isArray(stop) ? stop : [stop]).map((one, index) => stringIn(one, `stop[${index}]`))
}

function readMessage(message: Fields, field: string): Turn {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', parts: readParts(message.content, `${field}.content`).map((part) => onlyText(part, field)) }
    case 'user':
      return { role: 'user', parts: readParts(message.content, `${field}.content`) }
    case 'assistant':
      return { role: 'assistant', parts: readAssistant(message, field) }
    case 'tool': {
      const callId = stringIn(message.tool_call_id, `${field}.tool_call_id`)
      return { role: 'user', parts: [{ type: 'result', callId, parts: readParts(message.content, `${field}.content`), isError: false, ...cacheMarkOf(message) }] }
    }
    default:
      throw invalid(`${field}.role`, 'system, developer, user, assistant or tool', message.role, `${field}.role`)
  }
}

function onlyText(part: ContentPart, field: string): TextPart {
  if (part.type !== 'text') throw untranslatable(field, `${part.type} in a system message`, 'put it into a user message')
  return part
}

function readParts(content: unknown, field: string): ContentPart[] {
  if (typeof content === 'string') return [textPart(content)]
  return listIn(content, field).map((part, index) => readPart(objectIn(part, `${field}[${index}]`), `${field}[${index}]`))
}

function readPart(part: Fields, field: string): ContentPart {
  const cache = cacheMarkOf(part)
  switch (part.type) {
    case 'text':
      return { type: 'text', text: stringIn(part.text, `${field}.text`), ...cache }
    case 'image_url': {
      const image = isObject(part.image_url) ? part.image_url : { url: part.image_url }
      return { type: 'image', source: sourceOf(stringIn(image.url, `${field}.image_url.url`)), ...(typeof image.detail === 'string' && { detail: image.detail }), ...cache }
    }
    case 'file': {
      const file = objectIn(part.file, `${field}.file`)
      if (typeof file.file_data !== 'string') throw untranslatable(`${field}.file`, 'a file kept by a provider', 'send it as file_data')
      return { type: 'document', source: sourceOf(file.file_data), ...(typeof file.filename === 'string' && { name: file.filename }), ...cache }
    }
    default:
      throw untranslatable(`${field}.type`, `content of type ${String(part.type).slice(0, 40)}`, 'send text, image_url or file')
  }
}

function readAssistant(message: Fields, field: string): AnswerPart[] {
  const parts: AnswerPart[] = readReasoning(message)
  if (message.function_call !== undefined && message.function_call !== null) throw untranslatable(`${field}.function_call`, 'a call without an id', 'send it in tool_calls')
  if (message.audio !== undefined && message.audio !== null) throw untranslatable(`${field}.audio`, 'a spoken answer', 'send its text')
  if (typeof message.content === 'string') parts.push(textPart(message.content))
  else if (Array.isArray(message.content)) parts.push(...message.content.map((part, index) => readAssistantPart(objectIn(part, `${field}.content[${index}]`), `${field}.content[${index}]`)))
  if (typeof message.refusal === 'string') parts.push({ type: 'refusal', text: message.refusal })
  const calls = message.tool_calls === undefined || message.tool_calls === null ? [] : listIn(message.tool_calls, `${field}.tool_calls`)
  calls.forEach((one, index) => parts.push(readCall(objectIn(one, `${field}.tool_calls[${index}]`), `${field}.tool_calls[${index}]`)))
  return parts
}

function readAssistantPart(part: Fields, field: string): AnswerPart {
  if (part.type === 'refusal') return { type: 'refusal', text: stringIn(part.refusal, `${field}.refusal`) }
  if (part.type !== 'text') throw untranslatable(`${field}.type`, `an answer of type ${String(part.type).slice(0, 40)}`, 'send text')
  return { type: 'text', text: stringIn(part.text, `${field}.text`), ...cacheMarkOf(part) }
}

function readCall(call: Fields, field: string): AnswerPart {
  const id = stringIn(call.id, `${field}.id`)
  if (isObject(call.custom)) return { type: 'call', id, name: stringIn(call.custom.name, `${field}.custom.name`), arguments: JSON.stringify({ input: call.custom.input }) }
  const { name, arguments: written } = objectIn(call.function, `${field}.function`)
  return { type: 'call', id, name: stringIn(name, `${field}.function.name`), arguments: typeof written === 'string' ? written : JSON.stringify(written ?? {}) }
}

/** The reasoning of an earlier answer, in the form in which ChatWriter sent it. */
function readReasoning(message: Fields): AnswerPart[] {
  const details = message.reasoning_details
  if (!Array.isArray(details)) return []
  return details.filter(isObject).flatMap((one): AnswerPart[] => {
    if (one.type === 'reasoning.encrypted' && typeof one.data === 'string') return [{ type: 'hidden', data: one.data }]
    if (one.type !== 'reasoning.text' || typeof one.text !== 'string') return []
    return [{ type: 'thinking', text: one.text, seal: typeof one.signature === 'string' ? sealFrom(one.signature, 'chat') : undefined }]
  })
}

function readTool(tool: unknown, index: number): Tool {
  const field = `tools[${index}]`
  const one = objectIn(tool, field)
  if (one.type === 'custom') {
    const custom = objectIn(one.custom, `${field}.custom`)
    const grammar = isObject(custom.format) ? custom.format.grammar : undefined
    return freeformTool(stringIn(custom.name, `${field}.custom.name`), optionalString(custom.description), grammar)
  }
  if (one.type !== 'function') throw untranslatable(`${field}.type`, `a tool of type ${String(one.type).slice(0, 40)}`, 'offer it as a function')
  const { name, description, parameters, strict } = objectIn(one.function, `${field}.function`)
  return {
    name: stringIn(name, `${field}.function.name`),
    description: optionalString(description),
    parameters: isObject(parameters) ? parameters : { type: 'object', properties: {} },
    strict: typeof strict === 'boolean' ? strict : undefined,
    isFreeform: false,
    ...cacheMark(one.cache_control),
  }
}

/** The allowed tools and the tool choice. */
export function readChoice(choice: unknown, tools: readonly Tool[]): { tools: readonly Tool[]; toolChoice: ToolChoice | undefined } {
  if (choice === undefined || choice === null) return { tools, toolChoice: undefined }
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { tools, toolChoice: choice }
  const { type, ...rest } = objectIn(choice, 'tool_choice')
  const inner = typeof type === 'string' && isObject(rest[type]) ? (rest[type] as Fields) : rest
  if (type === 'allowed_tools') {
    const names = new Set(listIn(inner.tools, 'tool_choice.tools').map((one) => nameIn(objectIn(one, 'tool_choice.tools'))))
    return { tools: tools.filter(({ name }) => names.has(name)), toolChoice: inner.mode === 'required' ? 'required' : 'auto' }
  }
  if (type !== 'function' && type !== 'custom') throw untranslatable('tool_choice', `the choice ${String(type).slice(0, 40)}`, 'name a function, or send auto, none or required')
  return { tools, toolChoice: { name: stringIn(inner.name, 'tool_choice.name') } }
}

function nameIn(tool: Fields): unknown {
  const inner = tool[String(tool.type)]
  return isObject(inner) ? inner.name : tool.name
}

function readFormat(format: unknown): Format | undefined {
  if (!isObject(format) || format.type === 'text') return undefined
  if (format.type === 'json_object') return { type: 'json' }
  if (format.type !== 'json_schema') throw untranslatable('response_format.type', `the format ${String(format.type).slice(0, 40)}`, 'send text, json_object or json_schema')
  const { name, schema, strict, description } = objectIn(format.json_schema, 'response_format.json_schema')
  return { type: 'schema', name: optionalString(name) ?? 'answer', schema, strict: typeof strict === 'boolean' ? strict : undefined, description: optionalString(description) }
}
