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

/** An item that Continue adds to the prompt when its user mentions @elder. */
export interface ContextItem {
  readonly name: string
  readonly description: string
  readonly content: string
}

const maxItems = 20
const defaultItems = 8
const maxQueryLength = 2_000

// Unknown fields are ignored, because editors' versions send different ones.
export const contextBody = z.looseObject({
  query: z.string('must be text').nullish(),
  fullInput: z.string('must be text').nullish(),
  options: z.looseObject({ k: z.coerce.number().int().min(1).max(maxItems).catch(defaultItems), repository: z.string().max(1_024).optional() }).nullish(),
})

/** POST /continue/context: code and knowledge entries that match what the user has typed. Fails only if both searches fail. */
export function continueContext({ bodyLimitBytes, repositories, knowledge }: ContextParts): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const { query, fullInput, options } = parseBody(contextBody, await readBody(exchange, bodyLimitBytes))
    const words = (query?.trim() || fullInput?.trim() || '').slice(0, maxQueryLength)
    if (words === '') return exchange.answerJson(200, [])
    const k = options?.k ?? defaultItems
    const call = exchange.call(answerWithinMs.lookup)
    const [code, entries] = await Promise.all([
      orError(repositories.search({ query: words, repository: options?.repository ?? exchange.repository, limit: k }, call)),
      orError(knowledge.listKnowledge({ query: words, tag: '', cursor: '', pageSize: Math.ceil(k / 4) }, call)),
    ])
    if (code instanceof ServiceError && entries instanceof ServiceError) throw code
    for (const one of [code, entries]) if (one instanceof ServiceError) exchange.note(one)
    const knowledgeItems = entries instanceof ServiceError ? [] : entries.knowledge.map(knowledgeItem)
    const codeItems = code instanceof ServiceError ? [] : code.hits.map(codeItem)
    await exchange.answerJson(200, [...knowledgeItems, ...codeItems].slice(0, k))
  }
}

const orError = <T>(answer: Promise<T>): Promise<T | ServiceError> => answer.catch(toServiceError)

function codeItem({ path, startLine, endLine, repository, preview }: Hit): ContextItem {
  const location = `${path}:${startLine}-${endLine}`
  return { name: location, description: repository === '' ? 'code' : `code of ${repository}`, content: `${location}${repository === '' ? '' : ` (${repository})`}\n\`\`\`\n${preview}\n\`\`\`` }
}

function knowledgeItem({ title, kind, body, source }: Knowledge): ContextItem {
  return { name: title, description: `${kind || 'lesson'} of the team`, content: `${title} (${kind || 'lesson'} of the team${source === '' ? '' : `, from ${source}`})\n${body}` }
}
