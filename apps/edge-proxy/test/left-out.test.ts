import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Anthropic from '@anthropic-ai/sdk'
import type OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProvider, type ProviderStandIn } from '@elder/testkit'
import { errorOf, startRig, type Edge } from './rig.ts'

// Every field that the clients' types know, asked of providers that speak other formats. None is lost in silence.

/** The provider hears of it; the client hears that the provider does not; it is refused by name; the platform does it itself. */
type Fate = 'carried' | 'told' | 'refused' | 'ours'
/** A value that says something, and what becomes of it at the two providers of other formats, in the order of `kinds`. */
type Fates<Params, Always extends keyof Params> = Readonly<Record<Exclude<keyof Params, Always>, readonly [unknown, Fate, Fate]>>

const kinds = [
  { name: 'gpt-5-chat', api: 'chat', dialect: 'openai', apis: ['chat'] },
  { name: 'gpt-5-responses', api: 'responses', dialect: 'openai', apis: ['responses'] },
  { name: 'claude-sonnet-4-5', api: 'messages', dialect: 'anthropic', apis: ['messages'] },
] as const

const chat: Fates<OpenAI.ChatCompletionCreateParamsNonStreaming, 'model' | 'messages' | 'stream' | 'stream_options'> = {
  audio: [{ format: 'wav', voice: 'ash' }, 'refused', 'refused'],
  frequency_penalty: [0.5, 'told', 'told'],
  function_call: ['none', 'refused', 'refused'],
  functions: [[{ name: 'f' }], 'refused', 'refused'],
  logit_bias: [{ 50: 1 }, 'refused', 'refused'],
  logprobs: [true, 'refused', 'refused'],
  max_completion_tokens: [9, 'carried', 'carried'],
  max_tokens: [9, 'carried', 'carried'],
  metadata: [{ a: 'b' }, 'told', 'told'],
  modalities: [['audio'], 'refused', 'refused'],
  moderation: [{ model: 'm' }, 'refused', 'refused'],
  n: [2, 'refused', 'refused'],
  parallel_tool_calls: [false, 'carried', 'carried'],
  prediction: [{ type: 'content', content: 'x' }, 'told', 'told'],
  presence_penalty: [0.5, 'told', 'told'],
  prompt_cache_key: ['k', 'carried', 'told'],
  prompt_cache_options: [{ mode: 'explicit' }, 'carried', 'told'],
  prompt_cache_retention: ['24h', 'carried', 'told'],
  reasoning_effort: ['high', 'carried', 'carried'],
  response_format: [{ type: 'json_object' }, 'carried', 'carried'],
  safety_identifier: ['s', 'carried', 'carried'],
  seed: [0, 'told', 'told'],
  service_tier: ['flex', 'carried', 'told'],
  stop: [['END'], 'ours', 'carried'],
  store: [true, 'told', 'told'],
  temperature: [0.5, 'carried', 'carried'],
  tool_choice: ['required', 'carried', 'carried'],
  tools: [[{ type: 'function', function: { name: 'g', parameters: {} } }], 'carried', 'carried'],
  top_logprobs: [2, 'refused', 'refused'],
  top_p: [0.5, 'carried', 'carried'],
  user: ['u', 'carried', 'carried'],
  verbosity: ['low', 'carried', 'told'],
  web_search_options: [{}, 'refused', 'refused'],
}

const responses: Fates<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'model' | 'input' | 'stream' | 'stream_options'> = {
  access_programs: [{ a: 'b' }, 'told', 'told'],
  background: [true, 'refused', 'refused'],
  context_management: [[{ type: 'compaction' }], 'told', 'told'],
  conversation: ['conv_1', 'refused', 'refused'],
  image: [{ a: 'b' }, 'told', 'told'],
  include: [['message.output_text.logprobs'], 'refused', 'refused'],
  instructions: ['be brief', 'carried', 'carried'],
  max_output_tokens: [9, 'carried', 'carried'],
  max_tool_calls: [3, 'told', 'told'],
  metadata: [{ a: 'b' }, 'told', 'told'],
  moderation: [{ model: 'm' }, 'refused', 'refused'],
  parallel_tool_calls: [false, 'carried', 'carried'],
  previous_response_id: ['resp_1', 'refused', 'refused'],
  prompt: [{ id: 'p' }, 'refused', 'refused'],
  prompt_cache_key: ['k', 'carried', 'told'],
  prompt_cache_options: [{ mode: 'explicit' }, 'carried', 'told'],
  prompt_cache_retention: ['24h', 'carried', 'told'],
  reasoning: [{ effort: 'high' }, 'carried', 'carried'],
  safety_identifier: ['s', 'carried', 'carried'],
  service_tier: ['default', 'carried', 'carried'],
  store: [true, 'told', 'told'],
  temperature: [0.5, 'carried', 'carried'],
  text: [{ verbosity: 'low' }, 'carried', 'told'],
  tool_choice: ['required', 'carried', 'carried'],
  tools: [[{ type: 'function', name: 'g', parameters: {}, strict: false }, { type: 'web_search' }], 'told', 'told'],
  top_logprobs: [2, 'refused', 'refused'],
  top_p: [0.5, 'carried', 'carried'],
  truncation: ['auto', 'told', 'told'],
  user: ['u', 'carried', 'carried'],
}

