import * as z from 'zod'
import { checkBody } from '../../rest/check-body.ts'
import { baselineBody, findingsQuery, reportQuery } from '../../rest/quality.ts'
import { createBody, listQuery, portionBody } from '../../rest/repository-checks.ts'
import { check, file, finding, pageOf, progress, record, report, rule, tracked } from '../answers.ts'
import type { Operation } from '../operation.ts'

const foundEval = {
  file: 'app.py',
  line: 2,
  column: 12,
  endLine: 2,
  endColumn: 16,
  rule: 'S307',
  engine: 'ruff',
  category: 'security',
  severity: 'error',
  cwe: 'CWE-95',
  message: 'Use of possibly insecure function',
  fix: 'Use ast.literal_eval.',
  blocks: true,
}
const checkId = '0199c0de-7c2a-7000-8000-000000000001'
const checked = { path: 'app.py', cached: false, status: 'checked', existingFindings: 0, suppressedFindings: 0 }
const security = { name: 'security', score: 60, threshold: 90, verdict: 'fail', evidence: [{ name: 'blocking findings', value: 1 }] }
const failed = { version: 1, verdict: 'fail', mode: 'new_code', policyHash: '9f2b', criteria: [security] }
const events = { progress, finding, file, report }
const started = z.strictObject({ checkId: z.string(), started: z.literal(true) })

export const checkOperations: readonly Operation[] = [
  {
    method: 'POST',
    path: '/v1/checks',
    tag: 'checks',
    summary: 'Check files',
    description: 'The request contains the content of the files: no path is opened. With diff or changedLines, only findings on these lines count. With Accept: application/sarif+json the answer is SARIF 2.1.0.',
    body: checkBody,
    bodyExample: { files: [{ path: 'app.py', content: 'def f(x):\n    return eval(x)\n' }] },
    answers: { 200: { description: 'The verdict, all criteria and all findings', schema: check, example: { ...failed, files: [checked], findings: [foundEval] }, events, contentTypes: ['application/sarif+json'] } },
  },
  {
    method: 'GET',
    path: '/v1/checks',
    tag: 'checks',
    summary: 'The history of checks, newest first',
    query: listQuery,
    answers: { 200: { description: 'A page', schema: pageOf(record), example: { items: [], nextCursor: null } } },
  },
  {
    method: 'POST',
    path: '/v1/checks/repository',
    tag: 'checks',
    summary: 'Create a background check of a repository, or of many files',
    description: 'Afterwards add its files in portions, and start it. With wholeRepository false its files are judged as by POST /v1/checks, but without its limits on size.',
    body: createBody,
    bodyExample: { repository: 'example.com/team/shop', mode: 'whole_file' },
    answers: { 201: { description: 'Created', schema: z.strictObject({ checkId: z.string() }), example: { checkId } } },
  },
  {
    method: 'PUT',
    path: '/v1/checks/:id/files',
    tag: 'checks',
    summary: 'Add a portion of files',
    body: portionBody,
    bodyExample: { files: [{ path: 'src/pay.ts', content: 'export const due = 0\n' }] },
    answers: { 200: { description: 'The number of files so far', schema: z.strictObject({ checkId: z.string(), files: z.int() }), example: { checkId, files: 1 } } },
  },
  { method: 'POST', path: '/v1/checks/:id/start', tag: 'checks', summary: 'Start the check', answers: { 202: { description: 'It runs or is queued', schema: started, example: { checkId, started: true } } } },
  {
    method: 'GET',
    path: '/v1/checks/:id',
    tag: 'checks',
    summary: 'The current state of a check, or all its events up to the report',
    description: 'With Accept: application/sarif+json the answer is SARIF 2.1.0, sent when the check is done.',
    answers: { 200: { description: 'The check', schema: record, example: { checkId, repository: 'example.com/team/shop', state: 'running', mode: 'whole_file', wholeRepository: true, files: 120, cachedFiles: 0, notAnalysedFiles: 0, findings: 3, progress: { stage: 'files', done: 40, total: 120 } }, events } },
  },
  {
    method: 'DELETE',
    path: '/v1/checks/:id',
    tag: 'checks',
    summary: 'Cancel the check',
    answers: { 200: { description: 'Cancelled', schema: z.strictObject({ checkId: z.string(), cancelled: z.literal(true) }), example: { checkId, cancelled: true } } },
  },
  {
    method: 'GET',
    path: '/v1/findings',
    tag: 'checks',
    summary: 'Findings of a repository: open, new, existing, fixed or reopened',
    query: findingsQuery,
    answers: { 200: { description: 'A page', schema: pageOf(tracked), example: { items: [{ ...foundEval, state: 'new', firstSeenAt: '2026-01-31T12:00:00Z', lastSeenAt: '2026-01-31T12:00:00Z' }], nextCursor: null } } },
  },
  { method: 'GET', path: '/v1/rules', tag: 'checks', summary: 'The rules: what they find, why, and how to fix it', answers: { 200: { description: 'Every rule', schema: pageOf(rule), example: { items: [], nextCursor: null } } } },
  { method: 'GET', path: '/v1/reports', tag: 'checks', summary: "A report on a repository's quality, with its trend", query: reportQuery, answers: { 200: { description: 'The page', contentTypes: ['text/html', 'text/markdown'] } } },
  {
    method: 'POST',
    path: '/v1/baselines',
    tag: 'checks',
    summary: 'Accept all open findings of a repository',
    body: baselineBody,
    bodyExample: { repository: 'example.com/team/shop' },
    answers: { 201: { description: 'The number of accepted findings', schema: z.strictObject({ repository: z.string(), findings: z.int() }), example: { repository: 'example.com/team/shop', findings: 17 } } },
  },
]
