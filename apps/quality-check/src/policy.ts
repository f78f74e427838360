import { createHash } from 'node:crypto'
import { ServiceError } from '@elder/errors'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { rules } from '../gen/rules.ts'
import { criterionNames, engineNames, severities, type CriterionName, type Finding, type Severity } from './finding.ts'
import { matchesGlob } from './glob.ts'
import { oxlintSettings } from './rules/oxlint-settings.ts'
import { ruffSettings } from './rules/ruff-settings.ts'
import { ruleTable } from './rules/rule-table.ts'
import { bestSecurityScore } from './scoring/security.ts'

/** What a repository asks of its edits: its elder.yaml, with what it leaves out filled in. */
export interface GatePolicy {
  readonly required: readonly CriterionName[]
  readonly thresholds: Readonly<Record<CriterionName, number>>
  /** By "<engine>/<rule>". */
  readonly rules: Readonly<Record<string, 'off' | Severity>>
  readonly exclude: readonly string[]
  /** Of all that decides what is found and how it is judged: this policy, the rule table, the engines' settings. */
  readonly hash: string
}

const defaultThresholds: Readonly<Record<CriterionName, number>> = { root_cause: 95, dependencies: 100, coverage: 95, security: 90, performance: 85, maintainability: 80 }
const defaultRequired: readonly CriterionName[] = ['root_cause', 'security', 'performance', 'maintainability']
const maxPolicyBytes = 65_536

const oneOf = (values: readonly string[]) => `must be one of ${values.join(', ')}`
const levels = ['off', ...severities] as const
const level = z.enum(levels, { error: ({ input }) => `${oneOf(levels)}, got ${show(input)}${input === false ? ' (in YAML an unquoted "no" is text and "false" is not: write off)' : ''}` })
const criterion = z.enum(criterionNames, { error: ({ input }) => `${oneOf(criterionNames)}, got ${show(input)}` })
const threshold = z.number({ error: ({ input }) => `must be a number from 0 to 100, got ${show(input)}` }).min(0, { error: ({ input }) => `must be from 0 to 100, got ${show(input)}` }).max(100, { error: ({ input }) => `must be from 0 to 100, got ${show(input)}` })
const ruleName = new RegExp(`^(${engineNames.join('|')})/[\\w/-]+$`)
const glob = z
  .string({ error: ({ input }) => `must be a glob such as "dist/**", got ${show(input)}` })
  .min(1, 'must not be empty: remove the line')
  .max(256, 'must have at most 256 characters')
  .refine((text) => !/[{}[\]!\\]/.test(text), { error: ({ input }) => `may use *, ? and ** only, got ${show(input)}: write one glob for each alternative` })

const schema = z.strictObject(
  {
    version: z.literal(1, { error: ({ input }) => `must be 1, got ${show(input)}` }),
    required: z.array(criterion, { error: ({ input }) => `must be a list of criteria, got ${show(input)}` }).optional(),
    thresholds: z.partialRecord(criterion, threshold, { error: ({ input }) => `must map criteria to numbers, got ${show(input)}` }).optional(),
    rules: z
      .record(z.string(), level, { error: ({ input }) => `must map rules to ${levels.join(', ')}; got ${show(input)}` })
      .refine((rules) => Object.keys(rules).length <= 500, 'must have at most 500 entries')
      .superRefine((rules, context) => {
        for (const name of Object.keys(rules))
          if (!ruleName.test(name)) context.addIssue({ code: 'custom', path: [name], message: `is not a rule: write <engine>/<rule> as findings show it, the engine ${oneOf(engineNames)}` })
      })
      .optional(),
    exclude: z.array(glob, { error: ({ input }) => `must be a list of globs, got ${show(input)}` }).max(100, 'must have at most 100 globs').optional(),
  },
  { error: ({ input }) => (input === null || typeof input !== 'object' || Array.isArray(input) ? `must be a map that begins with "version: 1", got ${show(input)}` : undefined) },
)

