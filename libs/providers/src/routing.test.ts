import { afterEach, expect, test } from 'vitest'
import type { Api } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import { matches } from './pattern.ts'
import { costMicros } from './price.ts'
import { openProviders, type Providers } from './providers.ts'
import { loadProviders } from './setting-files.ts'

const opened: Providers[] = []
afterEach(() => Promise.all(opened.splice(0).map((providers) => providers.close())))

const clock = { now: 1_000_000, drawn: 0 }
const load = (...entries: object[]) => {
  const { providers, faults } = loadProviders(JSON.stringify(entries.map((entry) => ({ baseUrl: 'http://127.0.0.1:9/v1', ...entry }))), { directory: '/nowhere', allowAbsolute: false })
  expect(faults).toEqual([])
  return providers
}
function open(...entries: object[]): Providers {
  const upstream = { connectionsPerProvider: 10, proxies: { httpProxy: '', httpsProxy: '', noProxy: '' } }
  const providers = openProviders(load(...entries), { upstream, logger: { warn: () => {} }, now: () => clock.now, random: () => clock.drawn })
  opened.push(providers)
  return providers
}
const order = (providers: Providers, model: string, api: Api = 'chat') => providers.routesFor(model, api).map(({ provider }) => provider.name)
const fault = new ServiceError('unavailable', 'broken', { reason: 'PROVIDER_BROKEN' })

test.each([
  ['a', 'a', true],
  ['a', 'ab', false],
  ['*', 'anything', true],
  ['a-*', 'a-1', true],
  ['a-*', 'b-a-1', false],
  ['*-mini', 'x-mini', true],
  ['a*b*c', 'abc', true],
  ['a*b*c', 'a-c-b', false],
  ['a*a', 'a', false],
  ['**x**', 'x', true],
])('the pattern %s takes %s: %s', (pattern, name, is) => {
  expect(matches(pattern, name)).toBe(is)
})

test('names come before patterns, and a provider without a list takes only models that no other names', () => {
  const providers = open({ name: 'any' }, { name: 'pattern', models: ['m-*'] }, { name: 'exact', models: ['m-1'] }, { name: 'alias', models: ['x'], aliases: { 'm-1': 'theirs' } })
  expect(order(providers, 'm-1').toSorted()).toEqual(['alias', 'exact', 'pattern'])
  expect(order(providers, 'm-1').at(-1)).toBe('pattern')
  expect(order(providers, 'm-2')).toEqual(['pattern'])
  expect(order(providers, 'other')).toEqual(['any'])
  expect(providers.routesFor('m-1', 'chat').find(({ provider }) => provider.name === 'alias')?.model).toBe('theirs')
})

test('the platform\'s names are never a provider\'s by accident', () => {
  const providers = open({ name: 'any' }, { name: 'pattern', models: ['*', 'elder/own'] })
  expect(order(providers, 'elder/own')).toEqual(['pattern'])
  expect(() => order(providers, 'elder/sage')).toThrow(expect.objectContaining({ code: 'not_found', reason: 'MODEL_NOT_FOUND', field: 'model' }))
})

test('priority decides first, weight among equals', () => {
  const providers = open({ name: 'spare', priority: 1 }, { name: 'heavy', weight: 3 }, { name: 'light', weight: 1 })
  clock.drawn = 0
  expect(order(providers, 'm')).toEqual(['heavy', 'light', 'spare'])
  clock.drawn = 0.74
  expect(order(providers, 'm')).toEqual(['heavy', 'light', 'spare'])
  clock.drawn = 0.76
  expect(order(providers, 'm')).toEqual(['light', 'heavy', 'spare'])
})

test('a provider is chosen for what it offers, or what can be translated for it', () => {
  const providers = open({ name: 'openai', models: ['m'] }, { name: 'anthropic', dialect: 'anthropic', models: ['m', 'claude'] })
  expect(order(providers, 'm', 'embeddings')).toEqual(['openai'])
  expect(order(providers, 'm', 'chat').toSorted()).toEqual(['anthropic', 'openai'])
  expect(() => order(providers, 'claude', 'embeddings')).toThrow(expect.objectContaining({ code: 'invalid_argument', reason: 'API_NOT_OFFERED', message: expect.stringContaining('provider anthropic has it for messages, count_tokens') as string }))
})

