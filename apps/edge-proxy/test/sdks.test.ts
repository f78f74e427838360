import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startProvider, type ProviderStandIn } from '@elder/testkit'
import { dataOf, developerKey, errorOf, requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

// The clients' own code against providers of every kind: what they understand is what was meant.

let rig: Rig
let edge: Edge
let openai: OpenAI
let anthropic: Anthropic
const providers = new Map<string, ProviderStandIn>()

beforeAll(async () => {
  rig = await startRig()
  const kinds = [
    { name: 'chat-model', dialect: 'openai', apis: ['chat', 'embeddings'] },
    { name: 'response-model', dialect: 'openai', apis: ['responses'] },
    { name: 'completion-model', dialect: 'openai', apis: ['completions'] },
    { name: 'message-model', dialect: 'anthropic' },
  ] as const
  for (const { name, dialect } of kinds) providers.set(name, await startProvider({ key: 'provider-key', models: [name, 'shared-model'], dialect }))
  const file = join(rig.folder, 'sdks.json')
  const shared = { 'message-model': 0, 'chat-model': 1 } as Record<string, number>
  writeFileSync(file, JSON.stringify(kinds.map((kind) => ({ ...kind, baseUrl: providers.get(kind.name)?.url, keyFile: 'key', models: [kind.name, ...(kind.name in shared ? ['shared-model'] : [])], priority: shared[kind.name] ?? 2 }))))
  edge = await rig.startEdge({ PROVIDERS_FILE: file, KEEP_ALIVE_MS: '100' })
  openai = new OpenAI({ baseURL: `${edge.url}/v1`, apiKey: developerKey, maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: edge.url, apiKey: developerKey, maxRetries: 0 })
})
afterAll(async () => {
  for (const provider of providers.values()) await provider.close()
})

const standIn = (model: string): ProviderStandIn => {
  const provider = providers.get(model)
  if (!provider) throw new Error(`no provider has ${model}`)
  return provider
}
beforeEach(() => {
  for (const provider of providers.values()) provider.behave({ do: 'answer', text: 'It rains in Ōsaka ☔ today.' })
})
const sent = (model: string) => JSON.parse(standIn(model).requests.at(-1)?.body.toString() ?? '{}') as Record<string, unknown>

const talkers = ['chat-model', 'message-model', 'response-model']
const text = 'It rains in Ōsaka ☔ today.'
const parameters = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] }
const chatTools = [{ type: 'function' as const, function: { name: 'weather', description: 'tells it', parameters } }]
const messageTools = [{ name: 'weather', description: 'tells it', input_schema: parameters }]
const responseTools = [{ type: 'function' as const, name: 'weather', description: 'tells it', parameters, strict: false }]
const png = 'iVBORw0KGgo='

test.each(talkers)('chat completions: %s answers, streamed and in one piece', async (model) => {
  const messages = [{ role: 'system' as const, content: 'be brief' }, { role: 'user' as const, content: 'weather?' }]
  const whole = await openai.chat.completions.create({ model, messages, max_tokens: 50 })
  expect(whole).toMatchObject({ object: 'chat.completion', model, choices: [{ message: { role: 'assistant', content: text }, finish_reason: 'stop' }] })
  expect(whole.usage?.prompt_tokens).toBeGreaterThan(0)
  const stream = openai.chat.completions.stream({ model, messages, stream_options: { include_usage: true } })
  let said = ''
  for await (const { choices, usage } of stream) {
    said += choices[0]?.delta.content ?? ''
    expect(choices.length > 0 && usage !== null && usage !== undefined).toBe(false)
  }
  expect(said).toBe(text)
  expect((await stream.finalChatCompletion()).choices[0]?.finish_reason).toBe('stop')
  expect((await stream.totalUsage()).completion_tokens).toBeGreaterThan(0)
})

test.each(talkers)('messages: %s answers, streamed and in one piece', async (model) => {
  const asked = { model, max_tokens: 50, system: 'be brief', messages: [{ role: 'user' as const, content: 'weather?' }] }
  const whole = await anthropic.messages.create(asked)
  expect(whole).toMatchObject({ type: 'message', role: 'assistant', model, content: [{ type: 'text', text }], stop_reason: 'end_turn' })
  expect(whole.usage.input_tokens).toBeGreaterThan(0)
  expect(whole._request_id).toMatch(/^[0-9a-f-]{36}$/)
  const stream = anthropic.messages.stream(asked)
  let said = ''
  stream.on('text', (part) => (said += part))
  const final = await stream.finalMessage()
  expect(said).toBe(text)
  expect(final).toMatchObject({ content: [{ type: 'text', text }], stop_reason: 'end_turn' })
  expect(final.usage.output_tokens).toBeGreaterThan(0)
})

