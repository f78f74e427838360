import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillTemplate } from './drawn-text.ts'
import { callOf, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig
let instance: Instance

beforeAll(async () => {
  rig = await startRig()
  instance = await rig.startInstance()
})
afterAll(() => rig.close())

/** What stands at the places that were told, and by which rule. */
async function find(...texts: string[]): Promise<[string, string | undefined][]> {
  const { matches } = await instance.client.findSecrets({ texts }, callOf())
  return matches.map(({ rule, text, start, end }) => [rule, texts[text]?.slice(start, end)])
}

const newKey = (type: 'pkcs1' | 'pkcs8') => generateKeyPairSync('rsa', { modulusLength: 2_048, privateKeyEncoding: { type, format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey
const token = fillTemplate('sk_live_{x24}')
const digitalOcean = fillTemplate('dop_v1_{h64}')

test('a key is found in prose, in a block of code, in the JSON of a tool and behind characters of two units', async () => {
  const prose = `why does ${token} get a 401 😀?`
  const code = `Look:\n\n\`\`\`python\nclient = Client("${digitalOcean}")\n\`\`\`\n`
  const json = JSON.stringify({ content: [{ type: 'text', text: `STRIPE=${token}\n` }] })
  const found = await find('nothing here', prose, `😀😀 ${code}`, json)
  expect(found.map(([, secret]) => secret)).toEqual([token, digitalOcean, token])
  for (const [rule] of found) expect(rule).toMatch(/^(?:elder\/provider-token|secretlint\/)/)
})

test.each(['pkcs1', 'pkcs8'] as const)('a private key is named from its first line to its last, in %s, as it is and inside a string of JSON', async (type) => {
  const privateKey = newKey(type)
  const escaped = privateKey.trim().replaceAll('\n', '\\n')
  expect((await find(`use this:\n${privateKey}\nthanks`)).map(([, secret]) => secret)).toEqual([privateKey.trim()])
  expect((await find(`{"key":"${escaped}"}`)).map(([, secret]) => secret)).toEqual([escaped])
})

test('a private key that was cut off is named as far as it goes', async () => {
  const privateKey = newKey('pkcs8')
  const cut = privateKey.slice(0, 900)
  expect((await find(cut)).map(([, secret]) => secret)).toEqual([cut.trim()])
})

test.each([
  ['the example key of a provider’s documentation', 'AKIAIOSFODNN7EXAMPLE and wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  ['a placeholder', 'export API_KEY=your-api-key-here'],
  ['talk about secrets', 'Where should the password and the API token be stored? password = os.environ["PASSWORD"]'],
  ['a commit', 'see 9fceb02d0ae598e95dc970b74767f19372d61af8 and "integrity": "sha512-oRqSGmE3vqxYhBqBq8h9Yj0Q4Yz1c6lTzP5cK0n9YyQ=="'],
])('nothing is said of %s', async (_, text) => {
  expect(await find(text)).toEqual([])
})

test('long texts come back under their own numbers, whatever threads looked at them', async () => {
  const filler = 'const answer = 42 // nothing to see\n'.repeat(6_000)
  const texts = Array.from({ length: 8 }, (_, index) => (index % 3 === 2 ? `${filler}${token}` : filler))
  const { matches } = await instance.client.findSecrets({ texts }, callOf())
  expect(matches.map(({ text, start }) => [text, start]).toSorted()).toEqual([[2, filler.length], [5, filler.length]])
})

test('no texts have no secrets, and too many bytes are refused by name', async () => {
  expect(await find()).toEqual([])
  const half = 'a'.repeat(17 * 1024 * 1024)
  await expect(instance.client.findSecrets({ texts: [half, half] }, callOf())).rejects.toMatchObject({ code: expect.stringMatching(/invalid_argument|resource_exhausted/) })
})
