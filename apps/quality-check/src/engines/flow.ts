import type { Diagnostic } from '../finding.ts'
import { runFlow } from '../flow/engine.ts'
import type { FlowRule, LanguageModel } from '../flow/flow-rule.ts'
import type { Program } from '../flow/program.ts'
import { LineIndex } from './line-index.ts'
import { fixIn, toDiagnostic } from './reporting.ts'

/** Runs the data-flow rules on a program. Diagnostics with `clears` tell where similar rules of other engines are wrong. Pass the same `rules` array each time: what is derived from it is cached. */
export function checkFlow(program: Program, model: LanguageModel, rules: readonly FlowRule[], text: string): Diagnostic[] {
  const lines = new LineIndex(text)
  const { reports, harmless } = runFlow(program, model, rules)
  const cleared = harmless.map(({ rule, ...at }) => ({ ...toDiagnostic(rule, at, {}, lines), clears: true as const }))
  const found = reports.map((report): Diagnostic => {
    const flow = report.steps.map(({ start, end, message }) => ({ ...lines.range(start, end), message }))
    const diagnostic = toDiagnostic(report.rule, report, { message: report.message, ...fixIn(program.language, report.rule), ...(flow.length > 0 && { flow }) }, lines)
    const isInDoubt = report.certainty === 'possible' || report.rule[program.language]?.doubts?.(text, report.start, report.origin) === true
    return isInDoubt ? { ...diagnostic, advice: true } : diagnostic
  })
  return [...found, ...cleared]
}
