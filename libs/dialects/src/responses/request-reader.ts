import { sealFrom, type AnswerPart, type Conversation, type Format, type Reasoning, type ContentPart, type Tool, type Turn } from '../conversation.ts'
import { cacheMarkOf, freeformTool, listIn, objectIn, optionalNumber, optionalString, readShared, refuseFields, sourceOf, stringIn, textPart, untranslatable, type Fields } from '../fields.ts'
import { readChoice } from '../chat/request-reader.ts'
import { joinTurns } from '../joined-turns.ts'
import { unreadFields } from '../nested-fields.ts'
import { invalid, isObject } from '../request.ts'
import { responsesFields } from './request-fields.ts'

const refused = {
  previous_response_id: 'nothing is kept between requests: send the whole conversation as input',
  conversation: 'nothing is kept between requests: send the whole conversation as input',
  background: 'wait for the answer, or stream it',
  prompt: 'send its text as input',
  top_logprobs: 'leave it out',
  moderation: 'leave it out',
}

/** Parses a responses request. */
export function readResponses(body: Fields): Conversation {
  refuseFields(body, refused)
  if (Array.isArray(body.include) && body.include.includes('message.output_text.logprobs')) throw untranslatable('include', 'message.output_text.logprobs', 'leave it out')
  const { input, instructions } = body
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : listIn(input, 'input')
  // The items of one answer (reasoning, text, calls) form one turn.
  const turns = joinTurns('assistant', items.flatMap((item, index) => readItem(objectIn(item, `input[${index}]`), `input[${index}]`)))
  const text = isObject(body.text) ? body.text : {}
  const { unread, hints } = unreadFields(responsesFields, body)
  return {
    turns: [...(typeof instructions === 'string' && instructions !== '' ? [{ role: 'system' as const, parts: [textPart(instructions)] }] : []), ...turns],
    ...readChoice(body.tool_choice, readTools(body.tools, body.tool_choice)),
    oneCallAtATime: body.parallel_tool_calls === false,
    maxTokens: optionalNumber(body, 'max_output_tokens'),
    temperature: optionalNumber(body, 'temperature'),
    topP: optionalNumber(body, 'top_p'),
    topK: undefined,
    stop: [],
    format: readFormat(text.format),
    reasoning: readReasoning(body.reasoning),
    showsReasoning: isObject(body.reasoning) && optionalString(body.reasoning.summary) !== undefined,
    user: optionalString(body.safety_identifier) ?? optionalString(body.user),
    verbosity: optionalString(text.verbosity),
    shared: readShared(body),
    unread: [...unread, ...offersIn(body.tools)],
    hints,
  }
}

function readReasoning(reasoning: unknown): Reasoning | undefined {
  const effort = isObject(reasoning) ? optionalString(reasoning.effort) : undefined
  return effort === undefined ? undefined : { effort, budget: undefined, isHint: false }
}

function readItem(item: Fields, field: string): Turn[] {
  switch (item.type ?? 'message') {
    case 'message':
      return [readMessage(item, field)]
    case 'reasoning':
      return [{ role: 'assistant', parts: readReasoningItem(item) }]
    case 'function_call':
      return [{ role: 'assistant', parts: [{ type: 'call', id: stringIn(item.call_id, `${field}.call_id`), name: toolName(item, field), arguments: stringIn(item.arguments, `${field}.arguments`) }] }]
    case 'custom_tool_call':
      return [{ role: 'assistant', parts: [{ type: 'call', id: stringIn(item.call_id, `${field}.call_id`), name: toolName(item, field), arguments: JSON.stringify({ input: stringIn(item.input, `${field}.input`) }) }] }]
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [{ role: 'user', parts: [{ type: 'result', callId: stringIn(item.call_id, `${field}.call_id`), parts: readContent(item.output, `${field}.output`), isError: false }] }]
    // A record of a search that the provider ran itself. The text that follows contains the results.
    case 'web_search_call':
      return []
    case 'item_reference':
      throw untranslatable(field, 'a reference to an item', 'nothing is kept between requests: send the item itself')
    default:
      throw untranslatable(`${field}.type`, `an item of type ${String(item.type).slice(0, 40)}`, 'send messages, function calls and their outputs')
  }
}

function readMessage(item: Fields, field: string): Turn {
  const { role } = item
  if (role === 'assistant') return { role, parts: readAnswerContent(item.content, `${field}.content`) }
  const parts = readContent(item.content, `${field}.content`)
  if (role === 'user') return { role, parts }
  if (role !== 'system' && role !== 'developer') throw invalid(`${field}.role`, 'user, assistant, system or developer', role, `${field}.role`)
  return {
    role: 'system',
    parts: parts.map((part) => {
      if (part.type !== 'text') throw untranslatable(field, `${part.type} in a ${role} message`, 'put it into a user message')
      return part
    }),
  }
}

function readContent(content: unknown, field: string): ContentPart[] {
  if (typeof content === 'string') return [textPart(content)]
  return listIn(content, field).map((part, index) => readPart(objectIn(part, `${field}[${index}]`), `${field}[${index}]`))
}

