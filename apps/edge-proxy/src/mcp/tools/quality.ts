import * as z from 'zod'
import { QualityCheckServiceDefinition, type RuleDescription } from '@elder/contracts/quality'
import type { RpcClient } from '@elder/rpc'
import { answerWithinMs } from '../../policies.ts'
import { findingShape, findingStates, ruleShape, trackedShape } from '../../rest/check-shapes.ts'
import type { RequestContext } from '../request-context.ts'
import { findingText } from './check-text.ts'
import { oneRepository, reads, repositoryArgument, tool, type Tool } from './tool.ts'

export interface QualityToolParts {
  readonly quality: RpcClient<QualityCheckServiceDefinition>
}

const needs = QualityCheckServiceDefinition.fullName
const findingsInput = z.strictObject({
  repository: repositoryArgument,
  state: z.enum(['open', 'new', 'existing', 'fixed', 'reopened']).describe('State of the findings.').default('open'),
  limit: z.int().min(1).max(100).describe('Maximum number of findings, worst first.').default(30),
})
const rulesInput = z.strictObject({
  rule: z.string().max(200).describe('Name of a rule to explain, such as elder/empty-catch.').optional(),
  words: z.string().max(200).describe('Lists only the rules whose name, title or language contains these words.').optional(),
})

export function qualityTools(parts: QualityToolParts): Tool[] {
  return [
    tool({
      name: 'elder_findings',
      title: 'List open findings',
      description: 'Lists the open findings of the gate in a repository, worst first.',
      needs,
      annotations: reads,
      input: findingsInput,
      run: ({ repository, state, limit }, context) => findingsText({ repository: oneRepository(context, repository), state, limit }, context, parts),
    }),
    tool({
      name: 'elder_rules',
      title: 'Explain rules',
      description: 'Explains a rule of the gate: why it exists, how to fix its findings, code it reports and code it accepts. Without a rule it lists the names of all.',
      needs,
      annotations: reads,
      input: rulesInput,
      run: async ({ rule, words }, context) => rulesText(await allRules(context, parts), rule, words),
    }),
  ]
}

export interface FindingsWanted {
  readonly repository: string
  readonly state: keyof typeof findingStates
  readonly limit: number
}

/** Findings of a repository, one per line. */
export async function findingsText({ repository, state, limit }: FindingsWanted, context: RequestContext, { quality }: QualityToolParts): Promise<string> {
  const { findings, nextPageToken } = await quality.listFindings({ repository, state: findingStates[state], pageSize: limit, pageToken: '' }, context.call(answerWithinMs.lookup))
  if (findings.length === 0) return `No ${state} findings are known in ${repository}. Only checks of whole files are recorded: call elder_check for the current state of a file.`
  const lines = findings.flatMap((tracked) => (tracked.finding ? [`${findingText(findingShape(tracked.finding))} (${trackedShape(tracked).state})`] : []))
  return [`${findings.length}${nextPageToken === '' ? '' : ' of more'} ${state} findings in ${repository}`, ...lines].join('\n')
}

export async function allRules(context: RequestContext, { quality }: QualityToolParts): Promise<RuleDescription[]> {
  return (await quality.listRules({}, context.call(answerWithinMs.lookup))).rules
}

// A bound for the answer, although it lists only names.
const maxNames = 400

function rulesText(rules: readonly RuleDescription[], name: string | undefined, words: string | undefined): string {
  if (name !== undefined) {
    const rule = rules.find((one) => one.rule === name)
    return rule ? ruleText(rule) : `There is no rule ${name}. ${namesText(like(rules, name.split('/').at(-1) ?? name), 'Similar')}`
  }
  return namesText(words === undefined ? rules : like(rules, words), 'Rules')
}

const like = (rules: readonly RuleDescription[], words: string) => rules.filter(({ rule, title, languages }) => words.toLowerCase().split(/\s+/).every((word) => `${rule} ${title} ${languages.join(' ')}`.toLowerCase().includes(word)))

function namesText(rules: readonly RuleDescription[], head: string): string {
  if (rules.length === 0) return `${head}: none.`
  const names = rules.slice(0, maxNames).map(({ rule }) => rule)
  return `${head} (${rules.length}): ${names.join(', ')}${rules.length > maxNames ? ', …' : ''}`
}

export function ruleText(description: RuleDescription): string {
  const { rule, title, why, fix, category, severity, newCodeOnlyLanguages, cwe, languages, badExample, goodExample } = ruleShape(description)
  return [
    `# ${rule}: ${title}`,
    `(${[category, severity, ...(cwe === undefined ? [] : [cwe]), ...languages].join('; ')})`,
    ...(newCodeOnlyLanguages === undefined ? [] : [`In ${newCodeOnlyLanguages.join(', ')} it advises in a check of a whole repository that does not say which lines are new.`]),
    ...(why === undefined ? [] : [`Why: ${why}`]),
    ...(fix === undefined ? [] : [`Fix: ${fix}`]),
    ...(badExample === undefined ? [] : [`It reports:\n${withoutMarks(badExample)}`]),
    ...(goodExample === undefined ? [] : [`It accepts:\n${withoutMarks(goodExample)}`]),
  ].join('\n')
}

// Removes the comments that mark expected findings for the rule's own tests.
const withoutMarks = (example: string) => example.split('\n').filter((line) => !/^\s*(?:\/\/|#|\/\*)\s*(?:ruleid|ok): /.test(line)).join('\n').trimEnd()
