import * as z from 'zod'
import type { RepositoryServiceDefinition } from '@elder/contracts/sage'
import type { RpcClient } from '@elder/rpc'
import { parseBody, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { hitShape, skippedShape } from './shapes.ts'

const path = z.string().min(1, 'must name a file').max(4_096)
export const manifestBody = z.strictObject({
  files: z.array(z.strictObject({ path, sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits') })).max(50_000, 'may list 50,000 files'),
})
export const filesBody = z.strictObject({ files: z.array(z.strictObject({ path, content: z.base64('must be base64') })).min(1, 'must hold at least one file').max(5_000) })
export const searchBody = z.strictObject({
  query: z.string().trim().min(1, 'must hold words to search for').max(2_000),
  repository: z.string().max(1_024).optional(),
  limit: z.int().min(1).max(50).default(10),
})

export interface RepositoryParts {
  readonly bodyLimitBytes: number
  readonly repositories: RpcClient<RepositoryServiceDefinition>
}

/** /v1/repositories/{id}/… and /v1/searches */
export function repositoryHandlers({ bodyLimitBytes, repositories }: RepositoryParts) {
  const idOf = (exchange: Exchange) => exchange.params.id ?? ''
  return {
    manifest: async (exchange: Exchange): Promise<void> => {
      const { files } = parseBody(manifestBody, await readBody(exchange, bodyLimitBytes))
      await exchange.accept()
      const { missing, removed, unchanged, skipped, totalFiles, totalChunks } = await repositories.postManifest({ repository: idOf(exchange), files }, exchange.call(answerWithinMs.upload))
      await exchange.answerJson(200, { missing, removed, unchanged, skipped: skipped.map(skippedShape), totalFiles, totalChunks })
    },
    files: async (exchange: Exchange): Promise<void> => {
      const { files } = parseBody(filesBody, await readBody(exchange, bodyLimitBytes))
      await exchange.accept()
      const contents = files.map((file) => ({ path: file.path, content: Buffer.from(file.content, 'base64') }))
      const { added, changed, chunks, skipped, totalFiles, totalChunks } = await repositories.putFiles({ repository: idOf(exchange), files: contents }, exchange.call(answerWithinMs.upload))
      await exchange.answerJson(200, { added, changed, chunks, skipped: skipped.map(skippedShape), totalFiles, totalChunks })
    },
    search: async (exchange: Exchange): Promise<void> => {
      const { query, repository, limit } = parseBody(searchBody, await readBody(exchange, bodyLimitBytes))
      const startedAt = performance.now()
      const { hits } = await repositories.search({ query, repository: repository ?? exchange.repository, limit }, exchange.call(answerWithinMs.lookup))
      await exchange.answerJson(200, { hits: hits.map(hitShape), tookMs: Math.round(performance.now() - startedAt) })
    },
  }
}
