import type { CriterionName, Severity } from '../finding.ts'

export const checkModes = ['new_code', 'whole_file', 'baseline'] as const
export type CheckMode = (typeof checkModes)[number]

export const levels = ['off', 'error', 'warning', 'note'] as const
export type Level = (typeof levels)[number]

export const vulnerabilityLevels = ['low', 'medium', 'high', 'critical', 'off'] as const
export type VulnerabilityLevel = (typeof vulnerabilityLevels)[number]

/** The severities of rules, for all paths or for those of an override. */
export interface Weights {
  /** By full name, "<engine>/<rule>". */
  readonly rules: Readonly<Record<string, Level>>
  /** For all rules of a criterion that `rules` does not name. */
  readonly severities: Readonly<Partial<Record<CriterionName, Level>>>
}

export interface Override extends Weights {
  readonly paths: readonly string[]
}

/** The policy of a repository: its elder.yaml with the defaults filled in. */
export interface GatePolicy extends Weights {
  /** For a check of some files. */
  readonly required: readonly CriterionName[]
  /** For a check of the whole repository. */
  readonly requiredOfRepository: readonly CriterionName[]
  readonly thresholds: Readonly<Record<CriterionName, number>>
  /** The last one that matches a path wins. */
  readonly overrides: readonly Override[]
  /** Empty: all paths. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** For a request that states no mode and no changes. */
  readonly mode: CheckMode
  readonly maxFileBytes: number
  readonly dependencies: {
    /** The lowest level of known vulnerabilities that counts. */
    readonly vulnerabilities: VulnerabilityLevel
    /** SPDX names. With an empty allow list, all are allowed that are not denied. */
    readonly licences: { readonly allow: readonly string[]; readonly deny: readonly string[] }
    /** Packages that are never reported as unused, missing or vulnerable. */
    readonly ignore: readonly string[]
  }
  /** Where the command line looks for reports; the service receives them. */
  readonly coverage: { readonly reports: readonly string[] }
  readonly suppressions: {
    /** The longest duration of an elder-ignore comment, counted from now; undefined: it needs no end date. */
    readonly maxDays: number | undefined
  }
  /** A hash of everything that determines the findings and their severity: this policy, the rule table and the engines' settings. */
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

/** The security-severity to which a policy's severity limits a finding. */
export const highestSecuritySeverity: Readonly<Record<Severity, number>> = { error: 10, warning: 6.9, note: 3.9 }
