import * as z from 'zod'
import { QualityCheckServiceDefinition, type RuleDescription } from '@elder/contracts/quality'
import type { RpcClient } from '@elder/rpc'
import { answerWithinMs } from '../../policies.ts'
import { findingShape, findingStates, ruleShape, trackedShape } from '../../rest/check-shapes.ts'
import type { Asked } from '../asked.ts'
import { findingText } from './check-text.ts'
import { oneRepository, reads, repositoryArgument, tool, type Tool } from './tool.ts'

export interface QualityToolParts {
  readonly quality: RpcClient<QualityCheckServiceDefinition>
}

const needs = QualityCheckServiceDefinition.fullName
const findingsInput = z.strictObject({
  repository: repositoryArgument,
  state: z.enum(['open', 'new', 'existing', 'fixed', 'reopened']).describe('Which findings.').default('open'),
  limit: z.int().min(1).max(100).describe('How many at most, the worst first.').default(30),
})
const rulesInput = z.strictObject({
  rule: z.string().max(200).describe('A rule as findings name it, such as elder/empty-catch, to have it explained.').optional(),
  words: z.string().max(200).describe('Words that the name, the title or the language of a rule holds, to list such rules.').optional(),
})

export function qualityTools(parts: QualityToolParts): Tool[] {
  return [
    tool({
      name: 'elder_findings',
      title: 'List open findings',
      description: 'Lists what the gate has found in a repository and nobody has mended yet, the worst first.',
      needs,
      annotations: reads,
      input: findingsInput,
      run: ({ repository, state, limit }, asked) => findingsText({ repository: oneRepository(asked, repository), state, limit }, asked, parts),
    }),
    tool({
      name: 'elder_rules',
      title: 'Explain rules',
      description: 'Explains a rule of the gate: why it is one, how to mend what it finds, code it objects to and code it accepts. Without a rule it lists their names.',
      needs,
      annotations: reads,
      input: rulesInput,
      run: async ({ rule, words }, asked) => rulesText(await allRules(asked, parts), rule, words),
    }),
  ]
}

export interface FindingsWanted {
  readonly repository: string
  readonly state: keyof typeof findingStates
  readonly limit: number
}

/** Findings of a repository, one a line. */
export async function findingsText({ repository, state, limit }: FindingsWanted, asked: Asked, { quality }: QualityToolParts): Promise<string> {
  const { findings, nextPageToken } = await quality.listFindings({ repository, state: findingStates[state], pageSize: limit, pageToken: '' }, asked.call(answerWithinMs.lookup))
  if (findings.length === 0) return `No ${state} findings are known in ${repository}. Known is what checks of whole files have found: elder_check tells about files as they are now.`
  const lines = findings.flatMap((tracked) => (tracked.finding ? [`${findingText(findingShape(tracked.finding))} (${trackedShape(tracked).state})`] : []))
  return [`${findings.length}${nextPageToken === '' ? '' : ' of more'} ${state} findings in ${repository}`, ...lines].join('\n')
}

export async function allRules(asked: Asked, { quality }: QualityToolParts): Promise<RuleDescription[]> {
  return (await quality.listRules({}, asked.call(answerWithinMs.lookup))).rules
}

// The list of all names is long, but it is a list of names.
const maxNames = 400

function rulesText(rules: readonly RuleDescription[], name: string | undefined, words: string | undefined): string {
  if (name !== undefined) {
    const rule = rules.find((one) => one.rule === name)
    return rule ? ruleText(rule) : `There is no rule ${name}. ${namesText(like(rules, name.split('/').at(-1) ?? name), 'Like it')}`
  }
  return namesText(words === undefined ? rules : like(rules, words), 'Rules')
}

const like = (rules: readonly RuleDescription[], words: string) => rules.filter(({ rule, title, languages }) => words.toLowerCase().split(/\s+/).every((word) => `${rule} ${title} ${languages.join(' ')}`.toLowerCase().includes(word)))

function namesText(rules: readonly RuleDescription[], head: string): string {
  if (rules.length === 0) return `${head}: none.`
  const names = rules.slice(0, maxNames).map(({ rule }) => rule)
  return `${head} (${rules.length}): ${names.join(', ')}${rules.length > maxNames ? ', …' : ''}`
}

/** A rule as text. */
export function ruleText(description: RuleDescription): string {
  const { rule, title, why, fix, category, severity, cwe, languages, badExample, goodExample } = ruleShape(description)
  return [
    `# ${rule}: ${title}`,
    `(${[category, severity, ...(cwe === undefined ? [] : [cwe]), ...languages].join('; ')})`,
    ...(why === undefined ? [] : [`Why: ${why}`]),
    ...(fix === undefined ? [] : [`Fix: ${fix}`]),
    ...(badExample === undefined ? [] : [`It objects to:\n${withoutMarks(badExample)}`]),
    ...(goodExample === undefined ? [] : [`It accepts:\n${withoutMarks(goodExample)}`]),
  ].join('\n')
}

// Comments by which the rule's own tests know what it must find.
const withoutMarks = (example: string) => example.split('\n').filter((line) => !/^\s*(?:\/\/|#|\/\*)\s*(?:ruleid|ok): /.test(line)).join('\n').trimEnd()
