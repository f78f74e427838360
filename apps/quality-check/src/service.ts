import { AuthServiceDefinition } from '@elder/contracts/auth'
import { CacheServiceDefinition } from '@elder/contracts/cache'
import { Health, serveAdmin, Teardown, type Service } from '@elder/lifecycle'
import { connectBroker, messagingMigration, startHeartbeat, startOutboxRelay } from '@elder/messaging'
import { openDatabase, readMigrations } from '@elder/postgres'
import { createResultCache } from '@elder/result-cache'
import { connectRpc, serveRpc, verifyKeyBy } from '@elder/rpc'
import { createTelemetry } from '@elder/telemetry'
import pkg from '../package.json' with { type: 'json' }
import { createAdmission } from './admission.ts'
import { createCheckRun, type CheckRunOptions } from './check-run.ts'
import { createChecks } from './checks.ts'
import type { Config } from './config.ts'
import { engineVersions } from './engine-versions.ts'
import { createOxlint, installedOxlint } from './engines/oxlint.ts'
import { createWorkerPool } from './engines/worker-pool.ts'
import { createFileCache } from './file-cache.ts'
import { createMetrics } from './metrics.ts'
import { createNearCache } from './near-cache.ts'
import { createPolicies } from './policies.ts'
import { openRecords } from './history/records.ts'
import { createEditCoverage } from './repository/edit-coverage.ts'
import { startRepositoryChecks } from './repository/start.ts'
import { implementation } from './rpc.ts'
import { createSweeper } from './sweeper.ts'

export interface RunningService extends Service {
  readonly rpcPort: number
  readonly adminPort: number
}

// Beside this file under its own name, as source and as bundle.
const entryOf = (name: string) => new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
const engineStartLimitMs = 10_000

export async function start(config: Config): Promise<RunningService> {
  const telemetry = await createTelemetry('quality-check', pkg.version, config.telemetry)
  const teardown = new Teardown(telemetry.logger)
  teardown.add('telemetry', () => telemetry.shutdown())
  try {
    const { logger } = telemetry
    const { principalSecret } = config.rpc
    const health = new Health()
    const admin = await serveAdmin(config.admin, health, telemetry)
    teardown.add('admin port', () => admin.close())

    const admission = createAdmission(config.queue)
    const timeLimitMs = config.engines.fileTimeLimitMs
    const oxlint = createOxlint({ server: installedOxlint(), timeLimitMs, startLimitMs: engineStartLimitMs, onEnded: (reason) => metrics.engineEnded('oxlint', reason) })
    teardown.add('oxlint', () => oxlint.close())
    const workerEntry = entryOf('analysis-worker')
    const pool = createWorkerPool({ entry: workerEntry, threads: config.engines.threads, timeLimitMs, startLimitMs: engineStartLimitMs, onReplaced: (reason) => metrics.engineEnded('worker', reason) })
    teardown.add('worker threads', () => pool.close())
    const metrics = createMetrics(telemetry.metrics, { waitingFiles: () => admission.waitingFiles, busyThreads: () => pool.busy })
    const policies = createPolicies(telemetry.metrics)
    const sweeper = createSweeper(() => admission.waitingFiles > 0 || pool.busy > 0)
    teardown.add('sweeper', () => sweeper.close())

    const broker = connectBroker(config.broker, { telemetry, dependency: health.depend('nats', { required: false }) })
    teardown.add('broker', () => broker.close())
    const records = openRecords({
      open: (signal) =>
        openDatabase(config.postgres, {
          telemetry,
          dependency: health.depend('postgres', { required: true }),
          schema: 'quality',
          migrations: [messagingMigration, ...readMigrations(new URL('../migrations', import.meta.url))],
          signal,
        }),
      relay: (database) => startOutboxRelay({ database, broker, telemetry }),
      policy: policies.postgres,
      logger,
      retentionDays: config.retentionDays,
      onLost: metrics.recordsLost,
    })
    teardown.add('database', () => records.close())
    const cacheClient = connectRpc(CacheServiceDefinition, config.cacheAddress, { telemetry, principalSecret, dependency: health.depend('cache', { required: false }) })
    teardown.add('cache client', () => cacheClient.close())
    const authClient = connectRpc(AuthServiceDefinition, config.authAddress, { telemetry, principalSecret, dependency: health.depend('auth', { required: false }) })
    teardown.add('auth client', () => authClient.close())

    const runOptions: CheckRunOptions = {
      engines: { oxlint, pool, onBug: (error) => logger.error({ err: error }, 'an engine failed in an unforeseen way') },
      engineVersions: engineVersions(workerEntry),
      cache: createFileCache(createResultCache(cacheClient, policies.cache, telemetry), createNearCache(config.nearCacheBytes)),
      record: records.add,
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
      readBaseline: records.readBaseline,
    })
    const repositories = startRepositoryChecks({ config: config.repositories, broker, records, runOptions, logger, thread: repositoryThread })
    teardown.add('repository checks', () => repositories.stop())
    const rpc = await serveRpc(config.rpc, { telemetry, health, implementations: [implementation({ check, secrets: { pool, admission }, repositories: repositories.checks, database: records.database, now: runOptions.now })], verifyKey: verifyKeyBy(authClient, telemetry.service) })
    teardown.add('rpc', () => rpc.drain())
    const heartbeat = startHeartbeat({ broker, telemetry, health })
    teardown.add('heartbeat', () => heartbeat.stop())

    health.started()
    logger.info({ rpcPort: rpc.port, adminPort: admin.port }, 'started')
    return {
      rpcPort: rpc.port,
      adminPort: admin.port,
      stop() {
        health.draining()
        return teardown.run()
      },
    }
  } catch (error) {
    await teardown.run()
    throw error
  }
}
