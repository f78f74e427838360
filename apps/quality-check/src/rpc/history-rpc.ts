import { CheckRecord, CheckState, FindingState, TrackedFinding as WireTrackedFinding } from '@elder/contracts/quality'
import { Role } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import type { Database } from '@elder/postgres'
import { requireRole } from '@elder/rpc'
import { getCheck, listChecks, listFindings, setBaseline, type CheckStateName, type FindingStateName, type RecordedCheck, type TrackedFinding } from '../history/history.ts'
import { findingToWire, modeToWire, reportToWire } from '../wire.ts'
import type { QualityMethods } from './methods.ts'

const stateToWire: Readonly<Record<CheckStateName, CheckState>> = {
  collecting: CheckState.CHECK_STATE_COLLECTING,
  waiting: CheckState.CHECK_STATE_WAITING,
  running: CheckState.CHECK_STATE_RUNNING,
  completed: CheckState.CHECK_STATE_COMPLETED,
  failed: CheckState.CHECK_STATE_FAILED,
  cancelled: CheckState.CHECK_STATE_CANCELLED,
}
const findingStateToWire: Readonly<Record<FindingStateName, FindingState>> = {
  new: FindingState.FINDING_STATE_NEW,
  existing: FindingState.FINDING_STATE_EXISTING,
  fixed: FindingState.FINDING_STATE_FIXED,
  reopened: FindingState.FINDING_STATE_REOPENED,
}

/** What is known from checks of before. `database` throws while there is none. */
export const historyMethods = (database: () => Database): Required<Pick<QualityMethods, 'getCheck' | 'listChecks' | 'listFindings' | 'setBaseline'>> => ({
  getCheck: async ({ checkId }) => ({ check: recordToWire(await getCheck(database(), checkId)) }),
  async listChecks({ repository, pageSize, pageToken, wholeRepositoryOnly }) {
    const { items, next } = await listChecks(database(), { repository, wholeOnly: wholeRepositoryOnly }, { size: pageSize, token: pageToken })
    return { checks: items.map(recordToWire), nextPageToken: next }
  },
  async listFindings({ repository, state, pageSize, pageToken }) {
    named(repository)
    const { items, next } = await listFindings(database(), { repository, state: stateFromWire(state) }, { size: pageSize, token: pageToken })
    return { findings: items.map(trackedToWire), nextPageToken: next }
  },
  async setBaseline({ repository }, call) {
    // What it accepts no check fails for any more.
    requireRole(call, Role.ROLE_LEAD)
    named(repository)
    return { findings: await setBaseline(database(), repository) }
  },
})

function named(repository: string): void {
  if (repository === '') throw new ServiceError('invalid_argument', "repository is empty: send the origin URL or the folder's name, as checks do", { field: 'repository' })
}

const stateFromWire = (state: FindingState): FindingStateName | undefined => (Object.keys(findingStateToWire) as FindingStateName[]).find((name) => findingStateToWire[name] === state)

function recordToWire(check: RecordedCheck): CheckRecord {
  const { id, verdict, mode, scope, state, progress, ...rest } = check
  return CheckRecord.fromPartial({
    ...rest,
    checkId: id,
    state: stateToWire[state],
    mode: modeToWire[mode],
    wholeRepository: scope === 'repository',
    progress: progress ?? undefined,
    ...(verdict !== undefined && { report: reportToWire({ ...check, verdict }) }),
  })
}

function trackedToWire({ path, finding, state, ...times }: TrackedFinding): WireTrackedFinding {
  return WireTrackedFinding.fromPartial({ ...times, finding: findingToWire(path, finding), state: findingStateToWire[state] })
}
