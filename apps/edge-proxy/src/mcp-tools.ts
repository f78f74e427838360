import { z } from 'zod'
import { CheckRequest } from '@elder/contracts/quality'
import { wholeCheck, type Check } from './checking.ts'
import type { Exchange } from './exchange.ts'
import { answerWithinMs } from './policies.ts'
import { changedLines } from './rest/check-body.ts'
import { wholeConsultation } from './rest/consultations.ts'
import type { Consult } from './generation/sages-model.ts'

/** A tool for models. What it answers stands alone: clients show a model the text and nothing else. */
export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  /** Inlined, without references: some clients drop everything but type, required and properties. */
  readonly inputSchema: { readonly type: 'object'; readonly properties: Readonly<Record<string, object>>; readonly required: readonly string[] }
  run(input: unknown, exchange: Exchange): Promise<string>
}

export interface ToolParts {
  readonly check: Check
  readonly consult: Consult
}

const checkInput = z.strictObject({ path: z.string().min(1).max(1_024), content: z.string(), policy: z.string().max(256 * 1024).optional(), diff: z.string().optional(), changedLines: changedLines.optional() })
const consultInput = z.strictObject({ question: z.string().trim().min(1).max(20_000), repository: z.string().max(1_024).optional() })

export function createTools({ check, consult }: ToolParts): Tool[] {
  return [
    {
      name: 'elder_check',
      title: 'Check a file',
      description: 'Checks one file against the quality gate (Iron Will) and lists what to mend. Call it on every file you changed before you answer.',
      inputSchema: {
        type: 'object',
        properties: {
          path: { type: 'string', description: 'Path of the file relative to the repository, with its extension.' },
          content: { type: 'string', description: 'The whole text of the file as it is now.' },
          diff: { type: 'string', description: 'Unified diff that leads to the content. Then only what touches new or changed lines is judged, not what was there before.' },
          changedLines: {
            type: 'array',
            description: 'The same without a diff: ranges of new or changed lines, from 1, both ends included.',
            items: { type: 'object', properties: { first: { type: 'integer' }, last: { type: 'integer' } }, required: ['first', 'last'] },
          },
          policy: { type: 'string', description: 'Text of the repository\'s elder.yaml. Leave it out for the default policy.' },
        },
        required: ['path', 'content'],
      },
      async run(input, exchange) {
        const { path, content, policy, diff, changedLines: ranges } = checkInput.parse(input)
        const files = [{ path, content: Buffer.from(content, 'utf8'), changedLines: ranges ?? [] }]
        const request = CheckRequest.fromPartial({ repository: exchange.repository, policyYaml: policy ?? '', files, diff: diff ?? '' })
        return checkText(path, await wholeCheck(check(request, exchange.call(answerWithinMs.tool))))
      },
    },
    {
      name: 'elder_consult',
      title: 'Ask the sages',
      description: "Answers a question from the team's own decisions, conventions, lessons and code, with citations of files and lines.",
      inputSchema: {
        type: 'object',
        properties: {
          question: { type: 'string', description: 'The question, in a sentence.' },
          repository: { type: 'string', description: 'Repository to ask about. Leave it out to ask about all of them.' },
        },
        required: ['question'],
      },
      async run(input, exchange) {
        const { question, repository } = consultInput.parse(input)
        const consultation = await wholeConsultation(consult({ question, repository: repository ?? exchange.repository, deadlineMillis: 0 }, exchange.call(answerWithinMs.tool)))
        return consultation.answer
      },
    },
  ]
}

type CheckResult = Awaited<ReturnType<typeof wholeCheck>>

/** Verdict first, then one line a finding. */
function checkText(path: string, { verdict, criteria, files, findings }: CheckResult): string {
  const lines = [`verdict: ${verdict}${findings.length === 0 ? ', nothing found' : ''} (${path})`]
  for (const finding of findings) lines.push(findingText(finding))
  for (const file of files) {
    if (file.status === 'not_analysed') lines.push(`${file.path} was not analysed: ${file.reason ?? 'no reason given'}`)
    if (file.existingFindings > 0) lines.push(`${file.path} has ${file.existingFindings} older findings, which do not count and are not listed`)
  }
  for (const { name, score, threshold, verdict: passed, reason } of criteria) {
    if (passed === 'fail') lines.push(`criterion ${name} failed: ${score ?? 'no score'} of at least ${threshold}${reason === undefined ? '' : `, ${reason}`}`)
  }
  return lines.join('\n')
}

/** All that a model needs to mend it, the way from source to sink included. */
function findingText({ file, line, column, severity, rule, message, flow, fix }: CheckResult['findings'][number]): string {
  const way = flow === undefined ? '' : ` Path: ${flow.map((step) => `${step.message} (line ${step.line})`).join(' -> ')}.`
  return `${file}:${line}:${column} ${severity} ${rule} ${message}${way}${fix === undefined ? '' : ` Fix: ${fix}`}`
}
