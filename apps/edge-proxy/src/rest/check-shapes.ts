import {
  CheckMode,
  CheckState,
  Criterion,
  FileStatus,
  FindingState,
  Severity,
  Verdict,
  type CheckRecord,
  type CriterionResult,
  type FileResult,
  type Finding,
  type FlowStep,
  type Progress,
  type Report,
  type RuleDescription,
  type SuppressedFinding,
  type TextEdit,
  type TrackedFinding,
} from '@elder/contracts/quality'
import { unlessEmpty } from './shapes.ts'

// Converts the messages of the quality contract into the JSON of the public interface.

const verdictNames: Record<Verdict, string> = {
  [Verdict.VERDICT_UNSPECIFIED]: 'not_evaluated',
  [Verdict.VERDICT_PASS]: 'pass',
  [Verdict.VERDICT_FAIL]: 'fail',
  [Verdict.VERDICT_NOT_EVALUATED]: 'not_evaluated',
  [Verdict.UNRECOGNIZED]: 'not_evaluated',
}

const criterionNames: Record<Criterion, string> = {
  [Criterion.CRITERION_UNSPECIFIED]: 'unknown',
  [Criterion.CRITERION_ROOT_CAUSE]: 'root_cause',
  [Criterion.CRITERION_DEPENDENCIES]: 'dependencies',
  [Criterion.CRITERION_COVERAGE]: 'coverage',
  [Criterion.CRITERION_SECURITY]: 'security',
  [Criterion.CRITERION_PERFORMANCE]: 'performance',
  [Criterion.CRITERION_MAINTAINABILITY]: 'maintainability',
  [Criterion.UNRECOGNIZED]: 'unknown',
}

const severityNames: Record<Severity, string> = {
  [Severity.SEVERITY_UNSPECIFIED]: 'note',
  [Severity.SEVERITY_ERROR]: 'error',
  [Severity.SEVERITY_WARNING]: 'warning',
  [Severity.SEVERITY_NOTE]: 'note',
  [Severity.UNRECOGNIZED]: 'note',
}

const modeNames: Record<CheckMode, string> = {
  [CheckMode.CHECK_MODE_UNSPECIFIED]: 'unknown',
  [CheckMode.CHECK_MODE_NEW_CODE]: 'new_code',
  [CheckMode.CHECK_MODE_WHOLE_FILE]: 'whole_file',
  [CheckMode.CHECK_MODE_BASELINE]: 'baseline',
  [CheckMode.UNRECOGNIZED]: 'unknown',
}

const checkStateNames: Record<CheckState, string> = {
  [CheckState.CHECK_STATE_UNSPECIFIED]: 'unknown',
  [CheckState.CHECK_STATE_COLLECTING]: 'collecting',
  [CheckState.CHECK_STATE_WAITING]: 'waiting',
  [CheckState.CHECK_STATE_RUNNING]: 'running',
  [CheckState.CHECK_STATE_COMPLETED]: 'completed',
  [CheckState.CHECK_STATE_FAILED]: 'failed',
  [CheckState.CHECK_STATE_CANCELLED]: 'cancelled',
  [CheckState.UNRECOGNIZED]: 'unknown',
}

const findingStateNames: Record<FindingState, string> = {
  [FindingState.FINDING_STATE_UNSPECIFIED]: 'unknown',
  [FindingState.FINDING_STATE_NEW]: 'new',
  [FindingState.FINDING_STATE_EXISTING]: 'existing',
  [FindingState.FINDING_STATE_FIXED]: 'fixed',
  [FindingState.FINDING_STATE_REOPENED]: 'reopened',
  [FindingState.UNRECOGNIZED]: 'unknown',
}

/** The values that clients send. */
export const modes = { new_code: CheckMode.CHECK_MODE_NEW_CODE, whole_file: CheckMode.CHECK_MODE_WHOLE_FILE, baseline: CheckMode.CHECK_MODE_BASELINE } as const
export const findingStates = {
  open: FindingState.FINDING_STATE_UNSPECIFIED,
  new: FindingState.FINDING_STATE_NEW,
  existing: FindingState.FINDING_STATE_EXISTING,
  fixed: FindingState.FINDING_STATE_FIXED,
  reopened: FindingState.FINDING_STATE_REOPENED,
} as const

const stepShape = ({ line, column, endLine, endColumn, message }: FlowStep) => ({ line, column, endLine, endColumn, message })
const editShape = ({ line, column, endLine, endColumn, text }: TextEdit) => ({ line, column, endLine, endColumn, text })

