import { expect, test } from 'vitest'
import { paths, readRequest, refuseDisguisedFields, translate, withOneModel, type Api } from '../src/index.ts'
import type { AnswerPart, Conversation, Turn, UserPart } from '../src/conversation.ts'
import { requestReaders, requestWriters, type ConversationApi } from '../src/formats.ts'
import { conversations } from './conversations.ts'

const targets = Object.keys(requestWriters) as (keyof typeof requestWriters)[]
const all = Object.entries(conversations).flatMap(([label, forms]) => (Object.entries(forms) as [ConversationApi, object][]).map(([api, body]) => ({ label, api, body })))
const pairs = all.flatMap((one) => targets.filter((target) => target !== one.api).map((target) => ({ ...one, target })))

/** What a conversation means, without what formats cannot hold alike: who closes a turn, which parts share a message, hints. */
function meaning(conversation: Conversation): object {
  const said = conversation.turns.flatMap((turn: Turn): { role: string; part: AnswerPart | UserPart }[] => turn.parts.map((part) => ({ role: turn.role, part })))
  const { format, tools, toolChoice, oneCallAtATime, temperature, user } = conversation
  const plain = format?.type === 'schema' ? { schema: format.schema } : format
  return JSON.parse(JSON.stringify({ said: said.map(({ role, part }) => ({ role, ...part, ...(part.type === 'image' && { detail: undefined }) })), format: plain, tools, toolChoice, oneCallAtATime, temperature, user })) as object
}

test.each(pairs)('$label means the same after $api became $target', ({ api, body, target }) => {
  const conversation = requestReaders[api]({ model: 'm', ...body })
  const written = requestWriters[target](conversation, 'claude-sonnet-4-5', false)
  const back = requestReaders[target](JSON.parse(JSON.stringify(written)) as Record<string, unknown>)
  expect(meaning(back)).toEqual(meaning(conversation))
  expect(written).toMatchObject({ model: 'claude-sonnet-4-5' })
})

test.each(Object.entries(conversations))('%s means the same in every format', (_, forms) => {
  const meanings = (Object.entries(forms) as [ConversationApi, object][]).map(([api, body]) => meaning(requestReaders[api](body as Record<string, unknown>)))
  for (const one of meanings) expect(one).toEqual(meanings[0])
})

function asked(api: Api, body: object, offered: Api[], model = 'claude-sonnet-4-5'): Record<string, unknown> {
  const request = readRequest(api, { model: 'm', ...body })
  const translation = translate(request, offered, model, Buffer.from(JSON.stringify(request.value)))
  expect(Object.keys(paths)).toContain(translation.api)
  return JSON.parse(translation.body?.toString() ?? '{}') as Record<string, unknown>
}

const ask = [{ role: 'user', content: 'hi' }]

test('what passes untouched keeps its bytes, or all but its model\'s', () => {
  const body = Buffer.from('{ "model" : "m", "messages":[{"role":"user","content":"\\u00e9"}], "extra":1e3 }')
  const request = readRequest('chat', JSON.parse(body.toString()))
  expect(translate(request, ['responses', 'chat'], 'm', body)).toEqual({ api: 'chat', body: undefined, answer: undefined })
  expect(translate(request, ['chat'], 'other', body).body?.toString()).toBe(body.toString().replace('"m"', '"other"'))
})

test('a name given twice can be made one, and a name given once costs no copy', () => {
  const body = Buffer.from('{"model":"forbidden","model":"m","messages":[{"role":"user","content":"x"}]}')
  const request = readRequest('chat', JSON.parse(body.toString()))
  expect(withOneModel(request, body).toString()).toBe('{"model":"m","model":"m","messages":[{"role":"user","content":"x"}]}')
  const plain = Buffer.from('{"model":"m","messages":[{"role":"user","content":"the \\"model\\" is m"}]}')
  expect(withOneModel(request, plain)).toBe(plain)
})

