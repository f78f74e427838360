import { rules } from '../../gen/rules.ts'
import type { CriterionName, Severity } from '../finding.ts'
import { defaults } from '../policy/settings.ts'
import { bestSecurityScore } from '../scoring/security.ts'
import { oxlintSettings } from './oxlint-settings.ts'
import { ruleFor, ruleTable, type Rule } from './rule-table.ts'

/** A rule for people: what it finds, why that matters, and how it is judged by the default policy. */
export interface DescribedRule {
  readonly rule: string
  readonly title: string
  readonly why: string
  readonly fix: string
  readonly category: CriterionName
  readonly severity: Severity
  readonly cwe: string
  readonly securitySeverity: number
  readonly confidence: string
  readonly blocks: boolean
  readonly languages: readonly string[]
  readonly badExample: string
  readonly goodExample: string
}

// Other engines explain their rules themselves; rows of the table for a family are none.
const family = /^\w+(\/[A-Z]+)?$/
const languagesOf: Readonly<Record<string, readonly string[]>> = { oxlint: ['javascript'], ruff: ['python'] }

/** All that can be found. Examples are read with the first call: nothing else needs them. */
export async function describeRules(): Promise<DescribedRule[]> {
  const { ruleExamples } = await import('../../gen/rule-examples.ts')
  const example = (id: string, kind: string) => ruleExamples[id]?.find(({ file }) => file.startsWith(`${kind}.`))?.text ?? ''
  const own = rules.map((rule) => ({ ...judged(rule), rule: `elder/${rule.id}`, title: rule.title, why: rule.why, fix: rule.fix, languages: rule.languages, badExample: example(rule.id, 'bad'), goodExample: example(rule.id, 'good') }))
  const named = new Set([...Object.keys(ruleTable).filter((name) => !family.test(name)), ...Object.keys(oxlintSettings.rules).map((name) => `oxlint/${name}`)])
  const others = [...named].sort().map((name) => ({ ...judged(ruleFor(name)), rule: name, title: titleOf(name), why: '', fix: '', languages: languagesOf[name.slice(0, name.indexOf('/'))] ?? [], badExample: '', goodExample: '' }))
  return [...own, ...others]
}

function judged({ category, severity, cwe = '', securitySeverity = 0, confidence = '' }: Omit<Rule, 'confidence'> & { readonly confidence?: string }) {
  const blocks = category === 'security' ? bestSecurityScore(securitySeverity) < defaults.thresholds.security : severity === 'error'
  return { category, severity, cwe, securitySeverity, confidence, blocks }
}

const titleOf = (name: string) => name.slice(name.indexOf('/') + 1).replace(/[-/]/g, ' ')
