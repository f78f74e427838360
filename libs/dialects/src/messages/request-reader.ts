import { sealFrom, type AnswerPart, type Conversation, type Format, type Reasoning, type ContentPart, type Source, type TextPart, type Tool, type ToolChoice, type Turn, type UserPart } from '../conversation.ts'
import { cacheMark, listIn, objectIn, optionalNumber, optionalString, refuseFields, stringIn, textPart, untranslatable, type Fields } from '../fields.ts'
import { unreadFields } from '../nested-fields.ts'
import { invalid, isObject } from '../request.ts'
import { messagesFields } from './request-fields.ts'

const refused = {
  container: 'leave it out',
  mcp_servers: 'offer their tools as tools',
  inference_geo: 'leave it out, or choose a model whose provider works there',
}

/** Parses a messages request. */
export function readMessages(body: Fields): Conversation {
  refuseFields(body, refused)
  const system = body.system === undefined || body.system === null ? [] : readTexts(body.system, 'system').filter(({ text }) => !isBilling(text))
  const turns = listIn(body.messages, 'messages').map((message, index) => readMessage(objectIn(message, `messages[${index}]`), `messages[${index}]`))
  const config = isObject(body.output_config) ? body.output_config : {}
  const { unread, hints } = unreadFields(messagesFields, body)
  return {
    turns: [...(system.length > 0 ? [{ role: 'system' as const, parts: system }] : []), ...turns],
    tools: readTools(body.tools, body.tool_choice),
    ...readChoice(body.tool_choice),
    maxTokens: optionalNumber(body, 'max_tokens'),
    temperature: optionalNumber(body, 'temperature'),
    topP: optionalNumber(body, 'top_p'),
    topK: optionalNumber(body, 'top_k'),
    stop: body.stop_sequences === undefined || body.stop_sequences === null ? [] : listIn(body.stop_sequences, 'stop_sequences').map((one, index) => stringIn(one, `stop_sequences[${index}]`)),
    format: readFormat(config.format ?? body.output_format),
    reasoning: readReasoning(body.thinking, config.effort),
    showsReasoning: isObject(body.thinking) && body.thinking.display === 'summarized',
    user: isObject(body.metadata) ? optionalString(body.metadata.user_id) : undefined,
    verbosity: undefined,
    shared: body.service_tier === 'standard_only' ? { service_tier: 'default' } : {},
    unread: [...unread, ...hostedIn(body.tools)],
    hints,
  }
}

// Claude Code's billing line differs in each request, so it would defeat other providers' prompt caches. It means nothing to a model.
function isBilling(text: string): boolean {
  return text.startsWith('x-anthropic-billing-header:')
}

function readTexts(content: unknown, field: string): TextPart[] {
  if (typeof content === 'string') return [textPart(content)]
  return listIn(content, field).map((block, index) => {
    const { type, text, cache_control: cache } = objectIn(block, `${field}[${index}]`)
    if (type !== 'text') throw untranslatable(`${field}[${index}]`, `${String(type).slice(0, 40)} in a system prompt`, 'put it into a user message')
    return textPart(stringIn(text, `${field}[${index}].text`), cache)
  })
}

function readMessage(message: Fields, field: string): Turn {
  const { role, content } = message
  if (role === 'system') return { role, parts: readTexts(content, `${field}.content`) }
  if (role !== 'user' && role !== 'assistant') throw invalid(`${field}.role`, 'user, assistant or system', role, `${field}.role`)
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : listIn(content, `${field}.content`)
  const read = <P>(one: (block: Fields, at: string) => P) => blocks.map((block, index) => one(objectIn(block, `${field}.content[${index}]`), `${field}.content[${index}]`))
  return role === 'user' ? { role, parts: read(readUserBlock) } : { role, parts: read(readAssistantBlock) }
}

function readUserBlock(block: Fields, field: string): UserPart {
  if (block.type !== 'tool_result') return readContentBlock(block, field)
  const content = block.content ?? []
  return {
    type: 'result',
    callId: stringIn(block.tool_use_id, `${field}.tool_use_id`),
    parts: typeof content === 'string' ? [textPart(content)] : listIn(content, `${field}.content`).map((one, index) => readContentBlock(objectIn(one, `${field}.content[${index}]`), `${field}.content[${index}]`)),
    isError: block.is_error === true,
    ...cacheMark(block.cache_control),
  }
}

function readContentBlock(block: Fields, field: string): ContentPart {
  const cache = cacheMark(block.cache_control)
  if (isObject(block.citations) && block.citations.enabled === true) throw untranslatable(`${field}.citations`, 'the wish for citations', "leave it out, or choose one of Anthropic's own models")
  switch (block.type) {
    case 'text':
      return { type: 'text', text: stringIn(block.text, `${field}.text`), ...cache }
    case 'image':
      return { type: 'image', source: readSource(objectIn(block.source, `${field}.source`), `${field}.source`), ...cache }
    case 'document':
      return readDocument(block, objectIn(block.source, `${field}.source`), field)
    case 'search_result':
      return { type: 'text', text: `${String(block.title)} (${String(block.source)})\n${readTexts(block.content, `${field}.content`).map(({ text }) => text).join('\n')}`, ...cache }
    case 'tool_reference':
      return { type: 'text', text: `The tool ${String(block.tool_name)} can be called.` }
    default:
      throw untranslatable(`${field}.type`, `a block of type ${String(block.type).slice(0, 40)}`, 'send text, image, document or tool_result')
  }
}

