import * as z from 'zod'
import { CheckMode, CheckRequest, QualityCheckServiceDefinition, type CheckResponse, type WatchRepositoryCheckResponse } from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import type { RpcClient } from '@elder/rpc'
import { wholeCheck, type Check } from '../../checking.ts'
import { answerWithinMs } from '../../policies.ts'
import { changedLines } from '../../rest/check-body.ts'
import { recordShape } from '../../rest/check-shapes.ts'
import type { RequestContext } from '../request-context.ts'
import { checkText, criterionText } from './check-text.ts'
import { adds, reads, repositoryArgument, tool, type Tool } from './tool.ts'

export interface CheckToolParts {
  readonly check: Check
  readonly quality: RpcClient<QualityCheckServiceDefinition>
  /** A check that takes longer continues in the background. */
  readonly toolWaitMs: number
}

const needs = QualityCheckServiceDefinition.fullName
const path = z.string().min(1).max(1_024).describe('Path of the file relative to the repository, with its extension.')
const content = z.string().describe('The whole text of the file as it is now.')
const ranges = changedLines.describe('Ranges of new or changed lines, from 1, both ends included. An alternative to diff.').optional()

const checkInput = z.strictObject({
  path,
  content,
  changedLines: ranges,
  diff: z.string().describe('Unified diff whose result is the content, removed lines included. With it only findings on new or changed lines count, and tests that it weakens are found.').optional(),
  files: z.array(z.strictObject({ path, content, changedLines: ranges })).max(200, 'may hold 200 files').describe('Further files to check in the same call. With package.json, pyproject.toml or requirements.txt among them, imports that it does not declare are found.').optional(),
  policy: z.string().max(256 * 1024).describe("Text of the repository's elder.yaml. Leave it out for the default policy.").optional(),
  repository: repositoryArgument,
})
const statusInput = z.strictObject({
  checkId: z.string().min(1).max(100).describe('Id that elder_check answered with.'),
  waitSeconds: z.int().min(1).max(40).describe('How long to wait for the result before answering with the progress.').default(20),
})

export function checkTools(parts: CheckToolParts): Tool[] {
  return [
    tool({
      name: 'elder_check',
      title: 'Check files',
      description: 'Checks a file, or several, against the quality gate (Iron Will) and lists the findings to fix. Call it on every file you changed before you answer. A long check returns an id for elder_check_status.',
      needs,
      annotations: { ...adds, idempotentHint: true },
      input: checkInput,
      run: (input, context) => checkNow(input, context, parts),
    }),
    tool({
      name: 'elder_check_status',
      title: 'Status of a long check',
      description: 'Returns the progress of a check for which elder_check has returned an id, and its findings when it is done.',
      needs,
      annotations: reads,
      input: statusInput,
      run: (input, context) => checkStatus(input, context, parts),
    }),
  ]
}

async function checkNow(input: z.output<typeof checkInput>, context: RequestContext, parts: CheckToolParts): Promise<string> {
  const request = toRequest(input, context)
  const about = request.files.length === 1 ? input.path : `${request.files.length} files`
  try {
    return checkText(about, await wholeCheck(withProgress(parts.check(request, context.call(parts.toolWaitMs)), request.files.length, context)))
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'deadline_exceeded') throw error
    const id = await continueInBackground(request, context, parts)
    return `The check of ${about} takes longer than a tool call may. It continues as check ${id}: call elder_check_status with checkId "${id}" for its findings.`
  }
}

function toRequest({ path: first, content: text, changedLines: changed, files = [], diff, policy, repository }: z.output<typeof checkInput>, { exchange }: RequestContext): CheckRequest {
  const sent = [{ path: first, content: text, changedLines: changed }, ...files]
  return CheckRequest.fromPartial({
    repository: repository || exchange.repository,
    policyYaml: policy ?? '',
    files: sent.map((file) => ({ path: file.path, content: Buffer.from(file.content, 'utf8'), changedLines: file.changedLines ?? [] })),
    diff: diff ?? '',
  })
}

/** Starts the same check again, as a background job. */
async function continueInBackground({ repository, policyYaml, files, diff }: CheckRequest, context: RequestContext, { quality }: CheckToolParts): Promise<string> {
  const call = context.call(answerWithinMs.handOver)
  const isOfChanges = diff !== '' || files.some((file) => file.changedLines.length > 0)
  const mode = isOfChanges ? CheckMode.CHECK_MODE_NEW_CODE : CheckMode.CHECK_MODE_WHOLE_FILE
  const { checkId } = await quality.createRepositoryCheck({ repository, policyYaml, mode, diff, deep: false, someFiles: true }, call)
  await quality.addRepositoryFiles({ checkId, files, coverageReports: [] }, call)
  await quality.startRepositoryCheck({ checkId }, call)
  return checkId
}

async function checkStatus({ checkId, waitSeconds }: z.output<typeof statusInput>, context: RequestContext, { quality }: CheckToolParts): Promise<string> {
  const { check } = await quality.getCheck({ checkId }, context.call(answerWithinMs.lookup))
  if (!check) throw new ServiceError('not_found', `check ${checkId} does not exist`, { reason: 'CHECK_UNKNOWN' })
  const { state, reason, report, findings } = recordShape(check)
  if (state === 'failed' || state === 'cancelled') return `check ${checkId} ${state}${reason === undefined ? '' : `: ${reason}`}. Call elder_check again.`
  // Findings are kept only for background checks.
  if (report && !check.progress) return [`verdict: ${report.verdict}, ${findings} findings (check ${checkId})`, ...report.criteria.map(criterionText)].join('\n')
  try {
    return checkText(`check ${checkId}`, await wholeCheck(withProgress(quality.watchRepositoryCheck({ checkId }, context.call(waitSeconds * 1_000)), check.files, context)))
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'deadline_exceeded') throw error
    const { check: later = check } = await quality.getCheck({ checkId }, context.call(answerWithinMs.lookup))
    const { state: now, progress } = recordShape(later)
    return `check ${checkId} is ${now}${progress ? `, ${progress.stage} ${progress.done} of ${progress.total}` : ''}. Call elder_check_status again.`
  }
}

/** Passes the events of a check on, and sends progress notifications. */
async function* withProgress(responses: AsyncIterable<CheckResponse | WatchRepositoryCheckResponse>, total: number, context: RequestContext): AsyncGenerator<CheckResponse> {
  let done = 0
  for await (const { event } of responses) {
    if (event?.$case === 'progress') await context.progress({ done: ++done, message: `${event.value.stage} ${event.value.done} of ${event.value.total}` })
    else {
      if (event?.$case === 'file') await context.progress({ done: ++done, ...(total >= done && { total }), message: event.value.path })
      yield { event }
    }
  }
}
