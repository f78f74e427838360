import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { AnswerCacheMode, PolicyScope, SecretAction, UsagePolicy } from '@elder/contracts/auth-usage'
import { waitUntil } from '@elder/testkit'
import { startFormatsProvider, type FormatsProvider } from './formats-provider.ts'
import { requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
let provider: FormatsProvider
let keys = 0

beforeAll(async () => {
  rig = await startRig()
  provider = await startFormatsProvider()
  const file = join(rig.folder, 'formats.json')
  const openai = ['chat', 'responses', 'completions', 'embeddings']
  writeFileSync(
    file,
    JSON.stringify([
      { name: 'native', baseUrl: provider.url, models: ['native-1'], apis: openai },
      { name: 'native-anthropic', dialect: 'anthropic', baseUrl: provider.url, models: ['claude-1'] },
      { name: 'chat-alone', baseUrl: provider.url, models: ['chat-1'], apis: ['chat'] },
    ]),
  )
  edge = await rig.startEdge({ PROVIDERS_FILE: file, ANSWER_LOOKUP_MS: '5000' })
  // The first search opens a connection to the service that does it, for which it has no more time than for any other.
  const key = keyWith({ secrets: SecretAction.SECRET_ACTION_MASK })
  await waitUntil(async () => (await ask('chat', key, 'native-1', 'hello')).status === 200)
})
afterAll(() => provider.close())
beforeEach(() => {
  provider.requests.length = 0
  provider.gate = undefined
  provider.text = 'a plain answer of some words'
  rig.services.findSecrets = async (texts) => ({
    matches: texts.flatMap((text, index) => [...text.matchAll(/KEY-\w+/g)].map((match) => ({ text: index, start: match.index, end: match.index + match[0].length, rule: 'elder/marked' }))),
  })
})

function keyWith(policy: Partial<UsagePolicy>): string {
  const id = `format${String(++keys).padStart(2, '0')}`
  const key = `elder_${id}_${'f'.repeat(43)}`
  rig.services.keys.set(key, { principal: { subject: id, name: id, role: 2, keyId: id }, requestsPerMinute: 0, policies: [UsagePolicy.fromPartial({ scope: PolicyScope.POLICY_SCOPE_KEY, subject: id, version: 1n, ...policy })] })
  return key
}

interface Form {
  readonly path: string
  readonly body: (model: string, text: string) => object
  /** Where it says the most tokens. */
  readonly most?: string
}

const forms: Record<string, Form> = {
  chat: { path: '/v1/chat/completions', body: (model, text) => ({ model, messages: [{ role: 'user', content: text }] }), most: 'max_tokens' },
  responses: { path: '/v1/responses', body: (model, text) => ({ model, input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }] }), most: 'max_output_tokens' },
  completions: { path: '/v1/completions', body: (model, prompt) => ({ model, prompt }), most: 'max_tokens' },
  messages: { path: '/v1/messages', body: (model, text) => ({ model, max_tokens: 9_000, system: 'be brief', messages: [{ role: 'user', content: [{ type: 'text', text }] }] }), most: 'max_tokens' },
  embeddings: { path: '/v1/embeddings', body: (model, input) => ({ model, input }) },
  count_tokens: { path: '/v1/messages/count_tokens', body: (model, text) => ({ model, messages: [{ role: 'user', content: text }] }) },
}

/** Each format with a provider that has it, and those that are translated for one that has not. */
const ways: [string, string][] = [
  ['chat', 'native-1'],
  ['responses', 'native-1'],
  ['completions', 'native-1'],
  ['embeddings', 'native-1'],
  ['messages', 'claude-1'],
  ['count_tokens', 'claude-1'],
  ['responses', 'chat-1'],
  ['messages', 'chat-1'],
  ['completions', 'chat-1'],
  ['chat', 'claude-1'],
]
const talking = ways.filter(([form]) => form !== 'embeddings' && form !== 'count_tokens')

const ask = (form: string, key: string, model: string, text: string, more: object = {}) => edge.send('POST', forms[form]?.path ?? '', { key, body: { ...forms[form]?.body(model, text), ...more } })
const isAnthropic = (form: string) => form === 'messages' || form === 'count_tokens'
const lastSent = () => provider.requests.at(-1)?.body ?? ''

test.each(ways)('%s for %s: a secret is masked on its way, and refused in the format of the client', async (form, model) => {
  const masked = await ask(form, keyWith({ secrets: SecretAction.SECRET_ACTION_MASK }), model, 'use KEY-abcdefgh now')
  expect(masked.status).toBe(200)
  expect(lastSent()).toContain('use [secret removed: elder/marked] now')
  const before = provider.requests.length
  const refused = await ask(form, keyWith({ secrets: SecretAction.SECRET_ACTION_BLOCK }), model, 'use KEY-abcdefgh now')
  expect(refused.status).toBe(403)
  const text = await refused.text()
  expect(text).toContain('elder/marked')
  expect(JSON.parse(text)).toMatchObject(isAnthropic(form) ? { type: 'error', error: {} } : { error: { type: 'invalid_request_error', code: 'secret_in_prompt' } })
  expect(text).not.toContain('abcdefgh')
  expect(provider.requests).toHaveLength(before)
})

