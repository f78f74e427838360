import type Anthropic from '@anthropic-ai/sdk'
import type OpenAI from 'openai'
import { expect, test } from 'vitest'
import { readRequest, translate, type Api } from '@elder/dialects'

// Requests that set every nested field that the clients' types know. Each reaches a provider of another format, or is named to the client.

/** The paths of all fields that hold no fields: `messages[].content[].image_url.detail`. */
type Paths<T, At extends string = ''> = T extends null | undefined
  ? never
  : T extends string | number | boolean
    ? At
    : T extends readonly (infer E)[]
      ? Paths<E, `${At}[]`>
      : T extends object
        ? string extends keyof T
          ? At
          : { [K in keyof T & string]-?: Paths<T[K], At extends '' ? K : `${At}.${K}`> }[keyof T & string]
        : At

const schema: Record<string, unknown> = { type: 'object', properties: { a: { type: 'string' } } }
const input: unknown = { a: 'b' }

/** Does not compile, and names the field, when a client's type has one that no request below sets. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what it is called with is all it is for
function setsAll<_Missing extends never>(): void {}

type Chat = OpenAI.ChatCompletionCreateParams
type ChatNested = Pick<Chat, 'tools' | 'response_format' | 'stream_options'> & { tool_choice: Exclude<Chat['tool_choice'], string>; messages: Exclude<OpenAI.ChatCompletionMessageParam, OpenAI.ChatCompletionFunctionMessageParam>[] }
type ChatRefused = `${string}.input_audio.${string}` | `${string}.audio.id` | `${string}.function_call.${string}` | `${string}.file_id` 

const breakpoint = { mode: 'explicit', ttl: '12h' } as const
const chat = [
  {
    stream_options: { include_usage: true, include_obfuscation: true },
    messages: [
      { role: 'system', content: 'be brief', name: 'boss' },
      { role: 'user', content: 'hi', name: 'ann' },
      { role: 'user', content: [{ type: 'text', text: 'look', prompt_cache_breakpoint: breakpoint }, { type: 'image_url', image_url: { url: 'https://pictures.example/a.png', detail: 'low' } }, { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' } }] },
      { role: 'assistant', name: 'bot', content: [{ type: 'refusal', refusal: 'no' }], refusal: 'never', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }, { id: 'c2', type: 'custom', custom: { name: 'g', input: 'x' } }] },
      { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'found', prompt_cache_breakpoint: breakpoint }] },
    ],
    tools: [{ type: 'function', function: { name: 'f', description: 'does it', parameters: schema, strict: true } }, { type: 'custom', custom: { name: 'g', description: 'does that', format: { type: 'grammar', grammar: { definition: 'start: x', syntax: 'lark' } } } }],
    tool_choice: { type: 'function', function: { name: 'f' } },
    response_format: { type: 'json_schema', json_schema: { name: 'answer', description: 'the answer', schema, strict: true } },
  },
  { messages: [{ role: 'user', content: 'hi' }], tools: [{ type: 'custom', custom: { name: 'g' } }], tool_choice: { type: 'custom', custom: { name: 'g' } } },
  { messages: [{ role: 'user', content: 'hi' }], tools: [{ type: 'custom', custom: { name: 'g' } }], tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [{ type: 'custom', custom: { name: 'g' } } as Record<string, unknown>] } } },
] as const
setsAll<Exclude<Paths<ChatNested>, Paths<(typeof chat)[number]> | ChatRefused>>()

type Item = OpenAI.Responses.EasyInputMessage | OpenAI.Responses.ResponseInputItem.Message | OpenAI.Responses.ResponseOutputMessage | OpenAI.Responses.ResponseFunctionToolCall | OpenAI.Responses.ResponseInputItem.FunctionCallOutput | OpenAI.Responses.ResponseCustomToolCall | OpenAI.Responses.ResponseCustomToolCallOutput | OpenAI.Responses.ResponseReasoningItem
type ResponsesNested = Pick<OpenAI.Responses.ResponseCreateParams, 'text' | 'reasoning' | 'stream_options'> & { input: Item[]; tools: (OpenAI.Responses.FunctionTool | OpenAI.Responses.CustomTool | OpenAI.Responses.NamespaceTool)[]; tool_choice: OpenAI.Responses.ToolChoiceFunction | OpenAI.Responses.ToolChoiceCustom | OpenAI.Responses.ToolChoiceAllowed }
type ResponsesRefused = `${string}.file_id` | `${string}.annotations[].${string}` | `${string}.logprobs[].${string}`

const program = { type: 'program', caller_id: 'p1' } as const
const responses = [
  {
    stream_options: { include_obfuscation: true },
    input: [
      { type: 'message', role: 'user', content: 'hi', status: 'completed' },
      { role: 'user', content: [{ type: 'input_text', text: 'look', prompt_cache_breakpoint: breakpoint }, { type: 'input_image', image_url: 'https://pictures.example/a.png', detail: 'low' }, { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==', detail: 'low' }] },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'hm' }], content: [{ type: 'reasoning_text', text: 'hm' }], encrypted_content: 'zz', status: 'completed' },
      { type: 'message', id: 'm_1', status: 'completed', role: 'assistant', phase: 'commentary', content: [{ type: 'output_text', text: 'said', annotations: [{ type: 'url_citation' }], logprobs: [{ token: 'a' }] }, { type: 'refusal', refusal: 'no' }] },
      { type: 'function_call', id: 'fc_1', call_id: 'c1', namespace: 'n', name: 'f', arguments: '{"a":1}', status: 'completed', async: true, caller: program },
      { type: 'custom_tool_call', id: 'ct_1', call_id: 'c2', namespace: 'n', name: 'g', input: 'x', async: true, caller: program },
      { type: 'function_call_output', id: 'fo_1', call_id: 'c1', namespace: 'n', name: 'f', output: [{ type: 'input_text', text: 'found', prompt_cache_breakpoint: breakpoint }, { type: 'input_image', image_url: 'https://pictures.example/b.png', detail: 'high' }, { type: 'input_file', filename: 'b.pdf', file_data: 'data:application/pdf;base64,AA==', detail: 'low' }], status: 'completed', caller: program },
      { type: 'custom_tool_call_output', id: 'co_1', call_id: 'c2', output: 'found', caller: program },
    ],
    tools: [
      { type: 'function', name: 'f', description: 'does it', parameters: schema, strict: true, allowed_callers: ['programmatic'], async: true, defer_loading: true, output_schema: schema },
      { type: 'custom', name: 'g', description: 'does that', format: { type: 'grammar', definition: 'start: x', syntax: 'lark' }, allowed_callers: ['programmatic'], async: true, defer_loading: true },
      { type: 'namespace', name: 'n', description: 'more', tools: [{ type: 'function', name: 'f', description: 'does it', parameters: input, strict: true, allowed_callers: ['programmatic'], async: true, defer_loading: true, output_schema: schema }, { type: 'custom', name: 'g', description: 'does that', format: { type: 'grammar', definition: 'start: y', syntax: 'lark' } }] },
    ],
    tool_choice: { type: 'function', name: 'f' },
    text: { verbosity: 'low', format: { type: 'json_schema', name: 'answer', description: 'the answer', schema, strict: true } },
    reasoning: { effort: 'high', summary: 'detailed', generate_summary: 'detailed', context: 'all_turns', mode: 'pro' },
  },
  { input: 'hi', reasoning: { effort: 'high', summary: 'auto' }, tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'custom', name: 'g' } as Record<string, unknown>] }, tools: [{ type: 'custom', name: 'g' }] },
] as const
const linkedItems = [{ input: [{ role: 'user', content: [{ type: 'input_file', filename: 'c.pdf', file_url: 'https://papers.example/c.pdf' }] }, { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_file', filename: 'd.pdf', file_url: 'https://papers.example/d.pdf' }] }] }] as const
setsAll<Exclude<Paths<ResponsesNested>, Paths<(typeof responses)[number] | (typeof linkedItems)[number]> | ResponsesRefused>>()

type Beta = Anthropic.Beta.MessageCreateParamsNonStreaming
type Shown = Anthropic.Beta.BetaTextBlockParam | Anthropic.Beta.BetaImageBlockParam | Anthropic.Beta.BetaRequestDocumentBlock | Anthropic.Beta.BetaSearchResultBlockParam | Anthropic.Beta.BetaToolReferenceBlockParam
type Block = Shown | Anthropic.Beta.BetaThinkingBlockParam | Anthropic.Beta.BetaRedactedThinkingBlockParam | Anthropic.Beta.BetaToolUseBlockParam | (Omit<Anthropic.Beta.BetaToolResultBlockParam, 'content'> & { content: string | Shown[] })
type Message = (Omit<Anthropic.Beta.BetaUserMessageParam, 'content'> | Omit<Anthropic.Beta.BetaAssistantMessageParam, 'content'> | Omit<Anthropic.Beta.BetaSystemMessageParam, 'content'>) & { content: string | Block[] }
type MessagesNested = Pick<Beta, 'system' | 'tool_choice' | 'thinking' | 'output_config' | 'output_format' | 'metadata'> & { messages: Message[]; tools: Anthropic.Beta.BetaTool[] }
type MessagesRefused = `${string}.file_id` | `${string}.citations[].${string}` | `${string}.citations.enabled` | `${string}.source.content[].${'source' | 'transformations'}.${string}`

const cache = { type: 'ephemeral', ttl: '1h' } as const
const cited = [{ type: 'char_location', cited_text: 'x' }] as const
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' }, transformations: { oversized_image: 'error' }, cache_control: cache } as const
const blocks = [
  { type: 'text', text: 'look', citations: cited, cache_control: cache },
  image,
  { type: 'document', title: 'Plan', context: 'a draft', source: { type: 'text', media_type: 'text/plain', data: 'the text' }, cache_control: cache },
  { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'part', citations: cited, cache_control: cache }] } },
  { type: 'document', source: { type: 'content', content: 'whole' } },
  { type: 'search_result', title: 'found', source: 'here', content: [{ type: 'text', text: 'it', citations: cited, cache_control: cache }], cache_control: cache },
  { type: 'tool_reference', tool_name: 'other', cache_control: cache },
] as const
const linked = { type: 'document', title: 'b.pdf', source: { type: 'url', url: 'https://papers.example/b.pdf' } } as const
const messages = [
  {
    system: [{ type: 'text', text: 'be brief', citations: cited, cache_control: cache }],
    messages: [
      { role: 'user', content: blocks },
      { role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://pictures.example/a.png' } }] },
      { role: 'assistant', content: [{ type: 'text', text: 'said', cache_control: cache }, { type: 'tool_use', id: 't1', name: 'f', input, caller: { type: 'code_execution_20250825', tool_id: 's1' }, toolset_name: 'browser', cache_control: cache }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', is_error: true, toolset_name: 'browser', content: blocks, cache_control: cache }] },
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'elder.chat.reasoning' }, { type: 'redacted_thinking', data: 'zz' }, { type: 'tool_use', id: 't2', name: 'f', input }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't2', content: 'done' }] },
    ],
    tools: [{ type: 'custom', name: 'f', description: 'does it', input_schema: schema, input_examples: [schema], strict: true, allowed_callers: ['code_execution_20260120'], defer_loading: true, eager_input_streaming: true, cache_control: cache }],
    tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
    thinking: { type: 'enabled', budget_tokens: 1_024, display: 'summarized', block_binding: { prefix_mismatch_behavior: 'drop_block' } },
    output_config: { format: { type: 'json_schema', schema }, task_budget: { type: 'tokens', total: 9, remaining: 5 } },
    metadata: { user_id: 'u' },
  },
  { system: 'be brief', messages: [{ role: 'user', content: 'hi' }, { role: 'system', content: 'and kind', clear_at: 9, output_config: { effort: 'low' } }], thinking: { type: 'disabled' }, output_config: { effort: 'high' }, output_format: { type: 'json_schema', schema } },
] as const
const linkedBlocks = [{ messages: [{ role: 'user', content: [linked, { type: 'tool_result', tool_use_id: 't', is_error: true, content: [{ type: 'text', text: 'broken' }, image, linked] }] }], thinking: { type: 'enabled', budget_tokens: 1_024 } }] as const
setsAll<Exclude<Paths<MessagesNested>, Paths<(typeof messages)[number] | (typeof linkedBlocks)[number]> | MessagesRefused>>()

function translated(api: Api, body: object, target: Api, model: string): { body: string; leftOut: readonly string[] } {
  const { body: written, leftOut = [] } = translate(readRequest(api, { model: 'm', ...(api === 'messages' && { max_tokens: 5_000 }), ...body }), [target], model, Buffer.alloc(0))
  return { body: String(written), leftOut }
}

type Steps = readonly (string | number)[]

/** Where something stands that holds nothing further. */
function leaves(value: unknown, steps: Steps = []): Steps[] {
  if (typeof value !== 'object' || value === null || value === schema || value === input) return [steps]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...steps, Array.isArray(value) ? Number(key) : key]))
}

