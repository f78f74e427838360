import * as z from 'zod'
import { KnowledgeServiceDefinition, type Knowledge } from '@elder/contracts/sage'
import { ServiceError } from '@elder/errors'
import type { RpcClient } from '@elder/rpc'
import { answerWithinMs } from '../../policies.ts'
import { adds, people, reads, shortened, tool, type Tool } from './tool.ts'

export interface KnowledgeToolParts {
  readonly knowledge: RpcClient<KnowledgeServiceDefinition>
}

const needs = KnowledgeServiceDefinition.fullName
const tags = z.array(z.string().min(1).max(64)).max(50)

const rememberInput = z.strictObject({
  title: z.string().trim().min(1, 'must hold a title').max(300).describe('The topic, in one line.'),
  body: z.string().min(1, 'must hold text').max(100_000).describe('What was decided, agreed or learned, and why.'),
  kind: z.enum(['decision', 'convention', 'lesson']).describe('Kind of the entry.').default('lesson'),
  tags: tags.describe('Words to find it by.').default([]),
  source: z.string().max(1_000).describe('Where it comes from: a file, a meeting, a person.').default(''),
})
const readInput = z.strictObject({
  id: z.string().max(200).describe('Id of an entry to read in full.').optional(),
  query: z.string().max(1_000).describe('Words to search for. Leave it out to list the newest.').default(''),
  tag: z.string().max(64).describe('Only entries with this tag.').default(''),
  limit: z.int().min(1).max(20).describe('Maximum number of entries.').default(5),
})

export function knowledgeTools({ knowledge }: KnowledgeToolParts): Tool[] {
  return [
    tool({
      name: 'elder_knowledge',
      title: 'Read what the team knows',
      description: 'Reads the decisions, conventions and lessons that the team has recorded: one by its id, or the best matches for a query.',
      needs,
      annotations: reads,
      input: readInput,
      async run({ id, query, tag, limit }, context) {
        const call = context.call(answerWithinMs.lookup)
        if (id !== undefined) return entryText((await knowledge.getKnowledge({ id, version: 0 }, call)).knowledge)
        const { knowledge: found } = await knowledge.listKnowledge({ query, tag, cursor: '', pageSize: limit }, call)
        if (found.length === 0) return 'Nothing is recorded about this.'
        return found.map((entry) => entryText(entry, maxListed)).join('\n\n')
      },
    }),
    tool({
      name: 'elder_remember',
      title: 'Record knowledge',
      description: 'Records a decision, a convention or a lesson for the whole team, for use in later answers. Only when the user asks for it.',
      needs,
      roles: people,
      annotations: adds,
      input: rememberInput,
      async run(input, context) {
        const { knowledge: entry } = await knowledge.createKnowledge(input, context.call(answerWithinMs.lookup))
        return `Recorded as ${entry?.kind ?? input.kind} ${entry?.id ?? ''}: ${input.title}`
      },
    }),
  ]
}

// Several entries share one answer.
const maxListed = 2_000

/** An entry as text. */
export function entryText(entry: Knowledge | undefined, most = Number.POSITIVE_INFINITY): string {
  if (!entry) throw new ServiceError('not_found', 'this entry does not exist', { reason: 'KNOWLEDGE_UNKNOWN' })
  const { id, version, title, kind, tags: words, source, body } = entry
  const facts = [kind || 'lesson', `id ${id}`, `version ${version}`, ...(words.length > 0 ? [`tags ${words.join(', ')}`] : []), ...(source === '' ? [] : [`source ${source}`])]
  return `# ${title}\n(${facts.join('; ')})\n${shortened(body, most)}`
}
