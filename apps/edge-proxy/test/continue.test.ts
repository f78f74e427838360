import { beforeAll, expect, test } from 'vitest'
import { Knowledge } from '@elder/contracts/sage'
import { ServiceError } from '@elder/errors'
import { waitUntil } from '@elder/testkit'
import { startRig, unknownKey, type Edge, type Rig } from './rig.ts'

let rig: Rig
let edge: Edge
beforeAll(async () => {
  rig = await startRig()
  edge = await rig.startEdge()
})

const context = async (body: unknown, to = edge) => {
  const response = await to.send('POST', '/continue/context', { body, headers: { 'x-elder-repository': 'r1' } })
  return { status: response.status, items: (await response.json()) as { name: string; description: string; content: string }[] }
}

test('the context provider answers with what the team knows, then with code', async () => {
  const { status, items } = await context({ query: 'retry payments', fullInput: '@elder retry payments', options: { k: 3 }, workspacePath: 'file:///work/shop' })
  expect(status).toBe(200)
  expect(items).toEqual([
    { name: 'T', description: 'lesson of the team', content: 'T (lesson of the team)\nB' },
    { name: 'src/a.ts:3-9', description: 'code of r', content: 'src/a.ts:3-9 (r)\n```\nconst a\n```' },
  ])
  expect(rig.services.calls.slice(-2).map(({ method, request }) => ({ method, request }))).toEqual(
    expect.arrayContaining([
      { method: 'search', request: { query: 'retry payments', repository: 'r1', limit: 3 } },
      { method: 'listKnowledge', request: expect.objectContaining({ query: 'retry payments', pageSize: 1 }) as unknown },
    ]),
  )
  expect((await context({ query: 'x', options: { k: 1 } })).items).toHaveLength(1)
})

test('without a query the whole input is looked for, and nothing for nothing', async () => {
  await context({ query: '', fullInput: 'what was typed' })
  expect(rig.services.calls.at(-1)?.request).toMatchObject({ query: 'what was typed' })
  expect(await context({ query: ' ', fullInput: null })).toEqual({ status: 200, items: [] })
  expect(await context({})).toEqual({ status: 200, items: [] })
})

test.each([[{ k: 'many' }], [{ k: -1 }], [{ k: 9_999 }], [{ k: '5', other: true }], [null]])('options that are %o are no reason to say nothing', async (options) => {
  expect((await context({ query: 'x', options })).items).toHaveLength(2)
})

test('one source is enough for an answer', async () => {
  const broken = new ServiceError('internal', 'broken')
  rig.services.answers.set('listKnowledge', broken)
  expect((await context({ query: 'x' })).items.map(({ name }) => name)).toEqual(['src/a.ts:3-9'])
  rig.services.answers.set('search', broken)
  expect(await context({ query: 'x' })).toMatchObject({ status: 500, items: [{ name: 'Elder' }] })
  rig.services.answers.delete('listKnowledge')
  expect((await context({ query: 'x' })).items.map(({ name }) => name)).toEqual(['T'])
  rig.services.answers.set('search', { hits: [{ repository: '', path: 'b.ts', startLine: 1, endLine: 2, score: 1, preview: 'b' }] })
  rig.services.answers.set('listKnowledge', { knowledge: [Knowledge.fromPartial({ title: 'Retry', body: 'Four times.', kind: 'decision', source: 'meeting' })], nextCursor: '' })
  expect((await context({ query: 'x', options: { repository: 'r2' } })).items).toEqual([
    { name: 'Retry', description: 'decision of the team', content: 'Retry (decision of the team, from meeting)\nFour times.' },
    { name: 'b.ts:1-2', description: 'code', content: 'b.ts:1-2\n```\nb\n```' },
  ])
  expect(rig.services.calls.findLast(({ method }) => method === 'search')?.request).toMatchObject({ repository: 'r2' })
  rig.services.answers.clear()
})

test('what goes wrong is an item that says so, for the editor shows nothing else', async () => {
  const away = await rig.startEdge({ SAGE_CONSULTATION_ADDRESS: '127.0.0.1:9' })
  expect(await context({ query: 'x' }, away)).toMatchObject({ status: 503, items: [{ name: 'Elder', content: expect.stringMatching(/^Elder could not answer: /) as string }] })
  expect(await context({ query: 5 })).toMatchObject({ status: 400, items: [{ content: expect.stringContaining('query: must be text, got 5') as string }] })
  const refused = await edge.send('POST', '/continue/context', { key: unknownKey, body: { query: 'x' } })
  expect({ status: refused.status, items: await refused.json() }).toMatchObject({ status: 401, items: [{ content: 'Elder could not answer: this key is not known' }] })
})

const tell = (body: unknown) => edge.send('POST', '/continue/data', { body })

test('what an editor tells of itself is counted, and its text goes nowhere', async () => {
  const told = [
    { name: 'editOutcome', data: { accepted: true, prompt: 'secret prompt', eventName: 'editOutcome' }, schema: '0.2.0', level: 'noCode', profileId: 'p' },
    { name: 'editOutcome', data: { accepted: false } },
    { name: 'toolUsage', data: { functionName: 'elder_check', succeeded: true } },
    { name: 'chatInteraction', data: { accepted: 'perhaps' } },
    { name: 'somethingNew', data: null },
    [{ name: 'chatInteraction' }, { name: 'x'.repeat(500) }],
  ]
  for (const body of told) {
    const response = await tell(body)
    expect({ status: response.status, body: await response.json() }).toEqual({ status: 202, body: { taken: Array.isArray(body) ? 2 : 1 } })
  }
  const metrics = await edge.metrics()
  const counted = metrics.split('\n').filter((line) => line.startsWith('elder_edge_tool_events_total{'))
  for (const [event, outcome, count] of [['editOutcome', 'good', 1], ['editOutcome', 'bad', 1], ['toolUsage', 'good', 1], ['chatInteraction', 'none', 2], ['other', 'none', 2]]) {
    expect(counted.some((line) => line.includes(`event="${event}"`) && line.includes(`outcome="${outcome}"`) && line.endsWith(` ${count}`))).toBe(true)
  }
  await waitUntil(() => rig.facts.filter(({ route }) => route === '/continue/data').length >= told.length)
  expect(counted.join() + JSON.stringify(rig.facts, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('secret prompt')
})

test.each([
  ['no event', {}, 400],
  ['no name', { name: '' }, 400],
  ['no JSON', '{', 400],
  ['no events', [], 400],
  ['too many events', Array.from({ length: 101 }, () => ({ name: 'toolUsage' })), 400],
  ['more than a megabyte', { name: 'toolUsage', data: { text: 'x'.repeat(1024 * 1024) } }, 413],
])('%s is refused', async (_, body, status) => {
  const response = await tell(body)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ status, detail: expect.any(String) as string })
})