function without(value: unknown, [step, ...rest]: Steps): unknown {
  if (Array.isArray(value)) return value.flatMap((one: unknown, index) => (index !== step ? [one] : rest.length === 0 ? [] : [without(one, rest)]))
  const { [String(step)]: inner, ...others } = value as Record<string, unknown>
  return rest.length === 0 ? others : { ...others, [String(step)]: without(inner, rest) }
}

const spelled = (steps: Steps) => steps.map((step) => (typeof step === 'number' ? '[]' : `.${step}`)).join('').slice(1)

/** What a field would change or is named by; undefined when its loss is not to be seen. */
function isHeard(api: Api, body: object, target: Api, model: string, steps: Steps): boolean {
  const whole = translated(api, body, target, model)
  if (whole.leftOut.some((field) => spelled(steps).startsWith(field))) return true
  try {
    return translated(api, without(body, steps) as object, target, model).body !== whole.body
  } catch {
    // It was missed.
    return true
  }
}

// Kinds and names that their neighbours tell as well, what a provider noted of what it made, and reasoning that only whom it came from can use.
const saysNothing = /\.(?:type|id|status|media_type|index|include_usage|mode|syntax)$|^input\[\]\.(?:name|namespace|summary\[\].*|content\[\].text|encrypted_content)$|json_schema\.(?:name|strict)$|^text\.format\.(?:name|strict)$|\.(?:thinking|signature|data)$/

