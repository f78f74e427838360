import { Criterion, FileStatus, type CriterionResult, Severity as WireSeverity, Verdict as WireVerdict } from '@elder/contracts/quality'
import type { Analysis } from './analysis.ts'
import type { CriterionName, Severity } from './finding.ts'
import type { CriterionOutcome, Verdict } from './scoring/criterion.ts'

// Our words and the contract's numbers for them.

export const verdictToWire: Readonly<Record<Verdict, WireVerdict>> = {
  pass: WireVerdict.VERDICT_PASS,
  fail: WireVerdict.VERDICT_FAIL,
  not_evaluated: WireVerdict.VERDICT_NOT_EVALUATED,
}

export const criterionToWire: Readonly<Record<CriterionName, Criterion>> = {
  root_cause: Criterion.CRITERION_ROOT_CAUSE,
  dependencies: Criterion.CRITERION_DEPENDENCIES,
  coverage: Criterion.CRITERION_COVERAGE,
  security: Criterion.CRITERION_SECURITY,
  performance: Criterion.CRITERION_PERFORMANCE,
  maintainability: Criterion.CRITERION_MAINTAINABILITY,
}

export const severityToWire: Readonly<Record<Severity, WireSeverity>> = {
  error: WireSeverity.SEVERITY_ERROR,
  warning: WireSeverity.SEVERITY_WARNING,
  note: WireSeverity.SEVERITY_NOTE,
}

export const statusToWire: Readonly<Record<Analysis['status'], FileStatus>> = {
  checked: FileStatus.FILE_STATUS_CHECKED,
  not_analysed: FileStatus.FILE_STATUS_NOT_ANALYSED,
}

export function outcomeToWire({ criterion, score, threshold, verdict, reason, evidence }: CriterionOutcome): CriterionResult {
  return { criterion: criterionToWire[criterion], score, threshold, verdict: verdictToWire[verdict], reason, evidence: [...evidence] }
}