test.each(talkers)('responses: %s answers, streamed and in one piece', async (model) => {
  const asked = { model, instructions: 'be brief', input: 'weather?', store: false }
  const whole = await openai.responses.create(asked)
  expect(whole).toMatchObject({ object: 'response', status: 'completed', model, output_text: text })
  const stream = openai.responses.stream(asked)
  let said = ''
  const numbers: number[] = []
  for await (const event of stream) {
    numbers.push((event as { sequence_number: number }).sequence_number)
    if (event.type === 'response.output_text.delta') said += event.delta
  }
  expect(said).toBe(text)
  expect(numbers).toEqual(numbers.map((_, index) => index))
  const final = await stream.finalResponse()
  expect(final).toMatchObject({ status: 'completed', output_text: text })
  expect(final.usage?.output_tokens).toBeGreaterThan(0)
})

test.each(['completion-model', 'chat-model', 'message-model'])('completions: %s fills in between', async (model) => {
  const asked = { model, prompt: 'const a = ', suffix: '\nreturn a', max_tokens: 20, stop: ['\n\n'] }
  expect(await openai.completions.create(asked)).toMatchObject({ object: 'text_completion', choices: [{ text, finish_reason: 'stop' }] })
  let said = ''
  for await (const { choices } of await openai.completions.create({ ...asked, stream: true })) said += choices[0]?.text ?? ''
  expect(said).toBe(text)
})

test('embeddings come from who makes them, and others are named', async () => {
  const { data, usage } = await openai.embeddings.create({ model: 'chat-model', input: ['ab', 'abc'], encoding_format: 'float' })
  expect(data.map(({ embedding }) => embedding[0])).toEqual([2, 3])
  expect(usage.prompt_tokens).toBeGreaterThan(0)
  await expect(openai.embeddings.create({ model: 'message-model', input: 'a', encoding_format: 'float' })).rejects.toMatchObject({ status: 400, code: 'api_not_offered', param: 'model' })
})

test.each(talkers)('tools go out to %s and their calls come back, streamed and in one piece, in every format', async (model) => {
  standIn(model).behave({ do: 'callTool', name: 'weather', arguments: { city: 'Ōsaka', days: [1, 2] } })
  const call = { name: 'weather', arguments: '{"city":"Ōsaka","days":[1,2]}' }
  const messages = [{ role: 'user' as const, content: 'weather?' }]
  const chat = { model, messages, tools: chatTools, tool_choice: 'required' as const }
  expect((await openai.chat.completions.create(chat)).choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [{ id: 'call_stand_in_1', type: 'function', function: call }] } })
  expect((await openai.chat.completions.stream(chat).finalChatCompletion()).choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [{ id: 'call_stand_in_1', function: call }] } })
  const message = { model, max_tokens: 50, messages, tools: messageTools, tool_choice: { type: 'any' as const } }
  const use = { stop_reason: 'tool_use', content: [{ type: 'tool_use', id: 'call_stand_in_1', name: 'weather', input: { city: 'Ōsaka', days: [1, 2] } }] }
  expect(await anthropic.messages.create(message)).toMatchObject(use)
  expect(await anthropic.messages.stream(message).finalMessage()).toMatchObject(use)
  const response = { model, input: 'weather?', tools: responseTools, tool_choice: 'required' as const }
  const output = [{ type: 'function_call', call_id: 'call_stand_in_1', status: 'completed', ...call }]
  expect(await openai.responses.create(response)).toMatchObject({ status: 'completed', output })
  expect(await openai.responses.stream(response).finalResponse()).toMatchObject({ status: 'completed', output })
})

test.each(['message-model', 'response-model'])('a free-form tool of chat is called as one by %s', async (model) => {
  const input = '*** Begin "patch"\n+ü'
  standIn(model).behave({ do: 'callTool', name: 'patch', arguments: { input } })
  const asked = { model, messages: [{ role: 'user' as const, content: 'mend it' }], tools: [{ type: 'custom' as const, custom: { name: 'patch' } }] }
  const call = { type: 'custom', custom: { name: 'patch', input } }
  const whole = await openai.chat.completions.create(asked)
  expect(whole.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [call] } })
  const streamed = await openai.chat.completions.stream(asked).finalChatCompletion()
  expect(streamed.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [call] } })
})

