import * as z from 'zod'
import type { KnowledgeServiceDefinition, Knowledge } from '@elder/contracts/sage'
import type { RpcClient } from '@elder/rpc'
import { parseBody, parseQuery, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { pageQuery, wholeNumber } from './page.ts'
import { knowledgeShape } from './shapes.ts'

const entry = {
  title: z.string().trim().min(1, 'must hold a title').max(300),
  body: z.string().min(1, 'must hold text').max(100_000),
  tags: z.array(z.string().min(1).max(64)).max(50).default([]),
  source: z.string().max(1_000).default(''),
  kind: z.enum(['decision', 'convention', 'lesson']).default('lesson'),
}
export const newEntry = z.strictObject(entry)
export const nextVersion = z.strictObject({ ...entry, baseVersion: z.int('must be the version you changed').min(1) })
export const listQuery = z.strictObject({ ...pageQuery, query: z.string().max(1_000).default(''), tag: z.string().max(64).default('') })
export const versionQuery = z.strictObject({ version: wholeNumber(0, 999_999_999).default(0) })

export interface KnowledgeParts {
  readonly bodyLimitBytes: number
  readonly knowledge: RpcClient<KnowledgeServiceDefinition>
}

/** /v1/knowledge[/{id}] */
export function knowledgeHandlers({ bodyLimitBytes, knowledge }: KnowledgeParts) {
  const call = (exchange: Exchange) => exchange.call(answerWithinMs.lookup)
  const idOf = (exchange: Exchange) => exchange.params.id ?? ''
  const answer = (exchange: Exchange, status: number, value: Knowledge | undefined) => exchange.answerJson(status, value ? knowledgeShape(value) : {})
  return {
    list: async (exchange: Exchange): Promise<void> => {
      const { query, tag, cursor, limit } = parseQuery(listQuery, exchange.query)
      const page = await knowledge.listKnowledge({ query, tag, cursor, pageSize: limit }, call(exchange))
      await exchange.answerJson(200, { items: page.knowledge.map(knowledgeShape), nextCursor: page.nextCursor || null })
    },
    get: async (exchange: Exchange): Promise<void> => {
      const { version } = parseQuery(versionQuery, exchange.query)
      await answer(exchange, 200, (await knowledge.getKnowledge({ id: idOf(exchange), version }, call(exchange))).knowledge)
    },
    create: async (exchange: Exchange): Promise<void> => {
      const fields = parseBody(newEntry, await readBody(exchange, bodyLimitBytes))
      await exchange.accept()
      await answer(exchange, 201, (await knowledge.createKnowledge(fields, call(exchange))).knowledge)
    },
    update: async (exchange: Exchange): Promise<void> => {
      const fields = parseBody(nextVersion, await readBody(exchange, bodyLimitBytes))
      await exchange.accept()
      await answer(exchange, 200, (await knowledge.updateKnowledge({ id: idOf(exchange), ...fields }, call(exchange))).knowledge)
    },
    remove: async (exchange: Exchange): Promise<void> => {
      await exchange.accept()
      await knowledge.deleteKnowledge({ id: idOf(exchange) }, call(exchange))
      await exchange.answerJson(200, { id: idOf(exchange), deleted: true })
    },
  }
}
