import { expect, test } from 'vitest'
import { parseProviderSettings } from './provider-settings.ts'

const minimal = { name: 'acme', baseUrl: 'https://api.acme.example/v1/' }
const parse = (...providers: object[]) => parseProviderSettings(JSON.stringify(providers))

test('fills in what is left out', () => {
  expect(parse(minimal)).toEqual([
    expect.objectContaining({ name: 'acme', baseUrl: 'https://api.acme.example/v1', dialect: 'openai', apis: ['chat', 'completions', 'embeddings'], aliases: {}, weight: 1, priority: 0, prices: {}, headers: {}, breaker: { failures: 5, pauseMs: 1_000 } }),
  ])
  expect(parse({ ...minimal, dialect: 'anthropic' })[0]?.apis).toEqual(['messages', 'count_tokens'])
})

test('takes everything that can be said', () => {
  const all = {
    ...minimal,
    dialect: 'openai',
    apis: ['chat', 'responses'],
    keyFile: 'acme.key',
    headers: { 'X-Team': 'a' },
    models: ['acme-*', 'other'],
    aliases: { fast: 'acme-small' },
    weight: 0.5,
    priority: 2,
    prices: { 'acme-*': { input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75, tiers: { flex: { input: 1.5, output: 7.5 } } } },
    timeouts: { connectMs: 100, firstByteMs: 200, wholeMs: 300, idleMs: 400 },
    proxy: 'http://proxy:3128',
    caFile: 'ca.pem',
    probe: { path: '/models', everyMs: 1_000 },
    breaker: { failures: 3, pauseMs: 10 },
    hedgeAfterMs: 800,
  }
  expect(parse(all)[0]).toEqual({ ...all, baseUrl: 'https://api.acme.example/v1' })
})

test.each<[string, object | string, string, string]>([
  ['no JSON', '[{', 'providers', 'cannot be read as JSON'],
  ['no list', '{}', 'providers', 'must be a list of providers'],
  ['no name', { name: undefined }, 'providers[0].name', 'is required'],
  ['a name with spaces', { name: 'a b' }, 'providers[0].name', 'must be 1 to 63 letters'],
  ['an address of another kind', { baseUrl: 'ftp://x' }, 'providers[0].baseUrl', 'must be an http or https address (provider acme), got "ftp://x"'],
  ['a password in the address', { baseUrl: 'https://u:p@x/v1' }, 'providers[0].baseUrl', 'must hold no user or password'],
  ['a query in the address', { baseUrl: 'https://x/v1?key=1' }, 'providers[0].baseUrl', 'must end with its path'],
  ['a key in the settings', { apiKey: 'sk' }, 'providers[0].apiKey', 'write it to a file and name that in keyFile'],
  ['an unknown field', { modles: [] }, 'providers[0].modles', 'remove it or correct its name'],
  ['an unknown field inside', { prices: { x: { input: 1, output: 1, cached: 1 } } }, 'providers[0].prices.x.cached', 'is an unknown field'],
  ['a secret header', { headers: { Authorization: 'Bearer x' } }, 'providers[0].headers.Authorization', 'the provider\'s key is read from keyFile'],
  ['a line break in a header', { headers: { 'x-a': 'b\r\nc' } }, 'providers[0].headers.x-a', 'printable ASCII'],
  ['a format that its dialect has not', { dialect: 'anthropic', apis: ['chat'] }, 'providers[0].apis', 'cannot hold chat with dialect anthropic, which has messages, count_tokens'],
  ['an unknown format', { apis: ['speech'] }, 'providers[0].apis[0]', 'must be one of chat, responses'],
  ['no models', { models: [] }, 'providers[0].models', 'leave it out'],
  ['an alias of a name that is listed', { models: ['a', 'b'], aliases: { a: 'b' } }, 'providers[0].aliases.a', 'contradicts models'],
  ['an alias of an alias', { aliases: { a: 'b', b: 'c' } }, 'providers[0].aliases.a', 'leads to another alias'],
  ['a pattern as an alias', { aliases: { 'a-*': 'b' } }, 'providers[0].aliases.a-*', 'without *'],
  ['a negative price', { prices: { x: { input: -1, output: 1 } } }, 'providers[0].prices.x.input', 'must not be negative'],
  ['no weight', { weight: 0 }, 'providers[0].weight', 'must be above 0'],
  ['a priority of nowhere', { priority: 10 }, 'providers[0].priority', 'must be from 0 to 9'],
  ['a proxy with a password', { proxy: 'http://u:p@proxy:1' }, 'providers[0].proxy', 'must hold no user or password'],
  ['a timeout in seconds', { timeouts: { idleMs: 0.5 } }, 'providers[0].timeouts.idleMs', 'whole number of milliseconds'],
])('refuses %s, naming the field and the fix', (_, wrong, field, fix) => {
  const json = typeof wrong === 'string' ? wrong : JSON.stringify([{ ...minimal, ...wrong }])
  expect(() => parseProviderSettings(json)).toThrow(expect.objectContaining({ code: 'invalid_argument', reason: 'INVALID_SETTING', field, message: expect.stringContaining(fix) as string }))
})

test.each<[object, string]>([
  [{ baseUrl: 'acme' }, 'providers[0].baseUrl: must be an http or https address (provider acme), got "acme"'],
  [{ proxy: 'x' }, 'providers[0].proxy: must be an http or https address (provider acme), got "x"'],
  [{ models: 'x' }, 'providers[0].models: must be a list (provider acme), got "x"'],
  [{ prices: { x: 3 } }, 'providers[0].prices.x: must be an object (provider acme), got 3'],
  [{ keyFile: 7 }, 'providers[0].keyFile: must be text (provider acme), got 7'],
  [{ probe: true }, 'providers[0].probe: must be an object (provider acme), got true'],
])('says of the one mistake in %j one thing, in words of its own', (wrong, message) => {
  expect(() => parse({ ...minimal, ...wrong })).toThrow(expect.objectContaining({ message }))
})

test('does not repeat what may be a secret', () => {
  for (const wrong of [{ headers: { 'x-api-key': 'hunter2' } }, { baseUrl: 'https://me:hunter2@x/v1' }, { proxy: 'http://me:hunter2@x' }, { apiKey: 'hunter2' }]) expect(() => parse({ ...minimal, ...wrong })).toThrow(/^(?!.*hunter2)/)
})

test('tells every fault at once, and one name only once', () => {
  expect(() => parse({ ...minimal, weight: 0, priority: -1 })).toThrow(/weight: .*; providers\[0\]\.priority: /)
  expect(() => parse(minimal, minimal)).toThrow('providers[1].name: two providers are called acme: give one of them another name')
})
