import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProvider, waitUntil, type ProviderStandIn } from '@elder/testkit'
import { bringUp, type Platform } from '../platform.ts'

let provider: ProviderStandIn
let platform: Platform

beforeAll(async () => {
  provider = await startProvider({ models: ['stand-in-1'] })
  platform = await bringUp(['--one-process'])
}, 400_000)

afterAll(async () => {
  await platform?.dispose()
  await provider?.close()
})

const complete = (content = 'hello') => platform.fetch('/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'stand-in-1', messages: [{ role: 'user', content }] }) })
/** What a command prints, in JSON. */
async function told<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await platform.elder([...args, '--json'])
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return JSON.parse(stdout) as T
}

async function setProviders(output: number): Promise<{ version: number }> {
  const file = join(platform.checkout, 'providers-for-a-test.json')
  writeFileSync(file, JSON.stringify([{ name: 'stand-in', baseUrl: provider.url, models: ['stand-in-1'], prices: { 'stand-in-1': { input: 0, output } } }]))
  return told('providers', 'set', file)
}

test('providers that are set while everything runs are asked at once, and what they take is counted and paid', async () => {
  expect((await complete()).status).toBe(404)
  expect(await setProviders(1_000_000)).toMatchObject({ version: 1 })
  const answer = await waitUntil(async () => {
    const response = await complete()
    return response.status === 200 ? response : undefined
  })
  const { usage } = (await answer.json()) as { usage: { prompt_tokens: number; completion_tokens: number } }
  const sums = await waitUntil(async () => (await told<{ items: object[] }>('usage', '--by', 'model')).items[0])
  expect(sums).toMatchObject({ group: 'stand-in-1', requests: 1, inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens, cost: usage.completion_tokens })
})

test("a team's policy holds for the keys of its users once they are in it, and no longer when it is cleared", async () => {
  await told('teams', 'create', 'core')
  await told('policies', 'set', '--team', 'core', '--deny-prompt', 'zebra')
  expect((await complete('about a zebra')).status).toBe(200)
  await told('teams', 'add', 'developer', 'core')
  await waitUntil(async () => (await complete('about a zebra')).status === 403)
  expect((await complete('about a horse')).status).toBe(200)
  await told('policies', 'clear', '--team', 'core')
  await waitUntil(async () => (await complete('about a zebra')).status === 200)
})

test('an earlier version of a setting is brought back, and holds over a restart', async () => {
  await setProviders(5)
  expect(await told('settings', 'restore', 'providers', '1')).toMatchObject({ version: 3 })
  await platform.down()
  expect((await platform.elder(['up', '--detach', '--one-process'])).code).toBe(0)
  expect((await waitUntil(async () => ((await complete()).status === 200 ? complete() : undefined))).status).toBe(200)
  expect(await told('settings', 'get', 'providers')).toMatchObject({ version: 3, value: [{ prices: { 'stand-in-1': { output: 1_000_000 } } }] })
  const { intact } = await told<{ intact: boolean }>('audit', 'verify')
  expect(intact).toBe(true)
})
