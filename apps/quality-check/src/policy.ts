import { createHash } from 'node:crypto'
import { criterionNames, type CriterionName, type Finding, type Severity } from './finding.ts'
import { matchesGlob } from './glob.ts'
import { readPolicyFile } from './policy/reading.ts'
import type { PolicyFile } from './policy/schema.ts'
import { defaults, highestSecuritySeverity, type GatePolicy, type Level, type PolicyContent, type Weights } from './policy/settings.ts'
import { rulesVersion } from './rules/rules-version.ts'
import { bestFlawedScore } from './scoring/dependencies.ts'
import { bestSecurityScore } from './scoring/security.ts'

export type { GatePolicy } from './policy/settings.ts'

const remembered = new Map<string, GatePolicy>()
const mostRemembered = 50

/** Reads the text of an elder.yaml; an empty one is the default policy. Throws invalid_argument naming the field, its place, the value and what to write. */
export function readPolicy(text: string): GatePolicy {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const content = text.trim() === '' ? defaults : fillIn(readPolicyFile(text))
  const policy = { ...content, hash: sha256(JSON.stringify([2, content, rulesVersion])) }
  if (remembered.size >= mostRemembered) remembered.clear()
  remembered.set(text, policy)
  return policy
}

// In an order of ours, so that policies that mean the same have one hash.
function fillIn(file: PolicyFile): PolicyContent {
  const { dependencies = {}, suppressions = {} } = file
  const required = Array.isArray(file.required) ? { edit: file.required } : (file.required ?? {})
  const inOrder = (names: readonly CriterionName[] | undefined, otherwise: readonly CriterionName[]) => criterionNames.filter((name) => (names ?? otherwise).includes(name))
  return {
    required: inOrder(required.edit, defaults.required),
    requiredOfRepository: inOrder(required.repository, defaults.requiredOfRepository),
    thresholds: { ...defaults.thresholds, ...definedOnly(file.thresholds ?? {}) },
    ...weightsOf(file),
    overrides: (file.overrides ?? []).map((override) => ({ paths: override.paths.toSorted(), ...weightsOf(override) })),
    include: (file.include ?? []).toSorted(),
    exclude: (file.exclude ?? []).toSorted(),
    mode: file.mode ?? defaults.mode,
    maxFileBytes: file.max_file_bytes ?? defaults.maxFileBytes,
    dependencies: {
      vulnerabilities: dependencies.vulnerabilities ?? defaults.dependencies.vulnerabilities,
      licences: { allow: (dependencies.licences?.allow ?? []).toSorted(), deny: (dependencies.licences?.deny ?? []).toSorted() },
      ignore: (dependencies.ignore ?? []).toSorted(),
    },
    coverage: { reports: file.coverage?.reports ?? defaults.coverage.reports },
    suppressions: { maxDays: suppressions.max_days },
  }
}

function weightsOf({ rules = {}, severities = {} }: Pick<PolicyFile, 'rules' | 'severities'>): Weights {
  return { rules: Object.fromEntries(Object.entries(rules).sort(([a], [b]) => (a < b ? -1 : 1))), severities: definedOnly(severities) }
}

/** Why a path is not checked; undefined when it is. */
export function excludes(policy: GatePolicy, path: string): string | undefined {
  if (policy.exclude.some((glob) => matchesGlob(path, glob))) return 'excluded by elder.yaml'
  if (policy.include.length > 0 && !policy.include.some((glob) => matchesGlob(path, glob))) return 'not included by elder.yaml'
  return undefined
}

const weightsOfPolicies = new WeakMap<GatePolicy, Map<string, readonly Weights[]>>()

/** How rules weigh below a path. Paths that the same overrides fit are given the very same list, so that a list tells whether a file was judged by it before. */
export function weightsFor(policy: GatePolicy, path: string): readonly Weights[] {
  const fitting = policy.overrides.filter(({ paths }) => paths.some((glob) => matchesGlob(path, glob)))
  const name = fitting.map((each) => policy.overrides.indexOf(each)).join()
  const known = weightsOfPolicies.get(policy) ?? new Map<string, readonly Weights[]>()
  weightsOfPolicies.set(policy, known)
  const weights = known.get(name) ?? [...fitting.toReversed(), policy]
  known.set(name, weights)
  return weights
}

/** What the policy says of a rule by its name; undefined: nothing. */
export function levelByName(weights: readonly Weights[], rule: string): Level | undefined {
  for (const { rules } of weights) if (rules[rule] !== undefined) return rules[rule]
  return undefined
}

/** What the policy says of a rule, by its name or by its criterion; undefined: nothing. */
export function levelFor(weights: readonly Weights[], rule: string, category: CriterionName): Level | undefined {
  return levelByName(weights, rule) ?? levelByCriterion(weights, category)
}

/** A finding as the policy wants it, or undefined when it switches the rule off. An error blocks; a security finding weighs no more than its word. */
export function applyPolicy(policy: GatePolicy, weights: readonly Weights[], finding: Finding): Finding | undefined {
  const wanted = levelFor(weights, finding.rule, finding.category)
  if (wanted === 'off') return undefined
  const severity = wanted ?? finding.severity
  const securitySeverity = wanted === undefined ? finding.securitySeverity : Math.min(finding.securitySeverity, highestSecuritySeverity[wanted])
  return { ...finding, severity, securitySeverity, blocker: blocks(policy, { category: finding.category, severity, securitySeverity }) }
}

function levelByCriterion(weights: readonly Weights[], category: CriterionName): Level | undefined {
  for (const { severities } of weights) if (severities[category] !== undefined) return severities[category]
  return undefined
}

/** An error fails its criterion by itself. So does what keeps the score below the threshold however little else is found: in security, and among dependencies. */
export function blocks({ thresholds }: Pick<GatePolicy, 'thresholds'>, { category, severity, securitySeverity = 0 }: { readonly category: CriterionName; readonly severity: Severity; readonly securitySeverity?: number | undefined }): boolean {
  if (category === 'security') return bestSecurityScore(securitySeverity) < thresholds.security
  return severity === 'error' || (category === 'dependencies' && severity === 'warning' && bestFlawedScore < thresholds.dependencies)
}

function definedOnly<T>(record: Partial<Record<CriterionName, T>>): Partial<Record<CriterionName, T>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
