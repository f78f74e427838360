import { once } from 'node:events'
import { request } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { Meter, PolicyScope, SecretAction, UsagePolicy, Window } from '@elder/contracts/auth-usage'
import { ServiceError } from '@elder/errors'
import { waitUntil } from '@elder/testkit'
import { inspect } from './limited.ts'
import { dataOf, errorOf, question, requestIdOf, startRig, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
let keys = 0

beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge()
})
beforeEach(() => {
  rig.provider.requests.length = 0
  rig.provider.behave({ do: 'answer' })
  rig.services.searched.length = 0
  rig.services.findSecrets = findMarked
})

/** A key of its own, with these policies. */
function keyWith(...policies: Partial<UsagePolicy>[]): string {
  const id = `guarded${++keys}`.padEnd(8, '0').slice(-8)
  const key = `elder_${id}_${'g'.repeat(43)}`
  rig.services.keys.set(key, {
    principal: { subject: 'dev', name: 'dev', role: 2, keyId: id },
    requestsPerMinute: 0,
    policies: policies.map((policy, index) => UsagePolicy.fromPartial({ scope: [PolicyScope.POLICY_SCOPE_KEY, PolicyScope.POLICY_SCOPE_USER, PolicyScope.POLICY_SCOPE_TEAM][index] ?? 0, subject: id, version: 1n, ...policy })),
  })
  return key
}

/** Takes every KEY-… for a secret. */
const findMarked = async (texts: readonly string[]) => ({
  matches: texts.flatMap((text, index) => [...text.matchAll(/KEY-\w+/g)].map((match) => ({ text: index, start: match.index, end: match.index + match[0].length, rule: 'elder/marked' }))),
})

const sentBody = (at = 0) => JSON.parse(rig.provider.requests[at]?.body.toString() ?? 'null') as Record<string, unknown>

test('a forbidden model is not reached by a second name for the field, nor by a list of those to go on to', async () => {
  const key = keyWith({ allowedModels: ['stand-in-1'] })
  const disguised = await edge.complete({ ...question, Model: 'stand-in-2' }, { key })
  expect(disguised.status).toBe(400)
  expect(await errorOf(disguised)).toMatchObject({ code: 'invalid_field', param: 'Model' })
  for (const others of [{ models: ['stand-in-1', 'stand-in-2'] }, { fallbacks: [{ model: 'stand-in-2' }] }]) {
    const refused = await edge.complete({ ...question, ...others }, { key })
    expect(refused.status).toBe(403)
    expect(await errorOf(refused)).toMatchObject({ code: 'model_not_allowed', message: expect.stringContaining('"stand-in-2"') })
  }
  expect(rig.provider.requests).toHaveLength(0)
})

test('models outside of every list are refused by a message that names those inside, and not shown', async () => {
  const key = keyWith({ allowedModels: ['stand-in-*', 'elder/sages'] }, { allowedModels: ['stand-in-1', '*in-3', 'other'] })
  const refused = await edge.complete({ ...question, model: 'stand-in-2' }, { key })
  expect(refused.status).toBe(403)
  expect(await errorOf(refused)).toMatchObject({ type: 'invalid_request_error', code: 'model_not_allowed', message: expect.stringMatching(/use stand-in-\*, stand-in-1/) })
  expect(rig.provider.requests).toHaveLength(0)
  expect((await edge.complete(question, { key })).status).toBe(200)
  const shown = (await (await edge.send('GET', '/v1/models', { key })).json()) as { data: { id: string }[] }
  expect(shown.data.map(({ id }) => id)).toEqual(['stand-in-1'])
  expect(await edge.metrics()).toMatch(/elder_edge_guardrail_decisions_total\{guardrail="models",decision="refused".* \d/)
})

test.each([
  ['a larger one is lowered', '{"model":"stand-in-1", "max_tokens" : 4096 ,"messages":[{"role":"user","content":"a \\"max_tokens\\": 9"}]}', '{"model":"stand-in-1", "max_tokens" : 100 ,"messages":[{"role":"user","content":"a \\"max_tokens\\": 9"}]}'],
  ['both fields are', '{"model":"stand-in-1","max_completion_tokens":200,"messages":[{"role":"user","content":"hi"}],"max_tokens":50}', '{"model":"stand-in-1","max_completion_tokens":100,"messages":[{"role":"user","content":"hi"}],"max_tokens":50}'],
  ['an absent one is put in', ' {"model":"stand-in-1","messages":[{"role":"user","content":"hi"}]}', ' {"max_tokens":100,"model":"stand-in-1","messages":[{"role":"user","content":"hi"}]}'],
  ['null counts as absent', '{"max_tokens":null,"model":"stand-in-1","messages":[{"role":"user","content":"hi"}]}', '{"max_tokens":100,"model":"stand-in-1","messages":[{"role":"user","content":"hi"}]}'],
  ['one that is given twice is lowered twice', '{"model":"stand-in-1","max_tokens":9000,"messages":[{"role":"user","content":"hi"}],"max_tokens":10}', '{"model":"stand-in-1","max_tokens":10,"messages":[{"role":"user","content":"hi"}],"max_tokens":10}'],
])('the maximum of tokens, the lowest of all policies: %s, every other byte as it came', async (_, body, expected) => {
  const answer = await edge.complete(body, { key: keyWith({ maxOutputTokens: 100 }, { maxOutputTokens: 500 }) })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('x-elder-max-tokens')).toBe('100')
  expect(rig.provider.requests[0]?.body.toString()).toBe(expected)
})