const lostIn = (api: Api, target: Api, model: string, bodies: readonly object[]) =>
  bodies.flatMap((body) => leaves(body).filter((steps) => !saysNothing.test(spelled(steps)) && !isHeard(api, body, target, model, steps)).map(spelled))

const ofResponses = 'input[].async input[].caller.caller_id input[].content[].annotations input[].content[].detail input[].content[].logprobs input[].content[].prompt_cache_breakpoint.ttl input[].output[].detail input[].phase reasoning.context reasoning.generate_summary reasoning.mode stream_options.include_obfuscation tools[].allowed_callers tools[].async tools[].defer_loading tools[].description tools[].output_schema tools[].tools[].allowed_callers tools[].tools[].async tools[].tools[].defer_loading tools[].tools[].output_schema reasoning.summary'
const ofMessages = 'messages[].clear_at messages[].output_config messages[].content[].caller.tool_id messages[].content[].citations messages[].content[].content[].citations messages[].content[].content[].content[].citations messages[].content[].content[].source.content[].citations messages[].content[].content[].transformations messages[].content[].source.content[].citations messages[].content[].toolset_name messages[].content[].transformations output_config.task_budget system[].citations thinking.block_binding tools[].allowed_callers tools[].defer_loading tools[].eager_input_streaming messages[].content[].cache_control messages[].content[].content[].cache_control messages[].content[].content[].content[].cache_control messages[].content[].content[].source.content[].cache_control messages[].content[].source.content[].cache_control system[].cache_control.ttl tools[].cache_control thinking.type'
const cases: [Api, readonly object[], Api, string][] = [
  ['chat', chat, 'messages', 'messages[].content[].image_url.detail messages[].content[].prompt_cache_breakpoint.ttl messages[].name stream_options.include_obfuscation'],
  ['chat', chat, 'responses', 'messages[].content[].prompt_cache_breakpoint messages[].name stream_options.include_obfuscation'],
  ['responses', responses, 'messages', `${ofResponses} input[].output[].prompt_cache_breakpoint.ttl text.verbosity reasoning.effort`],
  ['responses', responses, 'chat', `${ofResponses} input[].output[].prompt_cache_breakpoint`],
  ['responses', linkedItems, 'messages', ''],
  ['messages', messages, 'chat', `${ofMessages} thinking.display`],
  ['messages', messages, 'responses', ofMessages],
  ['messages', linkedBlocks, 'responses', 'messages[].content[].content[].cache_control messages[].content[].content[].title messages[].content[].content[].transformations messages[].content[].title'],
]

test.each(cases)('no nested field of %s is lost in silence for a provider of another format', (api, bodies, target) => {
  const models = target === 'messages' ? ['claude-opus-4-8', 'claude-3-5-haiku'] : ['gpt-6', 'llama']
  expect(models.flatMap((model) => lostIn(api, target, model, bodies))).toEqual([])
})

test.each(cases)('an answer to %s names what a provider of another format is not told', (api, bodies, target, leftOut) => {
  expect([...new Set(bodies.flatMap((body) => translated(api, body, target, target === 'messages' ? 'claude-opus-4-8' : 'gpt-6').leftOut))].toSorted()).toEqual(leftOut.split(' ').filter(Boolean).toSorted())
})
