import { randomUUID } from 'node:crypto'
import { knowledgeChanged } from '@elder/contracts'
import type { CreateKnowledgeRequest, Knowledge, ListKnowledgeRequest, UpdateKnowledgeRequest } from '@elder/contracts/sage'
import { KnowledgeChanged } from '@elder/contracts/sage-events'
import { ServiceError } from '@elder/errors'
import { enqueue } from '@elder/messaging'
import type { Database } from '@elder/postgres'
import { isId, readCursor, writeCursor } from './cursor.ts'
import { boundedCount, invalid, optionalText, requireText, shown } from './input.ts'
import * as store from './knowledge-store.ts'
import { knowledgeVector } from './search-vector.ts'
import type { Words } from './words.ts'

const knowledgeKinds = ['decision', 'convention', 'lesson'] as const

const maxTitle = 300
const maxBody = 100_000
const maxSource = 1_000
const maxTags = 50
const maxTag = 64

export interface KnowledgeBase {
  create(request: CreateKnowledgeRequest, by: string): Promise<Knowledge>
  update(request: UpdateKnowledgeRequest, by: string): Promise<Knowledge>
  get(id: string, version: number): Promise<Knowledge>
  list(request: ListKnowledgeRequest): Promise<{ knowledge: Knowledge[]; nextCursor: string }>
  remove(id: string, by: string): Promise<void>
}

export interface KnowledgeOptions {
  readonly database: Database
  readonly words: Words
  readonly now: () => Date
  /** Called after a commit that left events in the outbox. */
  readonly announced: () => void
}

/** The team's knowledge entries. Their versions are never changed or deleted. */
export function createKnowledgeBase({ database, words, now, announced }: KnowledgeOptions): KnowledgeBase {
  async function create(request: CreateKnowledgeRequest, by: string): Promise<Knowledge> {
    const entry = toVersion(words, { ...request, kind: request.kind || 'lesson' }, { id: randomUUID(), version: 1, writtenBy: by, writtenAt: now() })
    await database.transaction(async (tx) => {
      await store.insertKnowledge(tx, entry)
      await enqueue(tx, knowledgeChanged, changed(entry.id, entry.version, by, entry.writtenAt), `knowledge:${entry.id}:1`)
    })
    announced()
    return get(entry.id, entry.version)
  }

  async function update(request: UpdateKnowledgeRequest, by: string): Promise<Knowledge> {
    const { id, baseVersion } = request
    if (!isId(id)) throw unknown(id)
    if (baseVersion === 0) throw invalid('baseVersion', 'is missing; give the version that the change was made from')
    const entry = toVersion(words, request, { id, version: baseVersion + 1, writtenBy: by, writtenAt: now() })
    await database.transaction(async (tx) => {
      const current = await store.lockCurrentVersion(tx, id)
      if (current === undefined) throw unknown(id)
      if (current !== baseVersion)
        throw new ServiceError('aborted', `baseVersion is ${baseVersion}, but version ${current} of knowledge ${id} is current; read it and apply the change to it`, { reason: 'VERSION_CONFLICT', field: 'baseVersion' })
      await store.reviseKnowledge(tx, entry)
      await enqueue(tx, knowledgeChanged, changed(id, entry.version, by, entry.writtenAt), `knowledge:${id}:${entry.version}`)
    })
    announced()
    return get(id, entry.version)
  }

  async function get(id: string, version: number): Promise<Knowledge> {
    const knowledge = isId(id) ? await store.findKnowledge(database, id, version) : undefined
    if (!knowledge) throw unknown(id, version)
    return knowledge
  }

  async function list({ pageSize, cursor, query, tag }: ListKnowledgeRequest): Promise<{ knowledge: Knowledge[]; nextCursor: string }> {
    const limit = boundedCount('pageSize', pageSize, 20, 100)
    const question = optionalText('query', query, 1_000).trim()
    const wanted = optionalText('tag', tag, maxTag).trim().toLowerCase()
    const after = readCursor([question, wanted], cursor)
    const found = question === '' ? await store.listNewest(database, wanted, after, limit + 1) : await store.searchKnowledge(database, words.asked(question), wanted, after, limit + 1)
    const page = found.slice(0, limit)
    const last = page.at(-1)
    const nextCursor = found.length > limit && last ? writeCursor([question, wanted], { sort: last.rank, id: last.knowledge.id }) : ''
    return { knowledge: page.map(({ knowledge }) => knowledge), nextCursor }
  }

  async function remove(id: string, by: string): Promise<void> {
    if (!isId(id)) throw unknown(id)
    const deletedAt = now()
    await database.transaction(async (tx) => {
      if (!(await store.markDeleted(tx, id, deletedAt))) throw unknown(id)
      await enqueue(tx, knowledgeChanged, changed(id, 0, by, deletedAt), `knowledge:${id}:deleted`)
    })
    announced()
  }

  return { create, update, get, list, remove }
}

function toVersion(words: Words, request: CreateKnowledgeRequest, made: Pick<store.Version, 'id' | 'version' | 'writtenBy' | 'writtenAt'>): store.Version {
  const title = requireText('title', request.title, maxTitle)
  const body = requireText('body', request.body, maxBody)
  const source = optionalText('source', request.source, maxSource).trim()
  const tags = normaliseTags(request.tags)
  return { ...made, title, body, source, tags, kind: requireKind(request.kind), search: knowledgeVector(words, { title, body, tags }) }
}

function normaliseTags(tags: readonly string[]): string[] {
  const kept = [...new Set(tags.map((tag, index) => requireText(`tags[${index}]`, tag, maxTag).toLowerCase()))]
  if (kept.length > maxTags) throw invalid('tags', `has ${kept.length} entries; at most ${maxTags} are allowed`)
  return kept.sort()
}

function requireKind(kind: string): string {
  if (!knowledgeKinds.some((known) => known === kind)) throw invalid('kind', `must be one of ${knowledgeKinds.join(', ')}, got ${shown(kind)}`)
  return kind
}

function changed(knowledgeId: string, version: number, changedBy: string, changedAt: Date): KnowledgeChanged {
  return KnowledgeChanged.fromPartial({ knowledgeId, version, changedBy, changedAt })
}

function unknown(id: string, version = 0): ServiceError {
  const which = version === 0 ? '' : `version ${version} of `
  return new ServiceError('not_found', `there is no ${which}knowledge ${shown(id)}; list what there is`, { field: 'id' })
}