test.each(ways)('%s for %s: a denied prompt and a model that is not allowed are refused', async (form, model) => {
  const key = keyWith({ deniedPrompts: ['bluebird'], allowedModels: [model] })
  const denied = await ask(form, key, model, 'all about the bluebird')
  expect([denied.status, await denied.text()]).toEqual([403, expect.stringContaining("denied pattern 1 of the key's policy")])
  const other = await ask(form, key, 'other-1', 'hello')
  expect([other.status, await other.text()]).toEqual([403, expect.stringContaining(`use ${model}`)])
  expect(provider.requests).toHaveLength(0)
})

test.each(talking)('%s for %s: the maximum reaches the provider', async (form, model) => {
  const answer = await ask(form, keyWith({ maxOutputTokens: 321 }), model, 'hello')
  expect([answer.status, answer.headers.get('x-elder-max-tokens')]).toEqual([200, '321'])
  expect(lastSent()).toMatch(/"max_(?:completion_|output_)?tokens":321[,}]/)
})

test.each(talking)('%s for %s: a denied answer is withheld, whole and streamed', async (form, model) => {
  provider.text = `${'well and good '.repeat(60)}it is the nightingale, not the lark`
  const key = keyWith({ deniedAnswers: ['nightingale'] })
  const whole = await ask(form, key, model, 'which bird?')
  expect(whole.status).toBe(403)
  expect(await whole.text()).not.toContain('nightingale')
  const gate = Promise.withResolvers<void>()
  provider.gate = gate.promise
  const stream = await ask(form, key, model, 'which bird?', { stream: true })
  expect(stream.status).toBe(200)
  gate.resolve()
  const text = await stream.text()
  expect(text).toContain('well')
  expect(text).not.toContain('nightingale')
  // As the format tells a failure in a stream.
  expect(text.trim().split('\n\n').at(-1)).toMatch(form === 'messages' ? /^event: error\ndata: \{"type":"error"/ : /answer_denied/)
})

test.each(talking)('%s for %s: an answer is given again in both forms, its counts marked', async (form, model) => {
  const key = keyWith({ answerCache: AnswerCacheMode.ANSWER_CACHE_MODE_ON })
  const request = (stream: boolean) => ask(form, key, model, 'say it again', { temperature: 0, ...(stream && { stream, ...((form === 'chat' || form === 'completions') && { stream_options: { include_usage: true } }) }) })
  const kept = () => [...rig.services.cache.entries.values()].filter(({ tags }) => tags[0]?.endsWith(key.slice(6, 14)) === true)
  const first = await request(true)
  expect([first.status, first.headers.get('x-elder-cache')]).toEqual([200, 'miss'])
  expect(await first.text()).toContain('words')
  await waitUntil(() => kept().length === 1, { message: 'the answer is kept' })
  const stream = await request(true)
  expect([stream.headers.get('x-elder-cache'), stream.headers.get('content-type')]).toEqual(['hit', 'text/event-stream; charset=utf-8'])
  expect(textIn(await stream.text())).toBe(provider.text)
  const whole = await request(false)
  expect(whole.headers.get('x-elder-cache')).toBe('hit')
  const answer = (await whole.json()) as { usage: Record<string, unknown> }
  expect(JSON.stringify(answer)).toContain(provider.text)
  expect(answer.usage).toMatchObject(form === 'messages' ? { input_tokens: 0, cache_read_input_tokens: 12 } : form === 'responses' ? { input_tokens_details: { cached_tokens: 12 } } : { prompt_tokens_details: { cached_tokens: 12 } })
  expect(provider.requests).toHaveLength(1)
  await waitUntil(() => rig.completions.some(({ requestId, replayed }) => requestId === requestIdOf(whole) && replayed))
})

test('embeddings are given again without a temperature; counts of tokens are not', async () => {
  const key = keyWith({ answerCache: AnswerCacheMode.ANSWER_CACHE_MODE_ON })
  expect((await ask('embeddings', key, 'native-1', 'a text')).headers.get('x-elder-cache')).toBe('miss')
  await waitUntil(async () => (await ask('embeddings', key, 'native-1', 'a text')).headers.get('x-elder-cache') === 'hit')
  expect((await ask('count_tokens', key, 'claude-1', 'a text')).headers.get('x-elder-cache')).toBe('bypass')
})

/** The words in the deltas of a stream of any format. */
function textIn(stream: string): string {
  return stream
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as { type?: string; delta?: unknown; choices?: { delta?: { content?: string }; text?: string }[] })
    .map(({ type, delta, choices }) => {
      const [choice] = choices ?? []
      if (choice) return choice.delta?.content ?? choice.text ?? ''
      if (type === 'response.output_text.delta') return String(delta)
      return type === 'content_block_delta' ? ((delta as { text?: string }).text ?? '') : ''
    })
    .join('')
}