// Changes whenever a rule or an engine's setting does, with nobody having to remember it.
const rulesVersion = sha256(JSON.stringify([ruleTable, rules, oxlintSettings, (['source', 'test', 'package', 'stub'] as const).map(ruffSettings)]))

/** Reads the text of an elder.yaml; an empty one is the default policy. Throws invalid_argument naming the field, the value and what to write. */
export function readPolicy(text: string): GatePolicy {
  const parsed = text.trim() === '' ? { version: 1 as const } : validate(parse(text))
  const content = {
    required: criterionNames.filter((name) => (parsed.required ?? defaultRequired).includes(name)),
    thresholds: { ...defaultThresholds, ...definedOnly(parsed.thresholds ?? {}) },
    rules: Object.fromEntries(Object.entries(parsed.rules ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))),
    exclude: [...(parsed.exclude ?? [])].sort(),
  }
  return { ...content, hash: sha256(JSON.stringify([1, content, rulesVersion])) }
}

export function excludes(policy: GatePolicy, path: string): boolean {
  return policy.exclude.some((glob) => matchesGlob(path, glob))
}

const highestOf: Readonly<Record<Severity, number>> = { error: 10, warning: 6.9, note: 3.9 }

/** A finding as the policy wants it, or undefined when it switches the rule off. Below error nothing blocks, and a security finding weighs no more than its word. */
export function applyPolicy(policy: GatePolicy, finding: Finding): Finding | undefined {
  const wanted = policy.rules[finding.rule]
  if (wanted === 'off') return undefined
  const severity = wanted ?? finding.severity
  const securitySeverity = wanted === undefined ? finding.securitySeverity : Math.min(finding.securitySeverity, highestOf[wanted])
  return { ...finding, severity, securitySeverity, blocker: blocks(policy, finding.category, severity, securitySeverity) }
}

// An error fails its criterion by itself; in security the band and the threshold decide.
function blocks(policy: GatePolicy, category: CriterionName, severity: Severity, securitySeverity: number): boolean {
  return category === 'security' ? bestSecurityScore(securitySeverity) < policy.thresholds.security : severity === 'error'
}

function parse(text: string): unknown {
  if (Buffer.byteLength(text) > maxPolicyBytes) throw invalid('', `has ${Buffer.byteLength(text)} bytes, more than ${maxPolicyBytes}: shorten it`)
  try {
    const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true })
    const [fault] = [...document.errors, ...document.warnings]
    if (fault !== undefined) {
      const place = fault.linePos?.[0]
      throw invalid('', `is not valid YAML at line ${place?.line ?? 1}, column ${place?.col ?? 1}: ${(fault.message.split('\n')[0] as string).replace(/ at line \d+, column \d+:?$/, '')}`)
    }
    return document.toJS({ maxAliasCount: 20 })
  } catch (error) {
    if (error instanceof ServiceError) throw error
    throw invalid('', `is not valid YAML: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

function validate(value: unknown): z.infer<typeof schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0] as z.core.$ZodIssue
  const path = issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys as [string]
    throw invalid(path === '' ? key : `${path}.${key}`, path === 'thresholds' ? `is not a criterion: ${oneOf(criterionNames)}` : `is not a known setting: ${path === '' ? oneOf(Object.keys(schema.shape)) : 'remove it'}`)
  }
  throw invalid(path, issue.code === 'invalid_key' ? `is not a criterion: ${oneOf(criterionNames)}` : issue.message)
}

function invalid(path: string, problem: string, cause?: unknown): ServiceError {
  return new ServiceError('invalid_argument', `elder.yaml: ${path === '' ? 'the file' : path} ${problem}`, { reason: 'POLICY_INVALID', field: path === '' ? 'policyYaml' : `policyYaml.${path}`, cause })
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length <= 80 ? text : `${text.slice(0, 79).toWellFormed()}…`
}

function definedOnly<T>(record: Partial<Record<CriterionName, T>>): Partial<Record<CriterionName, T>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