test.each(talkers)('a round of parallel tools, images and a failed result are understood by %s from every format', async (model) => {
  const calls = ['c1', 'c2'].map((id) => ({ id, type: 'function' as const, function: { name: 'weather', arguments: '{"city":"Oslo"}' } }))
  await openai.chat.completions.create({
    model,
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'this place' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }] },
      { role: 'assistant', content: null, tool_calls: calls },
      { role: 'tool', tool_call_id: 'c1', content: 'rain' },
      { role: 'tool', tool_call_id: 'c2', content: 'sun' },
      { role: 'user', content: 'and?' },
    ],
    tools: chatTools,
  })
  const chat = JSON.stringify(sent(model))
  await anthropic.messages.create({
    model,
    max_tokens: 50,
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'this place' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }] },
      { role: 'assistant', content: ['c1', 'c2'].map((id) => ({ type: 'tool_use' as const, id, name: 'weather', input: { city: 'Oslo' } })) },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'rain' }, { type: 'tool_result', tool_use_id: 'c2', is_error: true, content: 'sun' }, { type: 'text', text: 'and?' }] },
    ],
    tools: messageTools,
  })
  const message = JSON.stringify(sent(model))
  await openai.responses.create({
    model,
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'this place' }, { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${png}` }] },
      ...['c1', 'c2'].map((id) => ({ type: 'function_call' as const, call_id: id, name: 'weather', arguments: '{"city":"Oslo"}' })),
      { type: 'function_call_output', call_id: 'c1', output: 'rain' },
      { type: 'function_call_output', call_id: 'c2', output: 'sun' },
      { role: 'user', content: 'and?' },
    ],
    tools: responseTools,
  })
  for (const body of [chat, message, JSON.stringify(sent(model))]) for (const word of ['this place', png, 'c1', 'c2', 'Oslo', 'rain', 'sun', 'and?', 'tells it']) expect(body).toContain(word)
  expect(message).toMatch(/"is_error":true|Error: sun/)
})

test('thinking of an Anthropic model reaches clients of chat and goes back with its proof', async () => {
  const model = 'message-model'
  standIn(model).behave({ do: 'think', thinking: 'let me see', text: 'done' })
  const messages = [{ role: 'user' as const, content: 'think' }]
  const { choices } = await openai.chat.completions.create({ model, messages })
  const message = choices[0]?.message as unknown as Record<string, unknown>
  expect(message).toMatchObject({ content: 'done', reasoning_content: 'let me see' })
  let thought = ''
  for await (const chunk of await openai.chat.completions.create({ model, messages, stream: true })) thought += (chunk.choices[0]?.delta as { reasoning_content?: string } | undefined)?.reasoning_content ?? ''
  expect(thought).toBe('let me see')
  await openai.chat.completions.create({ model, messages: [...messages, message as never, { role: 'user', content: 'more' }] })
  expect((sent(model).messages as { content: unknown }[])[1]?.content).toEqual([{ type: 'thinking', thinking: 'let me see', signature: 'proof==' }, { type: 'text', text: 'done' }])
  const response = await openai.responses.create({ model, input: 'think', include: ['reasoning.encrypted_content'] })
  expect(response.output).toMatchObject([{ type: 'reasoning', summary: [{ text: 'let me see' }] }, { type: 'message' }])
  await openai.responses.create({ model, input: [{ role: 'user', content: 'think' }, ...(response.output as never[]), { role: 'user', content: 'more' }] })
  expect(JSON.stringify(sent(model).messages)).toContain('"signature":"proof=="')
})

test('reasoning of a chat model reaches clients of messages as thinking, and goes back to it', async () => {
  standIn('chat-model').behave({ do: 'think', thinking: 'let me see', text: 'done' })
  const asked = { model: 'chat-model', max_tokens: 50, messages: [{ role: 'user' as const, content: 'think' }] }
  const final = await anthropic.messages.stream(asked).finalMessage()
  expect(final.content).toMatchObject([{ type: 'thinking', thinking: 'let me see' }, { type: 'text', text: 'done' }])
  await anthropic.messages.create({ ...asked, messages: [...asked.messages, { role: 'assistant', content: final.content }, { role: 'user', content: 'more' }] })
  expect(sent('chat-model').messages).toContainEqual({ role: 'assistant', content: 'done', reasoning_content: 'let me see' })
})

test.each(talkers)('whoever asks %s for a stream gets one, and for one piece gets that, whatever the provider sends', async (model) => {
  standIn(model).behave({ do: 'misframe', text })
  const messages = [{ role: 'user' as const, content: 'hi' }]
  expect((await openai.chat.completions.create({ model, messages })).choices[0]?.message.content).toBe(text)
  expect((await openai.chat.completions.stream({ model, messages }).finalChatCompletion()).choices[0]?.message.content).toBe(text)
  expect(await anthropic.messages.create({ model, max_tokens: 5, messages })).toMatchObject({ content: [{ text }] })
  expect(await anthropic.messages.stream({ model, max_tokens: 5, messages }).finalMessage()).toMatchObject({ content: [{ text }] })
  expect((await openai.responses.create({ model, input: 'hi' })).output_text).toBe(text)
  expect((await openai.responses.stream({ model, input: 'hi' }).finalResponse()).output_text).toBe(text)
})

test.each(talkers)('a refusal of %s is told in each client\'s own way', async (model) => {
  standIn(model).behave({ do: 'refuse', status: 400 })
  const messages = [{ role: 'user' as const, content: 'hi' }]
  const message = expect.stringContaining('refused by the stand-in') as string
  await expect(openai.chat.completions.create({ model, messages })).rejects.toMatchObject({ status: 400, type: 'invalid_request_error', message })
  await expect(openai.responses.create({ model, input: 'hi', stream: true })).rejects.toMatchObject({ status: 400, type: 'invalid_request_error', message })
  await expect(anthropic.messages.create({ model, max_tokens: 5, messages })).rejects.toMatchObject({ status: 400, error: { type: 'error', error: { type: 'invalid_request_error', message } } })
})

test.each(talkers)('a provider of %s that dies in the middle of its stream is an error for each client, not an end', async (model) => {
  standIn(model).behave({ do: 'die', afterChunks: 2 })
  const messages = [{ role: 'user' as const, content: 'hi' }]
  const message = expect.stringContaining('hung up before the end') as string
  await expect(openai.chat.completions.stream({ model, messages }).finalChatCompletion()).rejects.toMatchObject({ message })
  await expect(anthropic.messages.stream({ model, max_tokens: 5, messages }).finalMessage()).rejects.toMatchObject({ error: { type: 'error', error: { type: 'api_error', message } } })
  const events: { type: string; sequence_number: number }[] = []
  const reading = async () => {
    for await (const event of await openai.responses.create({ model, input: 'hi', stream: true })) events.push(event)
  }
  await expect(reading()).rejects.toMatchObject({ message })
  expect(events.at(-1)?.type).toBe('response.failed')
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index))
})

test.each(talkers)('a failure that a provider of %s hides under 200 is found', async (model) => {
  standIn(model).behave({ do: 'hideError', message: 'out of memory' })
  const messages = [{ role: 'user' as const, content: 'hi' }]
  const expected = { status: 502, message: expect.stringContaining('out of memory') as string }
  await expect(anthropic.messages.create({ model, max_tokens: 5, messages })).rejects.toMatchObject(expected)
  await expect(anthropic.messages.create({ model, max_tokens: 5, messages, stream: true })).rejects.toMatchObject(expected)
  await expect(openai.responses.create({ model, input: 'hi', stream: true })).rejects.toMatchObject(expected)
  await expect(openai.chat.completions.create({ model, messages, stream: true })).rejects.toMatchObject(expected)
})

test('tokens are counted by who can, and estimated by us for others', async () => {
  const messages = [{ role: 'user' as const, content: 'how much is this?' }]
  expect(await anthropic.messages.countTokens({ model: 'message-model', messages })).toEqual({ input_tokens: expect.any(Number) as number })
  const estimated = await anthropic.messages.countTokens({ model: 'chat-model', messages })
  expect(estimated).toEqual({ input_tokens: expect.any(Number) as number, estimated: true })
  expect(estimated.input_tokens).toBeGreaterThan(3)
  expect(await anthropic.messages.countTokens({ model: 'elder/sages', messages })).toMatchObject({ estimated: true })
})

test('models are listed and told in the shape of the client', async () => {
  const names = (await openai.models.list()).data.map(({ id }) => id)
  expect(names).toEqual(expect.arrayContaining(['elder/sages', 'message-model']))
  expect(await openai.models.retrieve('elder/sages')).toEqual({ id: 'elder/sages', object: 'model', created: 0, owned_by: 'elder' })
  const page = await anthropic.models.list()
  expect(page.data.map(({ id }) => id)).toEqual(names)
  expect(page).toMatchObject({ has_more: false, first_id: names[0], last_id: names.at(-1) })
  expect(await anthropic.models.retrieve('elder/sages')).toMatchObject({ type: 'model', id: 'elder/sages', display_name: 'elder/sages' })
  await expect(openai.models.retrieve('nope')).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
})

test.each(['elder/sages', 'anthropic/elder/sages', 'openai/elder/sages'])('the sages answer every client by the name %s', async (model) => {
  const answer = 'You asked: where is a?. See src/a.ts:3-9.'
  const messages = [{ role: 'user' as const, content: 'where is a?' }]
  expect((await openai.chat.completions.stream({ model, messages }).finalChatCompletion()).choices[0]?.message.content).toBe(answer)
  expect(await anthropic.messages.create({ model, max_tokens: 5, messages })).toMatchObject({ model: 'elder/sages', content: [{ text: answer }], stop_reason: 'end_turn' })
  expect(await anthropic.messages.stream({ model, max_tokens: 5, messages }).finalMessage()).toMatchObject({ content: [{ text: answer }] })
  expect((await openai.responses.create({ model, input: 'where is a?' })).output_text).toBe(answer)
  expect((await openai.responses.stream({ model, input: [{ role: 'user', content: [{ type: 'input_text', text: 'where is a?' }] }] }).finalResponse()).output_text).toBe(answer)
  expect((await openai.completions.create({ model, prompt: 'where is a?' })).choices[0]?.text).toBe(answer)
})

test('what cannot be said to a provider is refused by field, in each client\'s own way', async () => {
  const messages = [{ role: 'user' as const, content: 'hi' }]
  await expect(openai.chat.completions.create({ model: 'message-model', messages, n: 2 })).rejects.toMatchObject({ status: 400, param: 'n', code: 'not_translatable' })
  await expect(openai.responses.create({ model: 'chat-model', input: 'hi', previous_response_id: 'resp_1' })).rejects.toMatchObject({ status: 400, param: 'previous_response_id' })
  await expect(anthropic.messages.create({ model: 'chat-model', max_tokens: 5, messages, tools: [{ type: 'web_search_20250305', name: 'web_search' }] })).rejects.toMatchObject({ status: 400, error: { error: { type: 'invalid_request_error', message: expect.stringContaining('web_search') as string } } })
})

test.each([
  ['chat-model', { error: { message: "This model's maximum context length is 8 tokens.", type: 'invalid_request_error', code: 'context_length_exceeded' } }],
  ['chat-model', { error: { message: 'the request exceeds the available context size', type: 'exceed_context_size_error', code: 400 } }],
  ['message-model', { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 9 tokens > 8 maximum' } }],
])('a prompt that is too long for %s is told to each client in the words that make it shorten the conversation', async (model, body) => {
  standIn(model).behave({ do: 'refuse', status: 400, body })
  const messages = [{ role: 'user' as const, content: 'hi' }]
  const words = /maximum context length|context_length_exceeded/
  const told = { status: 400, code: 'context_length_exceeded', message: expect.stringMatching(words) as string }
  await expect(openai.chat.completions.create({ model, messages })).rejects.toMatchObject(told)
  await expect(openai.responses.create({ model, input: 'hi', stream: true })).rejects.toMatchObject(told)
  await expect(anthropic.messages.create({ model, max_tokens: 5, messages })).rejects.toMatchObject({ status: 400, error: { error: { type: 'invalid_request_error', message: expect.stringMatching(/^prompt is too long: /) as string } } })
})

test.each([
  ['/v1/responses', { model: 'chat-model' }, 'input'],
  ['/v1/completions', { model: 'chat-model', prompt: 7 }, 'prompt'],
  ['/v1/embeddings', { model: 'chat-model', input: [] }, 'input'],
])('a malformed request to %s is refused by field', async (path, body, param) => {
  await expect(openai.post(path.slice(3), { body })).rejects.toMatchObject({ status: 400, param, code: 'invalid_field' })
})

test.each([
  ['/v1/messages?beta=true', { model: 'message-model', messages: [] }, 'messages must be a list'],
  ['/v1/messages', { model: 'message-model', messages: [{ role: 'user', content: 'x' }] }, 'max_tokens must be'],
  ['/v1/messages/count_tokens?beta=true', { messages: [] }, 'model must be'],
])('a malformed request to %s is refused in Anthropic\'s way', async (path, body, message) => {
  await expect(anthropic.post(path, { body })).rejects.toMatchObject({ status: 400, error: { type: 'error', error: { type: 'invalid_request_error', message: expect.stringContaining(message) as string } } })
})

test('headers of a family reach its own providers, with Elder\'s key and nobody else\'s', async () => {
  await anthropic.beta.messages.create({ model: 'message-model', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], betas: ['context-1m-2025-08-07'] })
  expect(standIn('message-model').requests.at(-1)?.headers).toMatchObject({ 'x-api-key': 'provider-key', 'anthropic-version': expect.stringMatching(/^20\d\d-/) as string, 'anthropic-beta': 'context-1m-2025-08-07' })
  await anthropic.beta.messages.create({ model: 'chat-model', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], betas: ['context-1m-2025-08-07'] })
  const { headers } = standIn('chat-model').requests.at(-1) ?? { headers: {} }
  expect(headers).toMatchObject({ authorization: 'Bearer provider-key' })
  for (const name of ['anthropic-version', 'anthropic-beta', 'x-api-key']) expect(headers).not.toHaveProperty(name)
})

test('what one provider cannot be told goes to another that can, and who was not asked is not counted', async () => {
  const messages = [{ role: 'user' as const, content: 'hi' }]
  const before = standIn('message-model').requests.length
  expect((await openai.chat.completions.create({ model: 'shared-model', messages, logprobs: true })).choices[0]?.message.content).toBe(text)
  expect(standIn('message-model').requests.length).toBe(before)
  const refused = await edge.send('POST', '/v1/chat/completions', { body: { model: 'message-model', messages, n: 2 } })
  expect(await errorOf(refused)).toMatchObject({ code: 'not_translatable', param: 'n' })
  await rig.settledFacts(edge, [requestIdOf(refused)])
  expect(rig.completions.some(({ requestId }) => requestId === requestIdOf(refused))).toBe(false)
})

test.each([
  ['/v1/messages', 'message-model', { max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }, 'event: ping\ndata: {"type": "ping"}\n\n'],
  ['/v1/messages', 'chat-model', { max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }, 'event: ping\ndata: {"type": "ping"}\n\n'],
  ['/v1/responses', 'response-model', { input: 'hi' }, ': keepalive\n\n'],
  ['/v1/chat/completions', 'message-model', { messages: [{ role: 'user', content: 'hi' }] }, ': keepalive\n\n'],
])('a silent stream of %s from %s is kept alive in its own way', async (path, model, body, sign) => {
  standIn(model).behave({ do: 'chunks', count: 2, everyMs: 250 })
  const response = await edge.send('POST', path, { body: { model, stream: true, ...body } })
  const stream = await response.text()
  expect(stream).toContain(sign)
  expect(stream).toContain('chunk 2')
  expect(dataOf(stream).length).toBeGreaterThan(3)
})

const everyPath = ['/v1/chat/completions', '/v1/responses', '/v1/completions', '/v1/embeddings', '/v1/messages', '/v1/messages/count_tokens']

test.each(everyPath.flatMap((path) => ['', '{"model":', '[]', '{"model":7}', '{"model":"chat-model","stream":"yes"}', '{"model":"nobody-has-this","stream":false}'].map((body) => ({ path, body }))))('POST $path of $body is refused in the words of its clients', async ({ path, body }) => {
  const response = await edge.send('POST', path, { body })
  expect(response.status).toBe(400)
  const told = (await response.json()) as { type?: string; error: { type: string; message: string } }
  expect(told.error.type).toBe('invalid_request_error')
  expect(told.error.message.length).toBeGreaterThan(10)
  expect(told.type).toBe(path.startsWith('/v1/messages') ? 'error' : undefined)
})

test.each(everyPath)('a model that nobody has and a key that nobody gave are told on %s in the words of its clients', async (path) => {
  const body = { model: 'nobody-has-this', messages: [{ role: 'user', content: 'x' }], input: 'x', prompt: 'x', max_tokens: 5 }
  const missing = await edge.send('POST', path, { body })
  const keyless = await edge.send('POST', path, { body, key: null })
  expect([missing.status, keyless.status]).toEqual([404, 401])
  const types = [missing, keyless].map(async (response) => ((await response.json()) as { error: { type: string } }).error.type)
  expect(await Promise.all(types)).toEqual(path.startsWith('/v1/messages') ? ['not_found_error', 'authentication_error'] : ['invalid_request_error', 'invalid_request_error'])
})