test('a circuit that is open, a provider that rests and one that is ejected go last, not away', () => {
  clock.drawn = 0
  const providers = open({ name: 'one', breaker: { failures: 2, pauseMs: 1_000 } }, { name: 'two' })
  const [one] = providers.routesFor('m', 'chat')
  one?.circuit.failed(fault, clock.now)
  expect(order(providers, 'm')).toEqual(['one', 'two'])
  one?.circuit.failed(fault, clock.now)
  expect(order(providers, 'm')).toEqual(['two', 'one'])
  expect(order(providers, 'another')).toEqual(['one', 'two'])
  clock.now += 1_000
  expect(order(providers, 'm')).toEqual(['one', 'two'])
  one?.circuit.began()
  expect(order(providers, 'm')).toEqual(['two', 'one'])
  one?.circuit.succeeded()
  one?.circuit.rest(5_000, fault, clock.now)
  expect(order(providers, 'm')).toEqual(['two', 'one'])
  clock.now += 5_000
  expect(order(providers, 'm')).toEqual(['one', 'two'])
  for (let failure = 0; failure < 10; failure++) one?.provider.failed(clock.now)
  expect(order(providers, 'another')).toEqual(['two', 'one'])
  clock.now += 10_000
  expect(order(providers, 'another')).toEqual(['one', 'two'])
})

test('the pause doubles with each trial that fails', () => {
  const providers = open({ name: 'one', breaker: { failures: 1, pauseMs: 100 } })
  const circuit = providers.routesFor('m', 'chat')[0]?.circuit
  const pauses = [100, 200, 400].map((pause) => {
    circuit?.began()
    circuit?.failed(fault, clock.now)
    const waits = circuit?.waitMs(clock.now)
    clock.now += pause
    return waits
  })
  expect(pauses).toEqual([100, 200, 400])
  expect(circuit?.admits(clock.now)).toBe(true)
})

test('what stays after a change keeps its connections and what is known of it; what is under way keeps what left', () => {
  const providers = open({ name: 'one' }, { name: 'two', baseUrl: 'http://127.0.0.1:10/v1' })
  const [one, two] = providers.list()
  two?.connection.begin()
  const dispatcher = two?.connection.dispatcher
  one?.circuitOf('m').failed(fault, clock.now)
  providers.replace(load({ name: 'one', weight: 5 }, { name: 'three' }))
  const [kept, three] = providers.list()
  expect(kept?.connection).toBe(one?.connection)
  expect(kept?.circuitOf('m')).toBe(one?.circuitOf('m'))
  expect(three?.name).toBe('three')
  expect(dispatcher && 'closed' in dispatcher && dispatcher.closed).toBe(false)
  two?.connection.end()
  expect(dispatcher && 'closed' in dispatcher && dispatcher.closed).toBe(true)
  expect(two?.connection.dispatcher).not.toBe(dispatcher)
})

test('prices go by the longest pattern that fits, and tokens read from a cache cost their own', () => {
  const providers = open({ name: 'one', prices: { '*': { input: 1, output: 2 }, 'm-*': { input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 } } })
  const price = providers.routesFor('m-1', 'chat')[0]?.price
  expect(price).toEqual({ input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 })
  expect(providers.routesFor('x', 'chat')[0]?.price).toEqual({ input: 1, output: 2, cachedInput: 1, cacheWrite: 1 })
  expect(costMicros(price, { inputTokens: 1_000_000, outputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0 })).toBe(3_000_000)
  expect(costMicros(price, { inputTokens: 1_000, outputTokens: 100, cachedTokens: 500, cacheWriteTokens: 100 })).toBe(400 * 3 + 500 * 0.3 + 100 * 3.75 + 100 * 15)
  const tiered = open({ name: 'two', prices: { '*': { input: 2, output: 8, tiers: { flex: { input: 1, output: 4 }, priority: { input: 4, output: 16, cachedInput: 1 } } } } }).routesFor('m', 'chat')[0]?.price
  const used = { inputTokens: 1_000, outputTokens: 100, cachedTokens: 500, cacheWriteTokens: 0 }
  expect([undefined, 'auto', 'flex', 'priority', 'constructor'].map((tier) => costMicros(tiered, used, tier))).toEqual([2_800, 2_800, 1_400, 500 * 4 + 500 + 1_600, 2_800])
  expect(costMicros(undefined, { inputTokens: 9, outputTokens: 9, cachedTokens: 0, cacheWriteTokens: 0 })).toBe(0)
})