test('thinking is asked for in the way a model understands', () => {
  const effort = { messages: ask, reasoning_effort: 'high', max_tokens: 4_000, temperature: 0.3 }
  expect(asked('chat', effort, ['messages'], 'claude-opus-4-8')).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'high' } })
  const budgeted = asked('chat', effort, ['messages'], 'claude-sonnet-4-5')
  expect(budgeted).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 3_999 } })
  expect(budgeted).not.toHaveProperty('temperature')
  expect(asked('chat', effort, ['messages'], 'my-model')).not.toHaveProperty('thinking')
  const thinking = { messages: ask, max_tokens: 100, thinking: { type: 'enabled', budget_tokens: 1_024 } }
  expect(asked('messages', thinking, ['chat'], 'gpt-5')).toMatchObject({ reasoning_effort: 'low', max_completion_tokens: 100 })
  expect(asked('messages', thinking, ['chat'], 'llama')).not.toHaveProperty('reasoning_effort')
})

test('a round of tools that began without thinking is ended without', () => {
  const messages = [...ask, { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] }, { role: 'tool', tool_call_id: 'a', content: 'x' }]
  expect(asked('chat', { messages, reasoning_effort: 'high' }, ['messages'])).not.toHaveProperty('thinking')
  const details = [{ type: 'reasoning.text', text: 'hm', signature: 'elder.messages.sig==' }, { type: 'reasoning.encrypted', data: 'zz' }]
  const kept = asked('chat', { messages: messages.map((one) => (one.role === 'assistant' ? { ...one, reasoning_details: details } : one)), reasoning_effort: 'high' }, ['messages'])
  expect(kept).toHaveProperty('thinking')
  expect((kept.messages as { content: unknown[] }[])[1]?.content).toEqual([{ type: 'thinking', thinking: 'hm', signature: 'sig==' }, { type: 'redacted_thinking', data: 'zz' }, { type: 'tool_use', id: 'a', name: 'f', input: {} }])
})

test('reasoning of a chat model goes back in the field it came in, and to no other provider', () => {
  const messages = [...ask, { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'elder.chat.reasoning_content' }, { type: 'thinking', thinking: 'ours', signature: 'real' }, { type: 'text', text: 'well' }] }, { role: 'user', content: 'go on' }]
  expect(asked('messages', { max_tokens: 5, messages }, ['chat']).messages).toContainEqual({ role: 'assistant', content: 'well', reasoning_content: 'hm' })
})

test('images in a tool result follow it, and a failure is marked in the text', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } }
  const content = [{ type: 'tool_result', tool_use_id: 'a', is_error: true, content: [{ type: 'text', text: 'gone' }] }, { type: 'tool_result', tool_use_id: 'b', content: [image] }, { type: 'text', text: 'see' }]
  const { messages } = asked('messages', { max_tokens: 5, messages: [{ role: 'user', content }] }, ['chat']) as { messages: { role: string; content: unknown }[] }
  expect(messages.map(({ role }) => role)).toEqual(['tool', 'tool', 'user'])
  expect(messages[0]?.content).toBe('Error: gone')
  expect(messages[2]?.content).toEqual([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }, { type: 'text', text: 'see' }])
})

test('a completion with a suffix asks a chat model for what belongs between', () => {
  const { messages, stop } = asked('completions', { prompt: 'const a = ', suffix: '\nreturn a', stop: ['\n', 'END'] }, ['chat']) as { messages: { role: string; content: string }[]; stop: string[] }
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user'])
  expect(messages[1]?.content).toBe('<before>const a = </before>\n<after>\nreturn a</after>')
  expect(stop).toEqual(['\n', 'END'])
})

