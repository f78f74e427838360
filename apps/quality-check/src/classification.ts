import type { Finding } from './finding.ts'
import type { Seen } from './fingerprint.ts'
import { applyPolicy, levelByName, type GatePolicy } from './policy.ts'
import type { Weights } from './policy/settings.ts'
import { fixTexts } from './rules/fix-texts.ts'
import { ruleFor, type Rule } from './rules/rule-table.ts'
import type { FileClass } from './source-file.ts'

/** Judges what the engines said by the rule table and the policy. */
export function classify(diagnostics: readonly Seen[], fileClass: FileClass, policy: GatePolicy, weights: readonly Weights[]): Finding[] {
  return diagnostics.flatMap((diagnostic) => {
    const name = `${diagnostic.engine}/${diagnostic.rule}`
    const { inTests, inDocs, onRequest, ...rule } = ruleFor(name)
    // Tests hand around what nobody decides: a guess about it helps no one.
    if (fileClass === 'test' && diagnostic.advice === true) return []
    const softened = fileClass === 'test' ? inTests : fileClass === 'docs' ? (inDocs ?? (inTests === 'off' ? undefined : inTests)) : undefined
    // A policy that names the rule has the last word.
    if ((softened === 'off' || onRequest) && levelByName(weights, name) === undefined) return []
    const { advice, ...said } = diagnostic
    const judged = { ...rule, ...(typeof softened === 'object' && softened) }
    const { category, severity, cwe = '', securitySeverity = 0, confidence, minutes } = advice === true ? asAdvice(judged) : judged
    const finding = applyPolicy(policy, weights, { ...(minutes !== undefined && { minutes }), ...said, fix: fixTexts[name] ?? said.fix, rule: name, category, severity, cwe, securitySeverity, blocker: false, ...(confidence !== undefined && { confidence }) })
    return finding === undefined ? [] : [finding]
  })
}

/** What is said with less certainty than the rule promises: it stays below all that fails a criterion. */
function asAdvice<T extends Pick<Rule, 'severity' | 'securitySeverity' | 'confidence'>>(rule: T): T {
  return { ...rule, severity: 'note', confidence: 'low', ...(rule.securitySeverity !== undefined && { securitySeverity: Math.min(rule.securitySeverity, 3.9) }) }
}
