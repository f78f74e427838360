import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProvider, waitUntil, type ProviderStandIn } from '@elder/testkit'
import { bringUp, type Platform } from '../platform.ts'

let provider: ProviderStandIn
let platform: Platform
let version = 0

beforeAll(async () => {
  provider = await startProvider({ models: ['stand-in-1', 'stand-in-2'] })
  platform = await bringUp(['--one-process', '--provider', provider.url, '--model', 'stand-in-1'])
}, 400_000)

afterAll(async () => {
  await platform?.dispose()
  await provider?.close()
})

/** Replaces the policy of the developer's key, as a lead does. */
async function setPolicy(policy: object): Promise<void> {
  const keyId = platform.developerKey.split('_')[1] ?? ''
  const answer = await platform.fetch(`/v1/usage-policies/key/${keyId}`, { method: 'PUT', headers: { authorization: `Bearer ${platform.adminKey}` }, body: JSON.stringify({ baseVersion: version, ...policy }) })
  if (answer.status !== 200) throw new Error(`the policy was refused: ${await answer.text()}`)
  version++
}

const complete = (body: object, headers: Record<string, string> = {}) => platform.fetch('/v1/chat/completions', { method: 'POST', headers, body: JSON.stringify({ model: 'stand-in-1', ...body }) })
const asking = (content: string) => ({ messages: [{ role: 'user', content }] })
const newKeys = () => [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey].map((key) => key.export({ type: 'pkcs8', format: 'pem' }).toString())
const lastSent = () => provider.requests.at(-1)?.body.toString() ?? ''
// Put together here, so that no one takes it for a real one.
const token = ['sk', 'live', randomBytes(18).toString('base64url').replaceAll(/[-_]/g, 'x')].join('_')

test('secrets are masked by the rules of the gate, in prose and in the JSON of a tool, and a change of the policy takes effect', async () => {
  await setPolicy({ secrets: 'mask' })
  const messages = [
    { role: 'user', content: `why does ${token} not work?` },
    { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'read', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'c1', content: JSON.stringify({ env: `STRIPE_KEY="${token}"\n` }) },
  ]
  // The engine of the rules is loaded with the first prompt.
  await waitUntil(async () => (await complete({ messages })).status === 200 && lastSent().includes('[secret removed: '), { timeoutMs: 20_000, message: 'a masked prompt' })
  expect(lastSent()).not.toContain(token)
  expect((JSON.parse(lastSent()) as { messages: unknown[] }).messages[1]).toEqual(messages[1])
})

test('a private key is refused by rule and place', async () => {
  await setPolicy({ secrets: 'block' })
  const before = provider.requests.length
  for (const key of newKeys()) {
    const answer = await waitUntil(async () => {
      const response = await complete(asking(`sign this with\n${key}`))
      return response.status === 403 ? response : undefined
    })
    const text = await answer.text()
    expect(text).toMatch(/secret_in_prompt/)
    expect(text).toMatch(/messages\[0\]\.content: \w+\/private/)
    expect(text).not.toContain(key.slice(40, 60))
  }
  expect(provider.requests).toHaveLength(before)
  expect((await complete(asking('where should a private key be kept?'))).status).toBe(200)
})

test('models, tokens and words are held to the policy', async () => {
  await setPolicy({ allowedModels: ['stand-in-1'], maxOutputTokens: 77, deniedPrompts: ['(?i)bluebird'], deniedAnswers: ['(?i)nightingale'] })
  await waitUntil(async () => (await complete({ ...asking('hello'), model: 'stand-in-2' })).status === 403)
  const answer = await complete(asking('hello there'))
  expect([answer.status, answer.headers.get('x-elder-max-tokens')]).toEqual([200, '77'])
  expect(JSON.parse(lastSent())).toMatchObject({ max_tokens: 77 })
  expect((await complete(asking('about Bluebird'))).status).toBe(403)
  provider.behave({ do: 'answer', text: 'well, it is the nightingale and not the lark' })
  expect((await complete(asking('which bird?'))).status).toBe(403)
  const stream = await complete({ ...asking('which bird?'), stream: true })
  const text = await stream.text()
  expect(text).toContain('answer_denied')
  expect(text).not.toContain('nightingale')
  provider.behave({ do: 'answer' })
})

test('an answer is given again from the real cache, in either form, and no provider is asked', async () => {
  await setPolicy({ answerCache: 'on' })
  const body = { ...asking('what is the one answer?'), temperature: 0 }
  await waitUntil(async () => (await complete(body)).headers.get('x-elder-cache') === 'hit', { timeoutMs: 20_000, message: 'a hit' })
  const asked = provider.requests.length
  const stream = await complete({ ...body, stream: true })
  expect([stream.headers.get('x-elder-cache'), stream.headers.get('content-type')]).toEqual(['hit', 'text/event-stream; charset=utf-8'])
  expect(await stream.text()).toMatch(/data: \[DONE\]\n\n$/)
  const other = await complete(body, { authorization: `Bearer ${platform.adminKey}`, 'x-elder-cache': 'use' })
  expect(other.headers.get('x-elder-cache')).toBe('miss')
  expect(provider.requests).toHaveLength(asked + 1)
  await setPolicy({ answerCache: 'off' })
  await waitUntil(async () => (await complete(body, { 'x-elder-cache': 'use' })).headers.get('x-elder-cache') === 'off')
})
