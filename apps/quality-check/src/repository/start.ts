import { runRepositoryCheck } from '@elder/contracts'
import { onJob, type Broker } from '@elder/messaging'
import type { Logger } from '@elder/telemetry'
import type { CheckRunOptions } from '../check-run.ts'
import type { Config } from '../config.ts'
import { createFileRuns } from '../file-run.ts'
import type { Records } from '../history/records.ts'
import { openChangeSignals } from './change-signals.ts'
import { createRepositoryCheckStore } from './check-store.ts'
import { RepositoryJob } from './job.ts'
import { createJobStore } from './job-store.ts'
import { dependencyAnalyser } from './dependencies/dependency-analyser.ts'
import { coverageAnalyser, duplicationAnalyser } from './analysers.ts'
import { shellScriptAnalyser } from './scripts.ts'
import type { ThreadOptions } from './thread.ts'
import { typeAnalyser } from './types/type-analyser.ts'
import { openVulnerabilities } from './vulnerabilities/vulnerabilities.ts'
import { RepositoryChecks } from './repository-checks.ts'

export interface RunningRepositoryChecks {
  readonly checks: RepositoryChecks
  /** Takes no more jobs, and leaves the running one to another instance. */
  stop(): Promise<void>
}

export interface RepositoryChecksParts {
  readonly config: Config['repositories']
  readonly broker: Broker
  readonly records: Records
  readonly runOptions: CheckRunOptions
  readonly logger: Logger
  readonly thread: ThreadOptions
}

const sweepEveryMs = 3_600_000
const firstSweepMs = 60_000

/** Starts the calls about repository checks and the jobs that run them. */
export function startRepositoryChecks({ config, broker, records, runOptions, logger, thread }: RepositoryChecksParts): RunningRepositoryChecks {
  const signals = openChangeSignals(broker)
  const store = createRepositoryCheckStore(() => records.database())
  const vulnerabilities = openVulnerabilities({ path: config.osvPath, ...thread, logger })
  const analysers = [duplicationAnalyser(config.stageTimeLimitMs), shellScriptAnalyser(config.shellcheck, config.stageTimeLimitMs), dependencyAnalyser(vulnerabilities), coverageAnalyser]
  const job = new RepositoryJob({
    store: createJobStore(() => records.database()),
    signals,
    runFiles: createFileRuns(runOptions),
    readBaseline: (repository) => records.readBaseline(repository),
    thread,
    analysersFor: ({ scope, deep }) => (scope === 'files' ? [coverageAnalyser] : [...analysers, ...(deep ? [typeAnalyser(config.stageTimeLimitMs)] : [])]),
    onCompleted: (check) => {
      records.relay()
      runOptions.onCompleted(check)
    },
    now: runOptions.now,
  })
  const consumers = broker.consume([
    onJob(runRepositoryCheck, 'quality-check-repositories', ({ checkId }, delivery) => job.run(checkId, delivery), { concurrency: config.jobs, deadlineMs: config.jobTimeLimitMs, takeOverMs: config.takeOverMs }),
  ])
  const sweep = () => store.sweep().catch((error: unknown) => logger.warn({ err: error }, 'held files of old checks could not be deleted; the next attempt is in an hour'))
  const timer = setInterval(() => void sweep(), sweepEveryMs)
  const first = setTimeout(() => void sweep(), firstSweepMs)
  for (const each of [timer, first]) each.unref()
  return {
    checks: new RepositoryChecks({ store, signals, quota: config.quota, onStarted: () => records.relay() }),
    async stop() {
      clearInterval(timer)
      clearTimeout(first)
      await consumers.drain()
      await vulnerabilities.close()
      signals.close()
    },
  }
}