/** Its latest models take them no longer. */
type Sampling = Record<'temperature' | 'top_k' | 'top_p', number>

const messages: Fates<Anthropic.Beta.MessageCreateParamsNonStreaming & Sampling, 'model' | 'messages' | 'max_tokens' | 'stream' | 'betas'> = {
  billing_policy: [{ a: 'b' }, 'told', 'told'],
  cache_control: [{ type: 'ephemeral' }, 'told', 'told'],
  compaction: [{ a: 'b' }, 'told', 'told'],
  container: ['c', 'refused', 'refused'],
  context_management: [{ edits: [{ type: 'clear_thinking_20251015' }] }, 'told', 'told'],
  diagnostics: [{ a: 'b' }, 'told', 'told'],
  fallback_credit_token: ['t', 'told', 'told'],
  fallbacks: [[{ model: 'm' }], 'told', 'told'],
  inference_geo: ['eu', 'refused', 'refused'],
  mcp_servers: [[{ type: 'url', name: 'a', url: 'https://mcp.example' }], 'refused', 'refused'],
  metadata: [{ user_id: 'u' }, 'carried', 'carried'],
  output_config: [{ effort: 'high' }, 'carried', 'carried'],
  output_format: [{ type: 'json_schema', schema: {} }, 'carried', 'carried'],
  service_tier: ['standard_only', 'carried', 'carried'],
  speed: ['fast', 'told', 'told'],
  stop_sequences: [['END'], 'carried', 'ours'],
  system: ['be brief', 'carried', 'carried'],
  temperature: [0.5, 'carried', 'carried'],
  thinking: [{ type: 'enabled', budget_tokens: 1_024 }, 'carried', 'carried'],
  thread: [{ a: 'b' }, 'told', 'told'],
  tool_choice: [{ type: 'any' }, 'carried', 'carried'],
  tools: [[{ name: 'g', input_schema: {} }, { type: 'web_search_20250305', name: 'web_search' }], 'told', 'told'],
  top_k: [4, 'carried', 'told'],
  top_p: [0.5, 'carried', 'carried'],
  user_profile_id: ['p', 'told', 'told'],
  workspace_id: ['w', 'told', 'told'],
}

const clients = {
  chat: { path: '/v1/chat/completions', fates: chat, always: { messages: [{ role: 'user', content: 'hi' }], tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] } },
  responses: { path: '/v1/responses', fates: responses, always: { input: 'hi', tools: [{ type: 'function', name: 'f', parameters: {}, strict: false }] } },
  messages: { path: '/v1/messages', fates: messages, always: { max_tokens: 2_000, messages: [{ role: 'user', content: 'hi' }], tools: [{ name: 'f', input_schema: {} }] } },
} as const

let edge: Edge
const providers = new Map<string, ProviderStandIn>()

beforeAll(async () => {
  const rig = await startRig()
  for (const { name, dialect } of kinds) {
    const provider = await startProvider({ key: 'provider-key', models: [name], dialect })
    provider.behave({ do: 'answer', text: 'hello' })
    providers.set(name, provider)
  }
  const file = join(rig.folder, 'left-out.json')
  writeFileSync(file, JSON.stringify(kinds.map(({ name, dialect, apis }) => ({ name, dialect, apis, baseUrl: providers.get(name)?.url, keyFile: 'key', models: [name] }))))
  edge = await rig.startEdge({ PROVIDERS_FILE: file, REQUESTS_PER_MINUTE: '10000' })
})
afterAll(async () => {
  for (const provider of providers.values()) await provider.close()
})

const lastBody = (model: string) => providers.get(model)?.requests.at(-1)?.body.toString()

test('a field inside another that the provider is not told of is named by its path, once', async () => {
  const image = { type: 'image_url', image_url: { url: 'https://pictures.example/a.png', detail: 'low' } }
  const answer = await edge.send('POST', '/v1/chat/completions', { body: { model: 'claude-sonnet-4-5', messages: [{ role: 'user', content: [image, image] }] } })
  expect(answer.headers.get('x-elder-left-out')).toBe('messages[].content[].image_url.detail')
})

const cases = Object.entries(clients).flatMap(([api, { path, fates, always }]) =>
  kinds.filter((kind) => kind.api !== api).flatMap(({ name: model }, at) => Object.entries(fates).map(([field, fate]) => ({ api, model, path, always, field, value: fate[0], fate: fate[at + 1] as Fate }))),
)

/** What became of a field, as the client and the provider see it. */
async function fateOf(field: string, answer: Response, isHeard: boolean): Promise<string> {
  if (answer.status === 400 && (await errorOf(answer)).message.includes(field)) return 'refused'
  if (answer.status !== 200) return `status ${answer.status}`
  const leftOut = answer.headers.get('x-elder-left-out') ?? ''
  if (leftOut !== '') return leftOut.includes(field) ? 'told' : `told of ${leftOut}`
  return isHeard ? 'carried' : 'ours'
}

test.each(cases)('$field of $api is $fate for $model', async ({ model, path, always, field, value, fate }) => {
  await edge.send('POST', path, { body: { model, ...always } })
  const without = lastBody(model)
  const answer = await edge.send('POST', path, { body: { model, ...always, [field]: value } })
  expect(await fateOf(field, answer, lastBody(model) !== without)).toBe(fate)
})
