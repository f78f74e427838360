import { CheckMode as WireMode, Criterion, type FileResult, FileStatus, type Finding as WireFinding, type Report, type CriterionResult, Severity as WireSeverity, Verdict as WireVerdict } from '@elder/contracts/quality'
import type { Analysis } from './analysis.ts'
import type { CompletedCheck, FileReport } from './check-run.ts'
import type { CriterionName, Finding, Severity } from './finding.ts'
import type { CheckMode } from './policy/settings.ts'
import type { CriterionOutcome, Verdict } from './scoring/criterion.ts'

// Conversions between domain types and the contract's.

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

const statusToWire: Readonly<Record<Analysis['status'], FileStatus>> = {
  checked: FileStatus.FILE_STATUS_CHECKED,
  not_analysed: FileStatus.FILE_STATUS_NOT_ANALYSED,
}

export function outcomeToWire({ criterion, score, threshold, verdict, reason, evidence }: CriterionOutcome): CriterionResult {
  return { criterion: criterionToWire[criterion], score, threshold, verdict: verdictToWire[verdict], reason, evidence: [...evidence] }
}

export const modeToWire: Readonly<Record<CheckMode, WireMode>> = {
  new_code: WireMode.CHECK_MODE_NEW_CODE,
  whole_file: WireMode.CHECK_MODE_WHOLE_FILE,
  baseline: WireMode.CHECK_MODE_BASELINE,
}

/** Undefined for what is unspecified, or of a later version. */
export function modeFromWire(mode: WireMode): CheckMode | undefined {
  return (Object.keys(modeToWire) as CheckMode[]).find((name) => modeToWire[name] === mode)
}

export function findingToWire(path: string, finding: Finding): WireFinding {
  const { line, column, endLine, endColumn, rule, engine, category, severity, cwe, message, fix, securitySeverity, flow, fingerprint, edits, editsAreSafe, confidence, blocker, newCodeBlocker, minutes } = finding
  return {
    file: path,
    line,
    column,
    endLine,
    endColumn,
    rule,
    engine,
    category: criterionToWire[category],
    severity: severityToWire[severity],
    cwe,
    message,
    fix,
    securitySeverity,
    flow: flow === undefined ? [] : [...flow],
    fingerprint,
    edits: edits === undefined ? [] : [...edits],
    editsAreSafe: editsAreSafe === true,
    confidence: confidence ?? '',
    blocks: blocker,
    blocksNewCode: newCodeBlocker === true,
    minutes: minutes ?? 0,
  }
}

export function fileToWire({ path, cached, status, reason, existing, suppressed, silenced }: FileReport): FileResult {
  return {
    path,
    cached,
    status: statusToWire[status],
    reason,
    existingFindings: existing,
    suppressedFindings: suppressed,
    suppressed: silenced.map((each) => ({ finding: findingToWire(path, each.finding), justification: each.reason })),
  }
}

export function reportToWire({ id, verdict, policyHash, criteria, mode, newCodeBlockers }: Pick<CompletedCheck, 'id' | 'verdict' | 'policyHash' | 'criteria' | 'mode' | 'newCodeBlockers'>): Report {
  return { checkId: id, verdict: verdictToWire[verdict], policyHash, criteria: criteria.map(outcomeToWire), mode: modeToWire[mode], newCodeBlockers }
}
