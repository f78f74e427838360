import * as z from 'zod'
import { CheckMode, type CheckResponse, type QualityCheckServiceDefinition, type WatchRepositoryCheckResponse } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import type { RpcClient } from '@elder/rpc'
import { parseBody, parseQuery, readBody } from '../body.ts'
import { wholeCheck } from '../checking.ts'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { coverageReports, portion, scope, toCoverageReport, toSourceFile } from './check-body.ts'
import { modes, recordShape } from './check-shapes.ts'
import { sendEvents, wantsEvents } from './checks.ts'
import { pageQuery } from './page.ts'
import { answerSarif, wantsSarif } from './sarif.ts'

export const createBody = z.strictObject({ ...scope, deep: z.boolean().optional(), wholeRepository: z.boolean().optional() })
export const portionBody = z.strictObject({ files: portion.default([]), coverageReports })
export const listQuery = z.strictObject({ ...pageQuery, repository: z.string().max(1_024).default(''), wholeRepository: z.enum(['true', 'false']).default('false') })

export interface QualityParts {
  readonly bodyLimitBytes: number
  readonly keepAliveMs: number
  readonly quality: RpcClient<QualityCheckServiceDefinition>
}

/** Background checks, and the history of all checks: /v1/checks/repository, /v1/checks[/{id}[/files|/start]] */
export function repositoryCheckHandlers({ bodyLimitBytes, keepAliveMs, quality }: QualityParts) {
  const idOf = (exchange: Exchange) => exchange.params.id ?? ''
  const lookup = (exchange: Exchange) => exchange.call(answerWithinMs.lookup)
  return {
    create: async (exchange: Exchange): Promise<void> => {
      const { repository, policy, mode, diff, deep, wholeRepository } = parseBody(createBody, await readBody(exchange, bodyLimitBytes))
      await exchange.accept()
      const request = { repository: repository ?? exchange.repository, policyYaml: policy ?? '', mode: mode ? modes[mode] : CheckMode.CHECK_MODE_UNSPECIFIED, diff: diff ?? '', deep: deep ?? false, someFiles: wholeRepository === false }
      const { checkId } = await quality.createRepositoryCheck(request, lookup(exchange))
      await exchange.answerJson(201, { checkId })
    },
    addFiles: async (exchange: Exchange): Promise<void> => {
      const sent = parseBody(portionBody, await readBody(exchange, bodyLimitBytes))
      await exchange.accept()
      const request = { checkId: idOf(exchange), files: sent.files.map(toSourceFile), coverageReports: (sent.coverageReports ?? []).map(toCoverageReport) }
      const { files: held } = await quality.addRepositoryFiles(request, exchange.call(answerWithinMs.upload))
      await exchange.answerJson(200, { checkId: idOf(exchange), files: held })
    },
    start: async (exchange: Exchange): Promise<void> => {
      await exchange.accept()
      await quality.startRepositoryCheck({ checkId: idOf(exchange) }, exchange.call(answerWithinMs.upload))
      await exchange.answerJson(202, { checkId: idOf(exchange), started: true })
    },
    get: async (exchange: Exchange): Promise<void> => {
      if (wantsEvents(exchange)) {
        await exchange.accept()
        return sendEvents(exchange, quality.watchRepositoryCheck({ checkId: idOf(exchange) }, exchange.call(answerWithinMs.repositoryCheck)), keepAliveMs)
      }
      if (wantsSarif(exchange)) {
        await exchange.accept()
        return answerSarif(exchange, await wholeCheck(withoutProgress(quality.watchRepositoryCheck({ checkId: idOf(exchange) }, exchange.call(answerWithinMs.repositoryCheck)))))
      }
      const { check } = await quality.getCheck({ checkId: idOf(exchange) }, lookup(exchange))
      if (!check) throw new ServiceError('not_found', `check ${idOf(exchange)} does not exist`, { reason: 'CHECK_UNKNOWN' })
      await exchange.answerJson(200, recordShape(check))
    },
    cancel: async (exchange: Exchange): Promise<void> => {
      await exchange.accept()
      await quality.cancelRepositoryCheck({ checkId: idOf(exchange) }, lookup(exchange))
      await exchange.answerJson(200, { checkId: idOf(exchange), cancelled: true })
    },
    list: async (exchange: Exchange): Promise<void> => {
      const { repository, wholeRepository, cursor, limit } = parseQuery(listQuery, exchange.query)
      const page = await quality.listChecks({ repository: repository || exchange.repository, pageSize: limit, pageToken: cursor, wholeRepositoryOnly: wholeRepository === 'true' }, lookup(exchange))
      await exchange.answerJson(200, { items: page.checks.map(recordShape), nextCursor: page.nextPageToken || null })
    },
  }
}

async function* withoutProgress(responses: AsyncIterable<WatchRepositoryCheckResponse>): AsyncGenerator<CheckResponse> {
  for await (const { event } of responses) if (event !== undefined && event.$case !== 'progress') yield { event }
}
