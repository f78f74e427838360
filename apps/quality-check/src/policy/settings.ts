import type { CriterionName, Severity } from '../finding.ts'

export const checkModes = ['new_code', 'whole_file', 'baseline'] as const
export type CheckMode = (typeof checkModes)[number]

export const levels = ['off', 'error', 'warning', 'note'] as const
export type Level = (typeof levels)[number]

export const vulnerabilityLevels = ['low', 'medium', 'high', 'critical', 'off'] as const
export type VulnerabilityLevel = (typeof vulnerabilityLevels)[number]

/** How rules are weighed, everywhere or below some paths. */
export interface Weights {
  /** By "<engine>/<rule>". */
  readonly rules: Readonly<Record<string, Level>>
  /** Of all rules of a criterion that `rules` does not name. */
  readonly severities: Readonly<Partial<Record<CriterionName, Level>>>
}

export interface Override extends Weights {
  readonly paths: readonly string[]
}

/** What a repository asks of its edits: its elder.yaml, with what it leaves out filled in. */
export interface GatePolicy extends Weights {
  /** Of a check of some files. */
  readonly required: readonly CriterionName[]
  /** Of a check of the whole repository. */
  readonly requiredOfRepository: readonly CriterionName[]
  readonly thresholds: Readonly<Record<CriterionName, number>>
  /** The last that fits a path wins. */
  readonly overrides: readonly Override[]
  /** Empty: everything. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** When a request names no mode and no changes. */
  readonly mode: CheckMode
  readonly maxFileBytes: number
  readonly dependencies: {
    /** From this level on a known vulnerability counts. */
    readonly vulnerabilities: VulnerabilityLevel
    /** SPDX names; an empty list of allowed ones allows all that are not denied. */
    readonly licences: { readonly allow: readonly string[]; readonly deny: readonly string[] }
    /** Names that are never called unused, missing or vulnerable. */
    readonly ignore: readonly string[]
  }
  /** Where the command looks for reports; the service is sent them. */
  readonly coverage: { readonly reports: readonly string[] }
  readonly suppressions: {
    /** Of an elder-ignore comment, counted from now; undefined: no end is needed. */
    readonly maxDays: number | undefined
  }
  /** Of all that decides what is found and how it is judged: this policy, the rule table, the engines' settings. */
  readonly hash: string
}

export type PolicyContent = Omit<GatePolicy, 'hash'>

const largestFile = 1_048_576

export const defaults: PolicyContent = {
  required: ['root_cause', 'security', 'performance', 'maintainability'],
  requiredOfRepository: ['root_cause', 'dependencies', 'coverage', 'security', 'performance', 'maintainability'],
  thresholds: { root_cause: 95, dependencies: 100, coverage: 95, security: 90, performance: 85, maintainability: 80 },
  rules: {},
  severities: {},
  overrides: [],
  include: [],
  exclude: [],
  mode: 'whole_file',
  maxFileBytes: largestFile,
  dependencies: { vulnerabilities: 'medium', licences: { allow: [], deny: [] }, ignore: [] },
  coverage: { reports: ['coverage/lcov.info', 'coverage/coverage-final.json', 'coverage.xml', 'coverage/cobertura-coverage.xml', 'target/site/jacoco/jacoco.xml', 'coverage.out'] },
  suppressions: { maxDays: undefined },
}

/** The strongest level that a severity of security lets a finding weigh. */
export const highestSecuritySeverity: Readonly<Record<Severity, number>> = { error: 10, warning: 6.9, note: 3.9 }
