import { CacheServiceDefinition } from '@elder/contracts/cache'
import { messagingMigration, startOutboxRelay } from '@elder/messaging'
import { openDatabase, readMigrations } from '@elder/postgres'
import { createResultCache } from '@elder/result-cache'
import { startService, type Running } from '@elder/service'
import pkg from '../package.json' with { type: 'json' }
import { createAdmission } from './admission.ts'
import { createCheckRun, type CheckRunOptions } from './check-run.ts'
import { createChecks } from './checks.ts'
import type { Config } from './config.ts'
import { engineVersions } from './engine-versions.ts'
import { installedOxlint, Oxlint } from './engines/oxlint.ts'
import { createWorkerPool } from './engines/worker-pool.ts'
import { createFileCache } from './file-cache.ts'
import { createMetrics } from './metrics.ts'
import { createNearCache } from './near-cache.ts'
import { createPolicies } from './policies.ts'
import { Records } from './history/records.ts'
import { createEditCoverage } from './repository/edit-coverage.ts'
import { createEditImports } from './repository/edit-imports.ts'
import { startRepositoryChecks } from './repository/start.ts'
import { implementation } from './rpc.ts'
import { createSweeper } from './sweeper.ts'

export type RunningService = Running<{ rpcPort: number }>

// The build puts each worker's entry file next to this one, under the same name.
const entryOf = (name: string) => new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
const engineStartLimitMs = 10_000

export function start(config: Config): Promise<RunningService> {
  return startService({ name: 'quality-check', version: pkg.version, config, principalSecret: config.rpc.principalSecret }, async ({ telemetry, logger, broker, depend, onStop, connect, verifyKeysAt, serve }) => {
    const admission = createAdmission(config.queue)
    const timeLimitMs = config.engines.fileTimeLimitMs
    const oxlint = new Oxlint({ server: installedOxlint(), timeLimitMs, startLimitMs: engineStartLimitMs, onEnded: (reason) => metrics.engineEnded('oxlint', reason) })
    onStop('oxlint', () => oxlint.close())
    const workerEntry = entryOf('analysis-worker')
    const pool = createWorkerPool({ entry: workerEntry, threads: config.engines.threads, timeLimitMs, startLimitMs: engineStartLimitMs, onReplaced: (reason) => metrics.engineEnded('worker', reason) })
    onStop('worker threads', () => pool.close())
    const metrics = createMetrics(telemetry.metrics, { waitingFiles: () => admission.waitingFiles, busyThreads: () => pool.busy })
    const policies = createPolicies(telemetry.metrics)
    const sweeper = createSweeper(() => admission.waitingFiles > 0 || pool.busy > 0, pool.sweep)
    onStop('sweeper', () => sweeper.close())

    const records = new Records({
      open: (signal) =>
        openDatabase(config.postgres, {
          telemetry,
          dependency: depend('postgres', { required: true }),
          schema: 'quality',
          migrations: [messagingMigration, ...readMigrations(new URL('../migrations', import.meta.url))],
          signal,
        }),
      relay: (database) => startOutboxRelay({ database, broker, telemetry }),
      policy: policies.postgres,
      telemetry,
      retentionDays: config.retentionDays,
      onLost: metrics.recordsLost,
    })
    onStop('database', () => records.close())
    const cacheClient = connect(CacheServiceDefinition, config.cacheAddress, 'cache')

    const runOptions: CheckRunOptions = {
      engines: { oxlint, pool, onBug: (error) => logger.error({ err: error }, 'an engine failed in an unforeseen way') },
      engineVersions: engineVersions(workerEntry),
      cache: createFileCache(createResultCache(cacheClient, policies.cache, telemetry), createNearCache(config.nearCacheBytes)),
      record: (completed) => records.add(completed),
      onCompleted(check) {
        metrics.completed(check)
        sweeper.ended(check.files)
      },
      now: () => new Date(),
    }
    const repositoryThread = { entry: entryOf('repository-worker'), timeLimitMs: config.repositories.stageTimeLimitMs }
    const check = createChecks({
      run: createCheckRun(runOptions),
      admission,
      readReports: createEditCoverage(repositoryThread),
      judgeImports: createEditImports(pool),
      readBaseline: (repository) => records.readBaseline(repository),
    })
    const repositories = startRepositoryChecks({ config: config.repositories, broker, records, runOptions, logger, thread: repositoryThread })
    onStop('repository checks', () => repositories.stop())
    return serve(config.rpc, [implementation({ check, secrets: { pool, admission }, repositories: repositories.checks, database: () => records.database(), now: runOptions.now })], verifyKeysAt(config.authAddress))
  })
}
