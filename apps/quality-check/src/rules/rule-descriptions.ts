import { ruffCodes } from '../../gen/ruff-rules.ts'
import { rules } from '../../gen/rules.ts'
import type { CriterionName, Severity } from '../finding.ts'
import { blocks } from '../policy.ts'
import { defaults } from '../policy/settings.ts'
import { fixTexts } from './fix-texts.ts'
import { oxlintSettings } from './oxlint-settings.ts'
import { neverAsked, ruffSelected } from './ruff-settings.ts'
import { ruleFor, ruleTable, type Rule } from './rule-table.ts'

/** The description of a rule for people: what it finds, why that matters, and its classification by the default policy. */
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
  /** The languages in which it advises in a check of a whole repository that does not say which lines are new. */
  readonly newCodeOnlyLanguages: readonly string[]
  readonly languages: readonly string[]
  readonly badExample: string
  readonly goodExample: string
}

// Rows for a family are not rules.
const family = /^\w+(\/[A-Z]+)?$/

interface Explained {
  readonly languages: readonly string[]
  /** The engine's documentation of a rule; * stands for the rule's name. */
  readonly pages: string
  /** The row for all rules of the engine that the table does not name. */
  readonly others?: string
}
const explained: Readonly<Record<string, Explained>> = {
  oxlint: { languages: ['javascript'], pages: 'https://oxc.rs/docs/guide/usage/linter/rules' },
  ruff: { languages: ['python'], pages: 'https://docs.astral.sh/ruff/rules/#*' },
  pyright: { languages: ['python'], pages: 'https://github.com/microsoft/pyright/blob/main/docs/configuration.md#*', others: 'pyright/*' },
  shellcheck: { languages: ['shell'], pages: 'https://www.shellcheck.net/wiki/*', others: 'shellcheck/*' },
  secretlint: { languages: [], pages: 'https://github.com/secretlint/secretlint', others: 'secretlint/*' },
}

// Compares whole letter codes: S is not a prefix of SIM.
const familyOf = (code: string) => /^[A-Z]*/.exec(code)?.[0]
const isSelected = (code: string) => ruffSelected.some((prefix) => code.startsWith(prefix) && familyOf(code) === familyOf(prefix))

/** All rules. Their examples are read with the first call, because nothing else needs them. */
export async function describeRules(): Promise<DescribedRule[]> {
  const { ruleExamples } = await import('../../gen/rule-examples.ts')
  const example = (id: string, kind: string) => ruleExamples[id]?.find(({ file }) => file.startsWith(`${kind}.`))?.text ?? ''
  const own = rules.map((rule) => ({ ...judged(rule, rule.languages), rule: `elder/${rule.id}`, title: rule.title, why: rule.why, fix: rule.fix, badExample: example(rule.id, 'bad'), goodExample: example(rule.id, 'good') }))
  const named = new Set([
    ...Object.keys(ruleTable).filter((name) => !family.test(name)),
    ...Object.keys(oxlintSettings.rules).map((name) => `oxlint/${name}`),
    ...ruffCodes.filter((code) => isSelected(code)).map((code) => `ruff/${code}`),
    ...Object.values(explained).flatMap(({ others = [] }) => others),
  ])
  return [...own, ...[...named].sort().map(describeOther)]
}

function describeOther(name: string): DescribedRule {
  const engine = name.slice(0, name.indexOf('/'))
  const code = name.slice(engine.length + 1)
  const isAsked = engine !== 'ruff' || !neverAsked.has(code)
  const rule = ruleFor(name)
  return {
    ...judged(rule, explained[engine]?.languages ?? [], isAsked),
    rule: name,
    title: titleOf(name),
    why: `${isAsked ? '' : 'Not looked for here: style, or wrong more often than right. '}${rule.onRequest ? 'Told where elder.yaml names it. ' : ''}${pageOf(engine, code)}`,
    fix: fixTexts[name] ?? '',
    badExample: '',
    goodExample: '',
  }
}

function pageOf(engine: string, code: string): string {
  const { pages } = explained[engine] ?? {}
  // Our refinements of an engine's rule have names that the engine does not document.
  const isOurs = engine === 'ruff' ? /[a-z]/.test(code) : engine === 'oxlint' && !(code in oxlintSettings.rules) && !code.includes('/')
  return pages === undefined || isOurs ? '' : `Explained by ${engine}: ${code === '*' ? pages : pages.replace('*', code)}`
}

function judged({ category, severity, cwe = '', securitySeverity = 0, confidence = '', adviceUnlessNew }: Omit<Rule, 'confidence'> & { readonly confidence?: string }, languages: readonly string[], isAsked = true) {
  const isBlocking = isAsked && blocks(defaults, { category, severity, securitySeverity })
  const newCodeOnlyLanguages = !isBlocking || adviceUnlessNew === undefined ? [] : adviceUnlessNew === true ? languages : adviceUnlessNew
  return { category, severity, cwe, securitySeverity, confidence, languages, blocks: isBlocking, newCodeOnlyLanguages }
}

const titleOf = (name: string) => (name.endsWith('/*') ? 'any other rule of this engine' : name.slice(name.indexOf('/') + 1).replace(/[-/]/g, ' '))