export const findingShape = (finding: Finding) => ({
  file: finding.file,
  line: finding.line,
  column: finding.column,
  endLine: finding.endLine,
  endColumn: finding.endColumn,
  rule: finding.rule,
  engine: finding.engine,
  category: criterionNames[finding.category],
  severity: severityNames[finding.severity],
  ...unlessEmpty('cwe', finding.cwe),
  message: finding.message,
  ...unlessEmpty('fix', finding.fix),
  ...(finding.securitySeverity > 0 && { securitySeverity: finding.securitySeverity }),
  ...(finding.flow.length > 0 && { flow: finding.flow.map(stepShape) }),
  ...unlessEmpty('fingerprint', finding.fingerprint),
  ...(finding.edits.length > 0 && { edits: finding.edits.map(editShape), editsAreSafe: finding.editsAreSafe }),
  ...unlessEmpty('confidence', finding.confidence),
  blocks: finding.blocks,
  ...(finding.blocksNewCode && { blocksNewCode: true }),
  ...(finding.minutes > 0 && { minutes: finding.minutes }),
})

const suppressedShape = ({ finding, justification }: SuppressedFinding) => ({ ...(finding && findingShape(finding)), justification })

export const fileShape = (file: FileResult) => ({
  path: file.path,
  cached: file.cached,
  status: file.status === FileStatus.FILE_STATUS_CHECKED ? ('checked' as const) : ('not_analysed' as const),
  ...unlessEmpty('reason', file.reason),
  existingFindings: file.existingFindings,
  suppressedFindings: file.suppressedFindings,
  ...(file.suppressed.length > 0 && { suppressed: file.suppressed.map(suppressedShape) }),
})

const criterionShape = (criterion: CriterionResult) => ({
  name: criterionNames[criterion.criterion],
  score: criterion.score ?? null,
  threshold: criterion.threshold,
  verdict: verdictNames[criterion.verdict],
  ...unlessEmpty('reason', criterion.reason),
  evidence: criterion.evidence.map(({ name, value, source }) => ({ name, value, ...unlessEmpty('source', source) })),
})

export const reportShape = (report: Report) => ({
  version: 1,
  ...unlessEmpty('checkId', report.checkId),
  verdict: verdictNames[report.verdict],
  mode: modeNames[report.mode],
  policyHash: report.policyHash,
  criteria: report.criteria.map(criterionShape),
  ...(report.newCodeBlockers > 0 && { newCodeBlockers: report.newCodeBlockers }),
})

export const progressShape = ({ stage, done, total }: Progress) => ({ stage, done, total })

export const recordShape = (record: CheckRecord) => ({
  checkId: record.checkId,
  repository: record.repository,
  ...unlessEmpty('subject', record.subject),
  state: checkStateNames[record.state],
  ...unlessEmpty('reason', record.reason),
  mode: modeNames[record.mode],
  wholeRepository: record.wholeRepository,
  files: record.files,
  cachedFiles: record.cachedFiles,
  notAnalysedFiles: record.notAnalysedFiles,
  findings: record.findings,
  at: record.at,
  ...(record.progress && { progress: progressShape(record.progress) }),
  ...(record.report && { report: reportShape(record.report) }),
})

export const trackedShape = ({ finding, state, firstSeenAt, lastSeenAt, fixedAt }: TrackedFinding) => ({
  ...(finding && findingShape(finding)),
  state: findingStateNames[state],
  firstSeenAt,
  lastSeenAt,
  ...(fixedAt && { fixedAt }),
})

export const ruleShape = (rule: RuleDescription) => ({
  rule: rule.rule,
  title: rule.title,
  ...unlessEmpty('why', rule.why),
  ...unlessEmpty('fix', rule.fix),
  category: criterionNames[rule.category],
  severity: severityNames[rule.severity],
  ...unlessEmpty('cwe', rule.cwe),
  ...(rule.securitySeverity > 0 && { securitySeverity: rule.securitySeverity }),
  ...unlessEmpty('confidence', rule.confidence),
  blocks: rule.blocks,
  ...(rule.newCodeOnlyLanguages.length > 0 && { newCodeOnlyLanguages: rule.newCodeOnlyLanguages }),
  languages: rule.languages,
  ...unlessEmpty('badExample', rule.badExample),
  ...unlessEmpty('goodExample', rule.goodExample),
})