test.each(['system', 'developer'] as const)('what a %s message says at the end of a conversation stays last, and nothing before it is lost', (role) => {
  const spoken = [{ role: 'user', content: 'hi' }, { role: 'assistant', content: 'hello' }]
  const chat = { messages: [{ role, content: 'be brief' }, ...spoken, { role, content: 'and' }, { role, content: 'kind' }] }
  const said = [{ type: 'text', text: 'and' }, { type: 'text', text: 'kind' }]
  expect(asked('chat', chat, ['messages'])).toMatchObject({ system: [{ type: 'text', text: 'be brief' }], messages: [{ role: 'user', content: [{ text: 'hi' }] }, { role: 'assistant', content: [{ text: 'hello' }] }, { role: 'user', content: said }] })
  const responses = { instructions: 'be brief', input: [...spoken, { role, content: 'and' }, { role, content: 'kind' }] }
  expect((asked('responses', responses, ['messages']).messages as unknown[]).at(-1)).toEqual({ role: 'user', content: said })
  expect((asked('responses', responses, ['chat']).messages as unknown[]).at(-1)).toEqual({ role: 'system', content: 'and\n\nkind' })
  expect((asked('chat', chat, ['responses']).input as { role: string; content: unknown }[]).slice(-2).map(({ content }) => content)).toEqual(['and', 'kind'])
  // Beside what the person said last, behind it.
  expect((asked('chat', { messages: [{ role: 'user', content: 'hi' }, { role, content: 'be brief' }] }, ['messages']).messages as unknown[])).toEqual([{ role: 'user', content: [{ type: 'text', text: 'hi' }, { type: 'text', text: 'be brief' }] }])
  // In the middle it goes before the conversation, as that format has it; instructions alone stay instructions.
  expect(asked('chat', { messages: [spoken[0], { role, content: 'be brief' }, spoken[1], { role: 'user', content: 'go on' }] }, ['messages'])).toMatchObject({ system: [{ text: 'be brief' }], messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'user' }] })
  expect(asked('chat', { messages: [{ role, content: 'be brief' }] }, ['messages'])).toMatchObject({ system: [{ text: 'be brief' }] })
})

test('a provider gets the stop sequences that it supports', () => {
  expect(asked('chat', { messages: ask, stop: ['\n', 'END'] }, ['messages']).stop_sequences).toEqual(['END'])
  expect(asked('chat', { messages: ask, stop: 'END' }, ['responses'])).not.toHaveProperty('stop')
  expect(asked('messages', { messages: ask, max_tokens: 5, stop_sequences: ['a', 'b', 'c', 'd', 'e'] }, ['chat']).stop).toEqual(['a', 'b', 'c', 'd'])
})

test('marks for Anthropic\'s cache reach it, and its own bookkeeping stays away from others', () => {
  const cache = { type: 'ephemeral' }
  expect(asked('chat', { messages: [{ role: 'system', content: [{ type: 'text', text: 's', cache_control: cache }] }, ...ask] }, ['messages']).system).toEqual([{ type: 'text', text: 's', cache_control: cache }])
  const system = [{ type: 'text', text: 'x-anthropic-billing-header: v=1; cch=abc' }, { type: 'text', text: 's', cache_control: cache }]
  expect(asked('messages', { max_tokens: 5, system, messages: ask }, ['chat']).messages).toEqual([{ role: 'system', content: 's' }, { role: 'user', content: 'hi' }])
})

test('the name of a participant that a provider does not support is reported under its field', () => {
  const longName = 'u'.repeat(65)
  for (const field of ['user', 'safety_identifier']) {
    const request = readRequest('chat', { model: 'm', messages: ask, [field]: longName })
    expect(translate(request, ['responses'], 'llama', Buffer.alloc(0)).leftOut).toEqual([field])
  }
})

test('a free-form tool and a group of tools become functions', () => {
  const tools = [{ type: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark', definition: 'start: x' } }, { type: 'namespace', name: 'mcp', description: '', tools: [{ type: 'function', name: 'read', parameters: { type: 'object' } }] }, { type: 'web_search' }]
  const offered = asked('responses', { input: 'hi', tools }, ['chat']).tools as { function: { name: string; description?: string; parameters: object } }[]
  expect(offered.map((one) => one.function.name)).toEqual(['apply_patch', 'mcp__read'])
  expect(offered[0]?.function).toMatchObject({ description: expect.stringContaining('start: x') as string, parameters: { required: ['input'] } })
})

const lost: [Api, object, Api, string][] = [
  ['chat', { messages: ask, n: 2 }, 'messages', 'n'],
  ['chat', { messages: ask, logprobs: true }, 'messages', 'logprobs'],
  ['chat', { messages: ask, logit_bias: { 5: -100 } }, 'messages', 'logit_bias'],
  ['chat', { messages: ask, modalities: ['audio'] }, 'messages', 'modalities'],
  ['chat', { messages: ask, functions: [{ name: 'f' }] }, 'messages', 'functions'],
  ['chat', { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] }, 'messages', 'messages[0].content[0].type'],
  ['chat', { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] }, 'messages', 'messages[0].content[0].file'],
  ['responses', { input: 'a', previous_response_id: 'resp_1' }, 'chat', 'previous_response_id'],
  ['responses', { input: 'a', background: true }, 'chat', 'background'],
  ['responses', { input: [{ type: 'item_reference', id: 'x' }] }, 'chat', 'input[0]'],
  ['responses', { input: 'a', tools: [{ type: 'file_search', vector_store_ids: [] }] }, 'chat', 'tools[0].type'],
  ['responses', { input: 'a', tools: [{ type: 'web_search' }] }, 'messages', 'tools'],
  ['messages', { max_tokens: 5, messages: ask, tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'chat', 'tools[0].type'],
  ['messages', { max_tokens: 5, messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] }] }, 'chat', 'messages[0].content[0].source'],
  ['completions', { prompt: [1, 2, 3] }, 'chat', 'prompt'],
  ['completions', { prompt: 'a', logprobs: 3 }, 'chat', 'logprobs'],
  ['embeddings', { input: 'a' }, 'chat', 'model'],
  ['count_tokens', { messages: ask }, 'chat', 'model'],
]

