import * as z from 'zod'
import { RepositoryServiceDefinition, type Hit } from '@elder/contracts/sage'
import type { RpcClient } from '@elder/rpc'
import { answerWithinMs } from '../../policies.ts'
import { reads, repositoryArgument, shortened, tool, type Tool } from './tool.ts'

export interface SearchToolParts {
  readonly repositories: RpcClient<RepositoryServiceDefinition>
}

const input = z.strictObject({
  query: z.string().trim().min(1, 'must hold words to search for').max(2_000).describe('What the code does, or names in it.'),
  repository: repositoryArgument,
  limit: z.int().min(1).max(20).describe('Maximum number of results.').default(8),
})

const maxPreview = 1_200

export function searchTool({ repositories }: SearchToolParts): Tool {
  return tool({
    name: 'elder_search_code',
    title: 'Search code',
    description: 'Searches the indexed repositories of the team by meaning and by name. Returns the best matches first, as path:first-last line with their text.',
    needs: RepositoryServiceDefinition.fullName,
    annotations: reads,
    input,
    async run({ query, repository, limit }, context) {
      const { hits } = await repositories.search({ query, repository: repository || context.exchange.repository, limit }, context.call(answerWithinMs.lookup))
      if (hits.length === 0) return 'Nothing found. Try other words, or ask whether the repository is indexed (elder index).'
      return hits.map(hitText).join('\n\n')
    },
  })
}

const locationOf = ({ path, startLine, endLine }: Hit) => `${path}:${startLine}-${endLine}`

function hitText(hit: Hit): string {
  return `${locationOf(hit)}${hit.repository === '' ? '' : ` (${hit.repository})`}\n${shortened(hit.preview, maxPreview)}`
}
