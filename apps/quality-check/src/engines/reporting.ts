import type { Diagnostic } from '../finding.ts'
import { briefly, oneLine } from '../finding.ts'
import type { Report, RuleInfo } from '../rules/rule.ts'
import type { Language } from '../source-file.ts'
import type { LineIndex } from './line-index.ts'

/** Converts a report of one of our rules to a diagnostic. */
export function toDiagnostic(rule: RuleInfo, at: { readonly start: number; readonly end: number }, report: Report, lines: LineIndex): Diagnostic {
  const { message, fix, flow, edits, minutes, advice } = report
  return {
    engine: 'elder',
    rule: rule.id,
    ...lines.range(at.start, at.end),
    message: oneLine(message ?? rule.title),
    fix: briefly(fix ?? rule.fix),
    ...(flow !== undefined && { flow }),
    ...(edits !== undefined && { edits, editsAreSafe: true }),
    ...(advice !== undefined && { advice }),
    ...((minutes ?? rule.minutes) !== undefined && { minutes: minutes ?? (rule.minutes as number) }),
  }
}

/** The remedy in the words of a language, where it has words of its own. */
export const fixIn = (language: Language, { fixInPython }: RuleInfo): Pick<Report, 'fix'> => (language === 'python' && fixInPython !== undefined ? { fix: fixInPython } : {})