function readPart(part: Fields, field: string): ContentPart {
  const cache = cacheMarkOf(part)
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { ...textPart(stringIn(part.text, `${field}.text`)), ...cache }
    case 'input_image':
      if (typeof part.image_url !== 'string') throw untranslatable(field, 'an image kept by a provider', 'send it as image_url')
      return { type: 'image', source: sourceOf(part.image_url), ...(typeof part.detail === 'string' && { detail: part.detail }), ...cache }
    case 'input_file': {
      const file = optionalString(part.file_data) ?? optionalString(part.file_url)
      if (file === undefined) throw untranslatable(field, 'a file kept by a provider', 'send it as file_data')
      return { type: 'document', source: sourceOf(file), ...(typeof part.filename === 'string' && { name: part.filename }), ...cache }
    }
    default:
      throw untranslatable(`${field}.type`, `content of type ${String(part.type).slice(0, 40)}`, 'send input_text, input_image or input_file')
  }
}

function readAnswerContent(content: unknown, field: string): AnswerPart[] {
  if (typeof content === 'string') return [textPart(content)]
  return listIn(content, field).map((part, index): AnswerPart => {
    const one = objectIn(part, `${field}[${index}]`)
    if (one.type === 'refusal') return { type: 'refusal', text: stringIn(one.refusal, `${field}[${index}].refusal`) }
    const shown = readPart(one, `${field}[${index}]`)
    if (shown.type !== 'text') throw untranslatable(`${field}[${index}]`, `${shown.type} in an answer`, 'put it into a user message')
    return shown
  })
}

const hiddenMark = 'elder.hidden.'

function readReasoningItem(item: Fields): AnswerPart[] {
  const encrypted = optionalString(item.encrypted_content)
  if (encrypted?.startsWith(hiddenMark)) return [{ type: 'hidden', data: encrypted.slice(hiddenMark.length) }]
  const texts = [item.content, item.summary].find((list) => Array.isArray(list) && list.length > 0)
  const text = Array.isArray(texts) ? texts.filter(isObject).map((one) => (typeof one.text === 'string' ? one.text : '')).join('\n\n') : ''
  return [{ type: 'thinking', text, seal: encrypted === undefined ? undefined : sealFrom(encrypted, 'responses') }]
}

function toolName(item: Fields, field: string): string {
  const name = stringIn(item.name, `${field}.name`)
  return typeof item.namespace === 'string' ? qualifiedName(item.namespace, name) : name
}

/** The name of a tool in a group, for formats without groups. */
export function qualifiedName(namespace: string, name: string): string {
  return `${namespace}__${name}`
}

/** A tool that a provider would run itself may be dropped if there are other tools and none of the dropped ones is forced. */
function readTools(tools: unknown, choice: unknown): Tool[] {
  if (tools === undefined || tools === null) return []
  const read = listIn(tools, 'tools').map((tool, index) => readTool(objectIn(tool, `tools[${index}]`), `tools[${index}]`, ''))
  const hosted = read.some((one) => one === 'hosted')
  const own = read.flatMap((one) => (one === 'hosted' ? [] : one))
  if (hosted && (own.length === 0 || (isObject(choice) && isOffer(choice.type)))) throw untranslatable('tools', 'a tool that only some providers run themselves', 'offer a function that does the same, or choose one of their models')
  return own
}

function offersIn(tools: unknown): string[] {
  return Array.isArray(tools) ? tools.flatMap((tool, index) => (isObject(tool) && isOffer(tool.type) ? [`tools[${index}]`] : [])) : []
}

// Optional tools: the answer has the same form without them.
function isOffer(type: unknown): boolean {
  return typeof type === 'string' && /^(?:web_search|tool_search|image_generation)/.test(type)
}

function readTool(tool: Fields, field: string, namespace: string): Tool[] | 'hosted' {
  if (isOffer(tool.type)) return 'hosted'
  if (tool.type === 'namespace') {
    const name = stringIn(tool.name, `${field}.name`)
    return listIn(tool.tools, `${field}.tools`).flatMap((inner, index) => {
      const read = readTool(objectIn(inner, `${field}.tools[${index}]`), `${field}.tools[${index}]`, name)
      return read === 'hosted' ? [] : read
    })
  }
  const own = stringIn(tool.name ?? '', `${field}.name`)
  const name = namespace === '' ? own : qualifiedName(namespace, own)
  if (tool.type === 'custom') return [freeformTool(name, optionalString(tool.description), tool.format)]
  if (tool.type !== 'function') throw untranslatable(`${field}.type`, `the tool ${String(tool.type).slice(0, 40)}, which a provider runs itself,`, 'offer it as a function')
  const { description, parameters, strict } = tool
  return [{ name, description: optionalString(description), parameters: isObject(parameters) ? parameters : { type: 'object', properties: {} }, strict: typeof strict === 'boolean' ? strict : undefined, isFreeform: false }]
}

function readFormat(format: unknown): Format | undefined {
  if (!isObject(format) || format.type === 'text') return undefined
  if (format.type === 'json_object') return { type: 'json' }
  if (format.type !== 'json_schema') throw untranslatable('text.format.type', `the format ${String(format.type).slice(0, 40)}`, 'send text, json_object or json_schema')
  const { name, schema, strict, description } = format
  return { type: 'schema', name: optionalString(name) ?? 'answer', schema, strict: typeof strict === 'boolean' ? strict : undefined, description: optionalString(description) }
}