test.each(lost)('%s %j is refused for a provider of %s, naming %s', (api, body, offered, field) => {
  expect(() => asked(api, body, [offered])).toThrow(expect.objectContaining({ code: 'invalid_argument', field }) as Error)
})

test.each<[Api, object, string]>([
  ['chat', { messages: [{ role: 'user', content: 3 }] }, 'messages[0].content must be a list, got 3'],
  ['chat', { messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role must be system, developer, user, assistant or tool, got "robot"'],
  ['chat', { messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id must be a text, got nothing'],
  ['responses', { input: [{ type: 'function_call', name: 'f', arguments: '{}' }] }, 'input[0].call_id must be a text, got nothing'],
  ['messages', { max_tokens: 5, messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text must be a text, got nothing'],
  ['messages', { max_tokens: 5, messages: ask, tool_choice: { type: 'maybe' } }, 'tool_choice.type must be auto, any, tool or none, got "maybe"'],
])('a broken part of %s is named: %j', (api, body, message) => {
  expect(() => asked(api, body, [api === 'messages' ? 'chat' : 'messages'])).toThrow(message)
})

test('a turn of a coding agent that speaks messages is understood by a model of chat', () => {
  const body = {
    max_tokens: 32_000,
    system: [{ type: 'text', text: 'x-anthropic-billing-header: a' }, { type: 'text', text: 'You are an agent.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: '<reminder>be brief</reminder>' }, { type: 'text', text: 'fix it', cache_control: { type: 'ephemeral' } }] },
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 's' }, { type: 'tool_use', id: 'toolu_1', name: 'Read', input: { path: 'a' }, caller: { type: 'direct' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'tool_reference', tool_name: 'Grep' }, { type: 'text', text: 'found' }], cache_control: { type: 'ephemeral' } }] },
    ],
    tools: [{ name: 'Read', description: 'reads', input_schema: { type: 'object', $schema: 'x', properties: {} }, eager_input_streaming: true, cache_control: { type: 'ephemeral' } }],
    thinking: { type: 'adaptive' },
    output_config: { effort: 'high' },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    metadata: { user_id: 'user_'.padEnd(150, 'x') },
    stream: true,
  }
  expect(asked('messages', body, ['chat'], 'llama')).toEqual({
    model: 'llama',
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 32_000,
    messages: [
      { role: 'system', content: 'You are an agent.' },
      { role: 'user', content: '<reminder>be brief</reminder>\n\nfix it' },
      { role: 'assistant', content: null, tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'Read', arguments: '{"path":"a"}' } }] },
      { role: 'tool', tool_call_id: 'toolu_1', content: 'The tool Grep can be called.\n\nfound' },
    ],
    tools: [{ type: 'function', function: { name: 'Read', description: 'reads', parameters: { type: 'object', $schema: 'x', properties: {} } } }],
  })
})

