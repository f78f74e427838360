import * as z from 'zod'
import type { Hit, Knowledge, KnowledgeServiceDefinition, RepositoryServiceDefinition } from '@elder/contracts/sage'
import { ServiceError, toServiceError } from '@elder/errors'
import type { RpcClient } from '@elder/rpc'
import { parseBody, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'

export interface ContextParts {
  readonly bodyLimitBytes: number
  readonly repositories: RpcClient<RepositoryServiceDefinition>
  readonly knowledge: RpcClient<KnowledgeServiceDefinition>
}

/** What Continue shows a model as one thing that its user has named with @. */
export interface ContextItem {
  readonly name: string
  readonly description: string
  readonly content: string
}

const maxItems = 20
const usualItems = 8
const maxQueryLength = 2_000

// An editor sends what its version knows: what is not ours is left alone.
export const contextBody = z.looseObject({
  query: z.string('must be text').nullish(),
  fullInput: z.string('must be text').nullish(),
  options: z.looseObject({ k: z.coerce.number().int().min(1).max(maxItems).catch(usualItems), repository: z.string().max(1_024).optional() }).nullish(),
})

/** POST /continue/context: places in code and entries of knowledge for what the user has typed. One of the two may be missing from the answer, not both. */
export function continueContext({ bodyLimitBytes, repositories, knowledge }: ContextParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const { query, fullInput, options } = parseBody(contextBody, await readBody(exchange, bodyLimitBytes))
    const words = (query?.trim() || fullInput?.trim() || '').slice(0, maxQueryLength)
    if (words === '') return exchange.answerJson(200, [])
    const k = options?.k ?? usualItems
    const call = exchange.call(answerWithinMs.lookup)
    const [code, entries] = await Promise.all([
      orProblem(repositories.search({ query: words, repository: options?.repository ?? exchange.repository, limit: k }, call)),
      orProblem(knowledge.listKnowledge({ query: words, tag: '', cursor: '', pageSize: Math.ceil(k / 4) }, call)),
    ])
    if (code instanceof ServiceError && entries instanceof ServiceError) throw code
    for (const one of [code, entries]) if (one instanceof ServiceError) exchange.note(one)
    const known = entries instanceof ServiceError ? [] : entries.knowledge.map(knowledgeItem)
    const places = code instanceof ServiceError ? [] : code.hits.map(codeItem)
    await exchange.answerJson(200, [...known, ...places].slice(0, k))
  }
}

const orProblem = <T>(answer: Promise<T>): Promise<T | ServiceError> => answer.catch(toServiceError)

function codeItem({ path, startLine, endLine, repository, preview }: Hit): ContextItem {
  const place = `${path}:${startLine}-${endLine}`
  return { name: place, description: repository === '' ? 'code' : `code of ${repository}`, content: `${place}${repository === '' ? '' : ` (${repository})`}\n\`\`\`\n${preview}\n\`\`\`` }
}

function knowledgeItem({ title, kind, body, source }: Knowledge): ContextItem {
  return { name: title, description: `${kind || 'lesson'} of the team`, content: `${title} (${kind || 'lesson'} of the team${source === '' ? '' : `, from ${source}`})\n${body}` }
}