function readSource(source: Fields, field: string): Source {
  if (source.type === 'base64') return { mediaType: stringIn(source.media_type, `${field}.media_type`), base64: stringIn(source.data, `${field}.data`) }
  if (source.type === 'url') return { url: stringIn(source.url, `${field}.url`) }
  throw untranslatable(field, `a source of type ${String(source.type).slice(0, 40)}`, 'send it in base64')
}

function readDocument(block: Fields, source: Fields, field: string): ContentPart {
  const cache = cacheMark(block.cache_control)
  const title = optionalString(block.title)
  const heading = [title, optionalString(block.context)].flatMap((one) => (one === undefined ? [] : [`${one}\n\n`])).join('')
  if (optionalString(block.context) !== undefined && source.type !== 'text' && source.type !== 'content') throw untranslatable(`${field}.context`, 'the context of a document', 'send it in a text block')
  if (source.type === 'text') return { type: 'text', text: heading + stringIn(source.data, `${field}.source.data`), ...cache }
  if (source.type === 'content') return { type: 'text', text: heading + readTexts(source.content, `${field}.source.content`).map(({ text }) => text).join('\n'), ...cache }
  return { type: 'document', source: readSource(source, `${field}.source`), ...(title !== undefined && { name: title }), ...cache }
}

function readAssistantBlock(block: Fields, field: string): AnswerPart {
  switch (block.type) {
    case 'text':
      return textPart(stringIn(block.text, `${field}.text`), block.cache_control)
    case 'thinking':
      return { type: 'thinking', text: stringIn(block.thinking, `${field}.thinking`), seal: optionalString(block.signature) === undefined ? undefined : sealFrom(stringIn(block.signature, field), 'messages') }
    case 'redacted_thinking':
      return { type: 'hidden', data: stringIn(block.data, `${field}.data`) }
    case 'tool_use':
      return { type: 'call', id: stringIn(block.id, `${field}.id`), name: stringIn(block.name, `${field}.name`), arguments: JSON.stringify(block.input ?? {}), ...cacheMark(block.cache_control) }
    default:
      throw untranslatable(`${field}.type`, `a block of type ${String(block.type).slice(0, 40)}`, 'send text, thinking or tool_use')
  }
}

/** A web tool that a provider would run itself may be dropped if there are other tools and it is not forced. */
function readTools(tools: unknown, choice: unknown): Tool[] {
  if (tools === undefined || tools === null) return []
  const all = listIn(tools, 'tools').map((tool, index) => ({ tool: objectIn(tool, `tools[${index}]`), field: `tools[${index}]` }))
  const own = all.filter(({ tool }) => !isHosted(tool))
  const foreign = all.find(({ tool }) => isHosted(tool))
  const mayBeDropped = foreign && own.length > 0 && /^web_(search|fetch)_/.test(String(foreign.tool.type)) && !(isObject(choice) && choice.name === foreign.tool.name)
  if (foreign && !mayBeDropped) throw untranslatable(`${foreign.field}.type`, `the tool ${String(foreign.tool.type).slice(0, 40)}, which only Anthropic's own models have,`, 'offer a tool with an input_schema, or choose one of those models')
  return own.map(({ tool, field }) => ({
    name: stringIn(tool.name, `${field}.name`),
    description: descriptionOf(tool),
    parameters: objectIn(tool.input_schema, `${field}.input_schema`),
    strict: typeof tool.strict === 'boolean' ? tool.strict : undefined,
    isFreeform: false,
    ...cacheMark(tool.cache_control),
  }))
}

/** Includes the examples of input, for which other formats have no field. */
function descriptionOf({ description, input_examples: examples }: Fields): string | undefined {
  const shown = Array.isArray(examples) && examples.length > 0 ? `Examples of its input:\n${examples.map((one) => JSON.stringify(one)).join('\n')}` : ''
  return [optionalString(description), shown].filter(Boolean).join('\n\n') || undefined
}

function hostedIn(tools: unknown): string[] {
  return Array.isArray(tools) ? tools.flatMap((tool, index) => (isObject(tool) && isHosted(tool) ? [`tools[${index}]`] : [])) : []
}

function isHosted({ type }: Fields): boolean {
  return type !== undefined && type !== null && type !== 'custom'
}

const choices: Readonly<Record<string, ToolChoice>> = { auto: 'auto', none: 'none', any: 'required' }

function readChoice(choice: unknown): { toolChoice: ToolChoice | undefined; oneCallAtATime: boolean } {
  if (choice === undefined || choice === null) return { toolChoice: undefined, oneCallAtATime: false }
  const { type, name, disable_parallel_tool_use: oneAtATime } = objectIn(choice, 'tool_choice')
  const toolChoice = type === 'tool' ? { name: stringIn(name, 'tool_choice.name') } : choices[String(type)]
  if (toolChoice === undefined) throw invalid('tool_choice.type', 'auto, any, tool or none', type, 'tool_choice.type')
  return { toolChoice, oneCallAtATime: oneAtATime === true }
}

function readFormat(format: unknown): Format | undefined {
  if (!isObject(format)) return undefined
  if (format.type !== 'json_schema') throw untranslatable('output_config.format.type', `the format ${String(format.type).slice(0, 40)}`, 'send json_schema')
  return { type: 'schema', name: 'answer', schema: format.schema, strict: true, description: undefined }
}

function readReasoning(thinking: unknown, effort: unknown): Reasoning | undefined {
  const budget = isObject(thinking) && thinking.type === 'enabled' ? optionalNumber(thinking, 'budget_tokens') : undefined
  const named = optionalString(effort) ?? (budget === undefined ? undefined : effortFor(budget))
  return named === undefined ? undefined : { effort: named, budget, isHint: true }
}

function effortFor(budget: number): string {
  if (budget <= 2_048) return 'low'
  return budget <= 8_192 ? 'medium' : 'high'
}