test('a turn of a coding agent that speaks responses is understood by models of chat and of messages', () => {
  const body = {
    instructions: 'You are an agent.',
    input: [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'rules' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'fix it' }] },
      { type: 'reasoning', id: 'rs_1', summary: [], content: null, encrypted_content: null },
      { type: 'function_call', call_id: 'call_1', name: 'shell', arguments: '{"command":["ls"]}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'a.ts' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'x' } },
    ],
    tools: [{ type: 'function', name: 'shell', description: 'runs', strict: false, parameters: { type: 'object', properties: {} } }, { type: 'web_search', external_web_access: false }],
    tool_choice: 'auto',
    parallel_tool_calls: false,
    reasoning: { effort: 'medium', summary: 'auto' },
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: 'k',
    client_metadata: { a: 'b' },
    text: { verbosity: 'low' },
  }
  const chat = asked('responses', body, ['chat'], 'llama')
  expect((chat.messages as { role: string }[]).map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool'])
  expect(chat).toMatchObject({ tool_choice: 'auto', parallel_tool_calls: false, tools: [{ function: { name: 'shell' } }] })
  const message = asked('responses', body, ['messages'])
  expect((message.messages as { role: string }[]).map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  expect(message).toMatchObject({ system: [{ text: 'You are an agent.' }, { text: 'rules' }], tool_choice: { type: 'auto', disable_parallel_tool_use: true } })
  expect(message).not.toHaveProperty('thinking')
})

test.each(['Model', 'MESSAGES', 'Max_Tokens', 'me\u017f\u017fages', 'max_to\u212aens'])('%s, which some servers take for a field that policies look at, is refused by a message that says what to call it', (field) => {
  const request = readRequest('chat', { model: 'm', messages: [{ role: 'user', content: 'x' }], [field]: 1 })
  expect(() => refuseDisguisedFields(request)).toThrow(/: call it (?:model|messages|max_tokens), once/)
})

test('fields of our own, of providers and of nobody are not in disguise', () => {
  const request = readRequest('chat', { model: 'm', messages: [{ role: 'user', content: 'x' }], max_tokens: 5, chatTemplate: 'x', 'X-Thing': 1, extra_body: {} })
  expect(() => refuseDisguisedFields(request)).not.toThrow()
})

test('title and context of a document are carried as text, or refused', () => {
  const document = (source: object, more: object) => ({ max_tokens: 5, messages: [{ role: 'user', content: [{ type: 'document', source, ...more }] }] })
  const plain = { type: 'text', media_type: 'text/plain', data: 'the text' }
  expect(asked('messages', document(plain, { title: 'Plan', context: 'a draft' }), ['chat']).messages).toEqual([{ role: 'user', content: 'Plan\n\na draft\n\nthe text' }])
  const field = 'messages[0].content[0]'
  expect(() => asked('messages', document(plain, { citations: { enabled: true } }), ['chat'])).toThrow(expect.objectContaining({ field: `${field}.citations` }) as Error)
  expect(() => asked('messages', document({ type: 'base64', media_type: 'application/pdf', data: 'AA==' }, { context: 'a draft' }), ['chat'])).toThrow(expect.objectContaining({ field: `${field}.context` }) as Error)
})

test('cache marks for OpenAI are placed where they are for Anthropic', () => {
  const mark = { prompt_cache_breakpoint: { mode: 'explicit' } }
  const marked = [{ role: 'user', content: [{ type: 'text', text: 'long', cache_control: { type: 'ephemeral' } }] }]
  expect(asked('chat', { messages: [{ role: 'user', content: [{ type: 'text', text: 'long', ...mark }] }] }, ['messages']).messages).toEqual(marked)
  expect(asked('responses', { input: [{ role: 'user', content: [{ type: 'input_text', text: 'long', ...mark }] }] }, ['messages']).messages).toEqual(marked)
})

test('a long name of a person goes to OpenAI as its hash, and to others not at all', () => {
  const body = { max_tokens: 5, messages: ask, metadata: { user_id: 'user_'.padEnd(150, 'x') } }
  expect(asked('messages', body, ['chat'], 'gpt-4o').user).toMatch(/^[0-9a-f]{64}$/)
  expect(asked('messages', body, ['chat'], 'llama')).not.toHaveProperty('user')
})

test('examples of a tool\'s input go into its description', () => {
  const tools = [{ name: 'f', description: 'does it', input_schema: { type: 'object' }, input_examples: [{ a: 1 }, { a: 2 }] }]
  expect(asked('messages', { max_tokens: 5, messages: ask, tools }, ['chat']).tools).toMatchObject([{ function: { description: 'does it\n\nExamples of its input:\n{"a":1}\n{"a":2}' } }])
})
