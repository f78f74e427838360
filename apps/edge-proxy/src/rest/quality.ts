import * as z from 'zod'
import { PageFormat } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import { parseBody, parseQuery, readBody } from '../body.ts'
import type { Exchange } from '../exchange.ts'
import { answerWithinMs } from '../policies.ts'
import { findingStates, ruleShape, trackedShape } from './check-shapes.ts'
import { pageQuery } from './page.ts'
import type { QualityParts } from './repository-checks.ts'

const repository = z.string().max(1_024).optional()
export const findingsQuery = z.strictObject({ ...pageQuery, repository, state: z.enum(['open', 'new', 'existing', 'fixed', 'reopened']).default('open') })
export const baselineBody = z.strictObject({ repository })
export const reportQuery = z.strictObject({ repository, format: z.enum(['markdown', 'html']).default('html') })
const pageFormats = { markdown: PageFormat.PAGE_FORMAT_MARKDOWN, html: PageFormat.PAGE_FORMAT_HTML } as const
// The page has no scripts, and the browser would run none.
const pageHeaders = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:" }

/** Findings, baselines and reports of a repository, and the rules of the gate. */
export function qualityHandlers({ bodyLimitBytes, quality }: QualityParts) {
  const lookup = (exchange: Exchange) => exchange.call(answerWithinMs.lookup)
  return {
    findings: async (exchange: Exchange): Promise<void> => {
      const { repository: named, state, cursor, limit } = parseQuery(findingsQuery, exchange.query)
      const page = await quality.listFindings({ repository: oneRepository(exchange, named), state: findingStates[state], pageSize: limit, pageToken: cursor }, lookup(exchange))
      await exchange.answerJson(200, { items: page.findings.map(trackedShape), nextCursor: page.nextPageToken || null })
    },
    setBaseline: async (exchange: Exchange): Promise<void> => {
      const { repository: named } = parseBody(baselineBody, await readBody(exchange, bodyLimitBytes))
      const chosen = oneRepository(exchange, named)
      await exchange.accept()
      const { findings } = await quality.setBaseline({ repository: chosen }, lookup(exchange))
      await exchange.answerJson(201, { repository: chosen, findings })
    },
    rules: async (exchange: Exchange): Promise<void> => {
      const { rules } = await quality.listRules({}, lookup(exchange))
      await exchange.answerJson(200, { items: rules.map(ruleShape), nextCursor: null })
    },
    report: async (exchange: Exchange): Promise<void> => {
      const { repository: named, format } = parseQuery(reportQuery, exchange.query)
      const { contentType, page } = await quality.getReportPage({ repository: oneRepository(exchange, named), format: pageFormats[format] }, exchange.call(answerWithinMs.upload))
      await exchange.answer(200, { 'content-type': contentType, ...pageHeaders }, page)
    },
  }
}

function oneRepository(exchange: Exchange, named: string | undefined): string {
  const chosen = named ?? exchange.repository
  if (chosen === '') throw new ServiceError('invalid_argument', 'repository: must name a repository, got nothing: add it, or send X-Elder-Repository', { reason: 'INVALID_FIELD', field: 'repository' })
  return chosen
}
