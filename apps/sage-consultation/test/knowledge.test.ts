import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Role } from '@elder/contracts/auth'
import type { Knowledge } from '@elder/contracts/sage'
import { as, developer, startSage, type RunningSage } from './running-sage.ts'

describe('knowledge', () => {
  let sage: RunningSage
  beforeAll(async () => {
    sage = await startSage()
  })
  afterAll(() => sage.stop())

  const entry = (over: Partial<Knowledge> = {}) => ({ title: 'Retry payments with a budget', body: 'Retries are a share of first attempts.', tags: ['Payments', 'payments', 'resilience'], source: 'ADR 12', kind: 'decision', ...over })
  const create = async (over: Partial<Knowledge> = {}) => {
    const { knowledge } = await sage.knowledge.createKnowledge(entry(over), developer())
    if (!knowledge) throw new Error('no knowledge in the answer')
    return knowledge
  }
  const titles = async (request: { query?: string; tag?: string; pageSize?: number; cursor?: string }) => {
    const { knowledge, nextCursor } = await sage.knowledge.listKnowledge({ query: '', tag: '', pageSize: 0, cursor: '', ...request }, developer())
    return { titles: knowledge.map(({ title }) => title), nextCursor }
  }

  it('keeps an entry as it was given, its tags in one spelling', async () => {
    const made = await create()
    expect(made).toMatchObject({ version: 1, title: 'Retry payments with a budget', kind: 'decision', source: 'ADR 12', tags: ['payments', 'resilience'], updatedBy: 'user-1' })
    const { knowledge } = await sage.knowledge.getKnowledge({ id: made.id, version: 0 }, developer())
    expect(knowledge).toEqual(made)
  })

  it('makes every update a new version and keeps the old ones', async () => {
    const made = await create({ title: 'Tabs or blanks' })
    const { knowledge } = await sage.knowledge.updateKnowledge({ ...entry(), id: made.id, baseVersion: 1, title: 'Blanks', kind: 'convention' }, as(Role.ROLE_LEAD, 'user-2'))
    expect(knowledge).toMatchObject({ id: made.id, version: 2, title: 'Blanks', kind: 'convention', updatedBy: 'user-2', createdAt: made.createdAt })
    const first = await sage.knowledge.getKnowledge({ id: made.id, version: 1 }, developer())
    expect(first.knowledge?.title).toBe('Tabs or blanks')
  })

  it('lets one of two concurrent updates of the same version win', async () => {
    const made = await create()
    const update = (title: string) => sage.knowledge.updateKnowledge({ ...entry(), id: made.id, baseVersion: 1, title }, developer())
    const outcomes = await Promise.allSettled([update('one'), update('two'), update('three')])
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
    const conflict = { code: 'aborted', reason: 'VERSION_CONFLICT', field: 'baseVersion' }
    expect(refusals).toMatchObject([conflict, conflict])
  })

  it('hides a deleted entry and still shows the version that was cited', async () => {
    const made = await create({ title: 'Deprecated flux capacitor' })
    await sage.knowledge.deleteKnowledge({ id: made.id }, developer())
    await expect(sage.knowledge.getKnowledge({ id: made.id, version: 0 }, developer())).rejects.toMatchObject({ code: 'not_found' })
    expect((await titles({ query: 'flux capacitor' })).titles).toEqual([])
    expect((await sage.knowledge.getKnowledge({ id: made.id, version: 1 }, developer())).knowledge?.title).toBe('Deprecated flux capacitor')
    await expect(sage.knowledge.deleteKnowledge({ id: made.id }, developer())).rejects.toMatchObject({ code: 'not_found' })
    await expect(sage.knowledge.updateKnowledge({ ...entry(), id: made.id, baseVersion: 1 }, developer())).rejects.toMatchObject({ code: 'not_found' })
  })

  it('finds identifiers by their parts, and ranks the title above the body', async () => {
    await create({ title: 'Backups', body: 'The zanzibarImporter runs after the nightly backup.' })
    await create({ title: 'Zanzibar importer owns its schema', body: 'Nobody else writes there.' })
    expect((await titles({ query: 'who owns the Zanzibar imports?' })).titles).toEqual(['Zanzibar importer owns its schema', 'Backups'])
    expect((await titles({ query: 'zanzib' })).titles).toHaveLength(2)
    expect((await titles({ query: 'how are you?' })).titles).toEqual([])
  })

  it('pages through the newest and through what was found without repeating or missing one', async () => {
    const made = Array.from({ length: 7 }, (_, n) => `Quokka habit ${n}`)
    for (const title of made) await create({ title, tags: ['quokka'] })
    const walk = async (request: { query?: string; tag?: string }) => {
      const seen: string[] = []
      let cursor = ''
      do {
        const page = await titles({ ...request, pageSize: 3, cursor })
        expect(page.titles.length).toBeLessThanOrEqual(3)
        seen.push(...page.titles)
        cursor = page.nextCursor
      } while (cursor !== '')
      return seen
    }
    expect(await walk({ tag: 'Quokka' })).toEqual([...made].reverse())
    expect((await walk({ query: 'quokka habits' })).sort()).toEqual(made)
  })

  it('announces each change with its version, and a deletion with none', async () => {
    const made = await create()
    await sage.knowledge.updateKnowledge({ ...entry(), id: made.id, baseVersion: 1 }, developer())
    await sage.knowledge.deleteKnowledge({ id: made.id }, developer())
    const events = await sage.published('elder.sage.knowledge_changed.v1', (event) => event.knowledgeId === made.id, 3)
    expect(events.map(({ version, changedBy }) => [version, changedBy])).toEqual([
      [1, 'user-1'],
      [2, 'user-1'],
      [0, 'user-1'],
    ])
  })

  it('lets everybody read, and developers and leads write', async () => {
    const service = as(Role.ROLE_SERVICE, 'edge-proxy')
    const made = await create()
    expect((await sage.knowledge.getKnowledge({ id: made.id, version: 0 }, service)).knowledge?.id).toBe(made.id)
    await expect(sage.knowledge.createKnowledge(entry(), service)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(sage.knowledge.updateKnowledge({ ...entry(), id: made.id, baseVersion: 1 }, service)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(sage.knowledge.deleteKnowledge({ id: made.id }, service)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(sage.knowledge.createKnowledge(entry(), as(Role.ROLE_ADMIN))).resolves.toBeDefined()
  })

  it.each([
    [{ title: ' ' }, 'title', 'is empty'],
    [{ title: 'x'.repeat(301) }, 'title', 'at most 300'],
    [{ body: '' }, 'body', 'is empty'],
    [{ body: 'a\0b' }, 'body', 'NUL'],
    [{ kind: 'rumour' }, 'kind', 'decision, convention, lesson, got "rumour"'],
    [{ tags: ['fine', ''] }, 'tags[1]', 'is empty'],
    [{ tags: Array.from({ length: 51 }, (_, n) => `t${n}`) }, 'tags', 'at most 50'],
  ])('refuses %j and says what to fix', async (over, field, words) => {
    await expect(create(over)).rejects.toMatchObject({ code: 'invalid_argument', field, message: expect.stringContaining(words) })
  })

  it('refuses a missing base version, an unknown id, a foreign cursor and too large a page', async () => {
    const made = await create()
    await expect(sage.knowledge.updateKnowledge({ ...entry(), id: made.id, baseVersion: 0 }, developer())).rejects.toMatchObject({ code: 'invalid_argument', field: 'baseVersion' })
    await expect(sage.knowledge.getKnowledge({ id: 'nonsense', version: 0 }, developer())).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('"nonsense"') })
    await expect(sage.knowledge.getKnowledge({ id: made.id, version: 4_294_967_295 }, developer())).rejects.toMatchObject({ code: 'not_found' })
    await expect(titles({ cursor: 'made-up' })).rejects.toMatchObject({ code: 'invalid_argument', field: 'cursor' })
    const { nextCursor } = await titles({ pageSize: 1 })
    await expect(titles({ cursor: nextCursor, tag: 'payments' })).rejects.toMatchObject({ code: 'invalid_argument', field: 'cursor' })
    await expect(titles({ pageSize: 101 })).rejects.toMatchObject({ code: 'invalid_argument', field: 'pageSize' })
  })
})