test('a maximum within the bound passes untouched', async () => {
  const answer = await edge.complete({ ...question, max_tokens: 100 }, { key: keyWith({ maxOutputTokens: 100 }) })
  expect(answer.headers.get('x-elder-max-tokens')).toBeNull()
  expect(sentBody()).toEqual({ ...question, max_tokens: 100 })
})

const conversation = [
  { role: 'system', content: 'be brief' },
  { role: 'user', content: [{ type: 'text', text: 'use KEY-alpha please' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${'iVBORw0KGgo'.repeat(40)}KEY-nothing` } }] },
  { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'run', arguments: '{"token":"\\u004bEY-betabeta","n":12345678901234567890}' } }] },
  { role: 'tool', tool_call_id: 'c1', content: 'ok KEY-gamma' },
]
const withSecrets = `{"seed":12345678901234567890,"temperature":1.0,${JSON.stringify({ model: 'stand-in-1', messages: conversation }).slice(1).replace('KEY-gamma', '\\u004b\\u0045Y-gamma')}`

test('secrets are masked in every message, also behind escapes; all else means what it meant, to the last digit', async () => {
  const answer = await edge.complete(withSecrets, { key: keyWith({ secrets: SecretAction.SECRET_ACTION_MASK }, { secrets: SecretAction.SECRET_ACTION_LOG }) })
  expect(answer.status).toBe(200)
  const sent = rig.provider.requests[0]?.body.toString() ?? ''
  expect(sent).toContain('"seed":12345678901234567890,"temperature":1.0,')
  expect(sent).toContain(String.raw`{\"token\":\"[secret removed: elder/marked]\",\"n\":12345678901234567890}`)
  const expected = structuredClone(conversation) as unknown[]
  expected[1] = { role: 'user', content: [{ type: 'text', text: 'use [secret removed: elder/marked] please' }, (conversation[1] as { content: unknown[] }).content[1]] }
  expected[3] = { role: 'tool', tool_call_id: 'c1', content: 'ok [secret removed: elder/marked]' }
  const messages = sentBody().messages as unknown[]
  expect([messages[0], messages[1], messages[3]]).toEqual([expected[0], expected[1], expected[3]])
  const [fact] = await rig.settledFacts(edge, [requestIdOf(answer)])
  expect(fact?.guardrails).toEqual(['secret masked in messages[1] (elder/marked)', 'secret masked in messages[2] (elder/marked)', 'secret masked in messages[3] (elder/marked)'])
})

const wide = (text: string) => text.replaceAll(/[!-~]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0))

test.each([
  ['parted by characters that nobody sees', 'please use the ze\u200bb\u00adr\u2060a'],
  ['written in full width', `use ${wide('zebra')}`],
  ['with a mark of direction inside', 'ze\u202ebra'],
  ['as a ligature\'s letters, and a variant selected', 'zebra\ufe0f'],
])('a denied word is found %s', async (_, content) => {
  const refused = await edge.complete({ ...question, messages: [{ role: 'user', content }] }, { key: keyWith({ deniedPrompts: ['zebra$'] }) })
  expect(refused.status).toBe(403)
  expect(await errorOf(refused)).toMatchObject({ code: 'prompt_denied', param: 'messages[0].content' })
  expect(rig.provider.requests).toHaveLength(0)
})

const tool = { type: 'function', function: { name: 'look', description: 'looks with KEY-tooltool', parameters: { type: 'object', properties: { id: { type: 'string', description: 'such as KEY-paramparam' } } } } }

test('metadata, the user and descriptions of tools are checked like messages', async () => {
  const everywhere = { ...question, metadata: { note: 'KEY-metameta' }, user: 'KEY-useruser', tools: [tool] }
  const answer = await edge.complete(everywhere, { key: keyWith({ secrets: SecretAction.SECRET_ACTION_MASK }) })
  expect(answer.status).toBe(200)
  const removed = '[secret removed: elder/marked]'
  expect(sentBody()).toEqual({ ...question, metadata: { note: removed }, user: removed, tools: [{ type: 'function', function: { ...tool.function, description: `looks with ${removed}`, parameters: { type: 'object', properties: { id: { type: 'string', description: `such as ${removed}` } } } } }] })
  const [fact] = await rig.settledFacts(edge, [requestIdOf(answer)])
  expect(fact?.guardrails).toEqual(['secret masked in metadata (elder/marked)', 'secret masked in user (elder/marked)', 'secret masked in tools[0] (elder/marked)', 'secret masked in tools[0] (elder/marked)'])
  for (const hidden of [{ metadata: { zebra: 'x' } }, { user: 'zebra' }, { tools: [{ ...tool, function: { name: 'f', description: 'zebra' } }] }, { response_format: { type: 'json_schema', json_schema: { name: 'zebra', schema: {} } } }]) {
    const refused = await edge.complete({ ...question, ...hidden }, { key: keyWith({ deniedPrompts: ['zebra'] }) })
    expect({ hidden, status: refused.status }).toEqual({ hidden, status: 403 })
  }
})

const base64 = (text: string) => Buffer.from(text).toString('base64')

test('a secret in base64, or split by invisible characters, is masked together with its disguise', async () => {
  const file = `data:text/plain;base64,${base64(`a file of words that goes on for a while ${'and on '.repeat(40)} KEY-filefile`)}`
  const content = [
    { type: 'text', text: `run this: ${base64('export TOKEN=KEY-encoded and more')}, please` },
    { type: 'text', text: 'it is K\u200bEY-par\u200bted, caf\u00e9' },
    { type: 'text', text: `/a/path/that/is/quite/long/and/no/secret and ${base64('nothing of the kind in here')}` },
    { type: 'file', file: { filename: 'a.txt', file_data: file } },
  ]
  const answer = await edge.complete({ ...question, messages: [{ role: 'user', content }] }, { key: keyWith({ secrets: SecretAction.SECRET_ACTION_MASK }) })
  expect(answer.status).toBe(200)
  const removed = '[secret removed: elder/marked]'
  expect((sentBody().messages as { content: unknown[] }[])[0]?.content).toEqual([
    { type: 'text', text: `run this: ${removed}, please` },
    { type: 'text', text: `it is ${removed}, café` },
    content[2],
    { type: 'file', file: { filename: 'a.txt', file_data: `data:text/plain;base64,${removed}` } },
  ])
  const refused = await edge.complete({ ...question, messages: [{ role: 'user', content: content.slice(0, 1) }] }, { key: keyWith({ secrets: SecretAction.SECRET_ACTION_BLOCK }) })
  expect(await errorOf(refused)).toMatchObject({ code: 'secret_in_prompt', param: 'messages[0].content[0].text' })
})

test('block names the rule and the place, never the secret, and asks no provider', async () => {
  const answer = await edge.complete(withSecrets, { key: keyWith({ secrets: SecretAction.SECRET_ACTION_BLOCK }, { secrets: SecretAction.SECRET_ACTION_MASK }) })
  expect(answer.status).toBe(403)
  const text = await answer.text()
  expect(JSON.parse(text)).toMatchObject({ error: { type: 'invalid_request_error', code: 'secret_in_prompt', message: expect.stringMatching(/messages\[1\].*elder\/marked/) } })
  expect(text).not.toMatch(/alpha|beta|gamma/)
  expect(rig.provider.requests).toHaveLength(0)
})

test('log passes every byte, and says so on the record and in the metrics', async () => {
  const answer = await edge.complete(withSecrets, { key: keyWith({ secrets: SecretAction.SECRET_ACTION_LOG }) })
  expect(answer.status).toBe(200)
  expect(rig.provider.requests[0]?.body.toString()).toBe(withSecrets)
  const [fact] = await rig.settledFacts(edge, [requestIdOf(answer)])
  expect(fact?.guardrails).toContain('secret seen in messages[3] (elder/marked)')
  expect(await edge.metrics()).toMatch(/elder_edge_guardrail_decisions_total\{guardrail="secrets",decision="logged".* \d/)
})

test('a growing conversation is searched in its new part alone, and one text once', async () => {
  const key = keyWith({ secrets: SecretAction.SECRET_ACTION_MASK })
  const messages = ['the first words here', 'KEY-delta is the second', 'the first words here'].map((content) => ({ role: 'user', content }))
  await edge.complete({ model: 'stand-in-1', messages }, { key })
  expect(rig.services.searched).toEqual(['the first words here', 'KEY-delta is the second'])
  await edge.complete({ model: 'stand-in-1', messages: [...messages, { role: 'user', content: 'a third text comes' }] }, { key })
  expect(rig.services.searched.slice(2)).toEqual(['a third text comes'])
  expect(JSON.stringify(sentBody(1))).not.toContain('KEY-delta')
})

test('without quality-check, block and mask refuse requests, while log lets them pass and counts them', async () => {
  rig.services.findSecrets = () => Promise.reject(new ServiceError('unavailable', 'away'))
  for (const secrets of [SecretAction.SECRET_ACTION_BLOCK, SecretAction.SECRET_ACTION_MASK]) {
    const answer = await edge.complete({ model: 'stand-in-1', messages: [{ role: 'user', content: `a text of its own ${secrets}` }] }, { key: keyWith({ secrets }) })
    expect(answer.status).toBe(503)
    expect(await errorOf(answer)).toMatchObject({ code: 'secrets_not_searched', message: expect.stringContaining('quality-check') })
  }
  expect(rig.provider.requests).toHaveLength(0)
  const logged = await edge.complete({ model: 'stand-in-1', messages: [{ role: 'user', content: 'a text of its own too' }] }, { key: keyWith({ secrets: SecretAction.SECRET_ACTION_LOG }) })
  expect(logged.status).toBe(200)
  expect(await edge.metrics()).toMatch(/elder_edge_guardrail_decisions_total\{guardrail="secrets",decision="unchecked".* 3\n/)
})

test('ambiguous JSON is refused where texts are checked, and nowhere else', async () => {
  const twice = '{"model":"stand-in-1","messages":[{"role":"user","content":"KEY-first","content":"fine"}]}'
  const refused = await edge.complete(twice, { key: keyWith({ secrets: SecretAction.SECRET_ACTION_BLOCK }) })
  expect(refused.status).toBe(400)
  expect(await errorOf(refused)).toMatchObject({ code: 'prompt_unreadable' })
  expect((await edge.complete(twice, { key: keyWith({ maxOutputTokens: 5 }) })).status).toBe(200)
  expect((await edge.complete(twice)).status).toBe(200)
})

test('a denied prompt is refused with the number of its pattern; similar texts pass', async () => {
  const key = keyWith({ deniedPrompts: ['(?i)zebra', 'project\\s+bluebird'] }, { deniedPrompts: ['\\bsk-\\d+\\b'] })
  const refused = await edge.complete({ model: 'stand-in-1', messages: [{ role: 'system', content: 'x' }, { role: 'user', content: `${'long '.repeat(60_000)}project   bluebird` }] }, { key })
  expect(refused.status).toBe(403)
  expect(await errorOf(refused)).toMatchObject({ type: 'invalid_request_error', code: 'prompt_denied', message: "messages[1].content fits denied pattern 2 of the key's policy: leave that out" })
  const other = await edge.complete({ model: 'stand-in-1', messages: [{ role: 'user', content: 'why sk-123?' }] }, { key })
  expect((await errorOf(other)).message).toContain("denied pattern 1 of the user's policy")
  expect((await edge.complete({ model: 'stand-in-1', messages: [{ role: 'user', content: 'project blue bird task-123b' }] }, { key })).status).toBe(200)
})

const denying = () => keyWith({ deniedAnswers: ['(?i)\\bproject bluebird\\b'] })

test('a denied answer in one piece is withheld', async () => {
  rig.provider.behave({ do: 'answer', text: 'It is about Project Bluebird, I think.' })
  const answer = await edge.complete(question, { key: denying() })
  expect(answer.status).toBe(403)
  const text = await answer.text()
  expect(JSON.parse(text)).toMatchObject({ error: { type: 'invalid_request_error', code: 'answer_denied' } })
  expect(text).not.toMatch(/bluebird/i)
})

test('a denied text never reaches a client of a stream, not even in part: the stream ends with an error event', async () => {
  rig.provider.behave({ do: 'answer', text: `${'All is well so far. '.repeat(500)}It is about project bluebird, I think. And more.` })
  const answer = await edge.complete({ ...question, stream: true }, { key: denying() })
  expect(answer.status).toBe(200)
  const events = dataOf(await answer.text())
  expect(JSON.stringify(events.slice(0, -1))).toContain('All')
  expect(JSON.stringify(events)).not.toMatch(/project|bluebird/)
  expect(events.at(-1)).toMatchObject({ error: { code: 'answer_denied', type: 'invalid_request_error' } })
  await waitUntil(() => rig.completions.some(({ requestId }) => requestId === requestIdOf(answer)))
})

test('answers that only begin like a denied one pass byte for byte', async () => {
  const text = `${'words and words '.repeat(20)}project bluebirds and the project bluebir`
  rig.provider.behave({ do: 'answer', text })
  const [plain, checked] = await Promise.all([edge.complete({ ...question, stream: true }), edge.complete({ ...question, stream: true }, { key: denying() })])
  const textOf = async (response: Response) => dataOf(await response.text()).map((event) => (event as { choices?: { delta?: { content?: string } }[] }).choices?.[0]?.delta?.content ?? '')
  expect(await textOf(checked)).toEqual(await textOf(plain))
  const whole = await edge.complete(question, { key: denying() })
  expect(((await whole.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message.content).toBe(text)
})

test('a provider that fails in the middle is reported as it would be without the check', async () => {
  rig.provider.behave({ do: 'die', afterChunks: 3 })
  const answer = await edge.complete({ ...question, stream: true }, { key: denying() })
  expect(await answer.text()).toMatch(/provider stand-in/)
})

test('the sages are held to denied answers as well, and see no secret', async () => {
  const policy = { deniedAnswers: ['src/a\\.ts'], secrets: SecretAction.SECRET_ACTION_MASK }
  const asked = { model: 'elder/sages', messages: [{ role: 'user', content: 'what is KEY-abcdefgh for?' }] }
  const whole = await edge.complete(asked, { key: keyWith(policy) })
  expect([whole.status, await whole.text()]).toEqual([403, expect.stringContaining('answer_denied')])
  const stream = await edge.complete({ ...asked, stream: true }, { key: keyWith(policy) })
  const text = await stream.text()
  expect(text).toContain('answer_denied')
  expect(text).not.toContain('src/a.ts')
  expect((await edge.complete({ ...asked, stream: true }, { key: keyWith({ ...policy, deniedAnswers: ['nothing of it'] }) })).status).toBe(200)
  expect(JSON.stringify(rig.services.calls.filter(({ method }) => method === 'consult').map(({ request }) => request))).not.toContain('KEY-')
})

test('signs that are eighteen letters each are no way to make a prompt larger than it is', async () => {
  const sent = (signs: number) => edge.complete({ ...question, messages: ['\ufdfa'.repeat(signs), `\ufdfa and ${'\u3300'.repeat(50_000)}`].map((content) => ({ role: 'user', content })) }, { key: keyWith({ deniedPrompts: ['zebra'] }) })
  const refused = await sent(50_000)
  expect(refused.status).toBe(400)
  expect(await errorOf(refused)).toMatchObject({ code: 'prompt_unreadable', message: expect.stringContaining('more than 100000 signs that stand for whole words: write them out') })
  expect((await sent(100)).status).toBe(200)
})

test('who leaves while a long prompt is searched holds nothing of a limit afterwards', async () => {
  const limits = [Meter.METER_TOKENS, Meter.METER_REQUESTS].map((meter) => ({ meter, window: Window.WINDOW_DAY, amount: 100_000_000n }))
  // No word of it is a must: every letter is looked at, in slices that take a millisecond or two each.
  const key = keyWith({ deniedPrompts: ['w[a-z]{3} [0-9]'], limits })
  rig.services.usageOf = () => 0n
  const inside = await inspect(rig)
  const counted = async (meter: string) => inside.of(`key:${key.split('_')[1]}:${meter}:day`)
  const asked = request(`${edge.url}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}` } }).on('error', () => {})
  asked.end(JSON.stringify({ ...question, messages: [{ role: 'user', content: 'word '.repeat(3_000_000) }] }))
  await once(asked, 'finish')
  // It arrives within a few turns of the loop, and each of over a hundred slices is searched in one of its own.
  for (let turn = 0; turn < 40; turn++) await nextTurn()
  // Seen in the next turn. Whoever only closes may as well wait for an answer, which takes a few writes to tell: the search could be over by then.
  asked.socket?.resetAndDestroy()
  await waitUntil(async () => (await counted('requests'))?.used === 1)
  for (let turn = 0; turn < 400; turn++) await nextTurn()
  expect((await edge.complete({ ...question, max_tokens: 10 }, { key })).status).toBe(200)
  await waitUntil(async () => (await counted('tokens'))?.reserved === 0)
  expect([rig.provider.requests.length, (await counted('requests'))?.used]).toEqual([1, 2])
})
