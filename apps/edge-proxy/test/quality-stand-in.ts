import {
  CheckMode,
  CheckRecord,
  CheckState,
  Criterion,
  FileResult,
  FileStatus,
  Finding,
  FindingState,
  QualityCheckServiceDefinition,
  RuleDescription,
  Severity,
  Verdict,
  type CheckRequest,
  type CheckResponse,
  type Report,
  type WatchRepositoryCheckRequest,
  type WatchRepositoryCheckResponse,
} from '@elder/contracts/quality'
import { ServiceError } from '@elder/errors'
import { implement, type Implementation } from '@elder/rpc'
import type { Noted, StandInServices } from './services.ts'

const at = new Date(1_800_000_000_000)

/** Answers like the quality service, with made-up findings. */
export function qualityStandIn(noted: Noted, services: StandInServices): Implementation {
  return implement(QualityCheckServiceDefinition, {
    check(request, call) {
      services.calls.push({ method: 'check', request, call })
      return services.check(request, call)
    },
    checkAtOnce: () => Promise.reject(new ServiceError('unimplemented', 'the door asks for streams')),
    // oxlint-disable-next-line require-yield -- the door opens no sessions
    async *editSession() {
      throw new ServiceError('unimplemented', 'the door opens no sessions')
    },
    createRepositoryCheck: noted('createRepositoryCheck', () => ({ checkId: 'c7' })),
    addRepositoryFiles: noted('addRepositoryFiles', ({ files }) => ({ files: files.length + 10 })),
    startRepositoryCheck: noted('startRepositoryCheck', () => ({})),
    watchRepositoryCheck(request, call) {
      services.calls.push({ method: 'watchRepositoryCheck', request, call })
      return services.watch(request, call)
    },
    cancelRepositoryCheck: noted('cancelRepositoryCheck', () => ({})),
    getCheck: noted('getCheck', ({ checkId }) => {
      if (checkId !== 'c7') throw new ServiceError('not_found', `check ${checkId} does not exist`, { reason: 'CHECK_UNKNOWN' })
      return { check: record }
    }),
    listChecks: noted('listChecks', () => ({ checks: [record], nextPageToken: 'next' })),
    listFindings: noted('listFindings', () => ({ findings: [{ finding: flaw('src/a.py'), state: FindingState.FINDING_STATE_REOPENED, firstSeenAt: at, lastSeenAt: at, fixedAt: undefined }], nextPageToken: '' })),
    getReportPage: noted('getReportPage', () => ({ contentType: 'text/html; charset=utf-8', page: '<!doctype html><title>Quality</title>' })),
    setBaseline: noted('setBaseline', () => ({ findings: 12 })),
    async findSecrets({ texts }) {
      services.searched.push(...texts)
      return services.findSecrets(texts)
    },
    listRules: noted('listRules', () => ({
      rules: [RuleDescription.fromPartial({ rule: 'elder/empty-catch', title: 'Swallowed error', why: 'It hides failures.', fix: 'Handle it.', category: Criterion.CRITERION_ROOT_CAUSE, severity: Severity.SEVERITY_ERROR, confidence: 'high', blocks: true, languages: ['javascript'], newCodeOnlyLanguages: ['javascript'], badExample: 'try { f() } catch {}' })],
    })),
  })
}

const record = CheckRecord.fromPartial({ checkId: 'c7', repository: 'r1', subject: 'dev', state: CheckState.CHECK_STATE_RUNNING, mode: CheckMode.CHECK_MODE_WHOLE_FILE, files: 3, findings: 1, at, progress: { stage: 'files', done: 1, total: 3 }, wholeRepository: true })

const flaw = (file: string): Finding =>
  Finding.fromPartial({ file, line: 3, column: 7, endLine: 3, endColumn: 11, rule: 'ruff/S307', engine: 'ruff', category: Criterion.CRITERION_SECURITY, severity: Severity.SEVERITY_ERROR, cwe: 'CWE-95', message: 'eval of input', securitySeverity: 9, fingerprint: 'f1' })

const result = (path: string): FileResult => FileResult.fromPartial({ path, status: FileStatus.FILE_STATUS_CHECKED })

const report: Report = {
  checkId: 'c1',
  verdict: Verdict.VERDICT_FAIL,
  policyHash: 'p1',
  mode: CheckMode.CHECK_MODE_WHOLE_FILE,
  newCodeBlockers: 0,
  criteria: [
    { criterion: Criterion.CRITERION_SECURITY, score: 12.5, threshold: 90, verdict: Verdict.VERDICT_FAIL, reason: '', evidence: [{ name: 'lines', value: 120, source: '' }] },
    { criterion: Criterion.CRITERION_COVERAGE, threshold: 95, verdict: Verdict.VERDICT_NOT_EVALUATED, reason: 'no report', evidence: [] },
  ],
}

/** One finding in every file. */
export async function* fault({ files }: CheckRequest): AsyncGenerator<CheckResponse> {
  for (const { path } of files) {
    yield { event: { $case: 'finding', value: flaw(path) } }
    yield { event: { $case: 'file', value: result(path) } }
  }
  yield { event: { $case: 'report', value: report } }
}

/** The same in the background. */
export async function* watchFault({ checkId }: WatchRepositoryCheckRequest): AsyncGenerator<WatchRepositoryCheckResponse> {
  yield { event: { $case: 'progress', value: { stage: 'files', done: 1, total: 1 } } }
  yield { event: { $case: 'finding', value: flaw('src/a.py') } }
  yield { event: { $case: 'file', value: result('src/a.py') } }
  yield { event: { $case: 'report', value: { ...report, checkId } } }
}
