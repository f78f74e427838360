import type { Finding } from './finding.ts'
import type { Seen } from './fingerprint.ts'
import { applyPolicy, levelByName, levelFor, type GatePolicy } from './policy.ts'
import type { Weights } from './policy/settings.ts'
import { fixTexts, messageTexts } from './rules/fix-texts.ts'
import { ruleFor, type Rule } from './rules/rule-table.ts'
import type { FileClass, Language } from './source-file.ts'

/** Where diagnostics were found, as far as rules are milder in some places. */
export interface FindingPlace {
  readonly fileClass: FileClass
  readonly language: Language | undefined
  /** The check is of a whole repository, and does not say which lines are new. */
  readonly wholeRepository: boolean
}

type Judged = Omit<Rule, 'inTests' | 'inDocs' | 'adviceUnlessNew' | 'onRequest'>

/** Judges what the engines said by the rule table and the policy. */
export function classify(diagnostics: readonly Seen[], { fileClass, language, wholeRepository }: FindingPlace, policy: GatePolicy, weights: readonly Weights[]): Finding[] {
  return diagnostics.flatMap((diagnostic) => {
    const name = `${diagnostic.engine}/${diagnostic.rule}`
    const { inTests, inDocs, adviceUnlessNew, onRequest, ...rule } = ruleFor(name)
    // Tests pass values of unknown types around: guesses about them are noise.
    if (fileClass === 'test' && diagnostic.advice === true) return []
    const softened = fileClass === 'test' ? inTests : fileClass === 'docs' ? (inDocs ?? (inTests === 'off' ? undefined : inTests)) : undefined
    // A policy that names the rule has the last word.
    if ((softened === 'off' || onRequest) && levelByName(weights, name) === undefined) return []
    const { advice, ...said } = diagnostic
    const judged = { ...rule, ...(typeof softened === 'object' && softened) }
    const ofNewCode = advice === true ? asAdvice(judged) : judged
    const finding = findingOf(ofNewCode)
    const isAdvice = advice === 'unless_new' || adviceUnlessNew === true || (language !== undefined && adviceUnlessNew?.includes(language) === true)
    if (finding === undefined || !isAdvice || !wholeRepository || levelFor(weights, name, rule.category) !== undefined) return finding ?? []
    const mild = findingOf(asAdvice(judged)) ?? finding
    return finding.blocker && !mild.blocker ? { ...mild, newCodeBlocker: true } : mild

    function findingOf({ category, severity, cwe = '', securitySeverity = 0, confidence, minutes }: Judged): Finding | undefined {
      return applyPolicy(policy, weights, { ...(minutes !== undefined && { minutes }), ...said, message: messageTexts[name] ?? said.message, fix: fixTexts[name] ?? said.fix, rule: name, category, severity, cwe, securitySeverity, blocker: false, ...(confidence !== undefined && { confidence }) })
    }
  })
}

/** What is said with less certainty than the rule promises: it stays below all that fails a criterion. */
function asAdvice<T extends Pick<Rule, 'severity' | 'securitySeverity' | 'confidence'>>(rule: T): T {
  return { ...rule, severity: 'note', confidence: 'low', ...(rule.securitySeverity !== undefined && { securitySeverity: Math.min(rule.securitySeverity, 3.9) }) }
}
