import { availableParallelism } from 'node:os'
import { EnvReader, type Env } from '@elder/config'
import { readAdminSettings } from '@elder/lifecycle'
import { readBrokerSettings } from '@elder/messaging'
import { readPostgresSettings } from '@elder/postgres'
import { readRpcSettings } from '@elder/rpc'
import { readTelemetrySettings } from '@elder/telemetry'

export type Config = ReturnType<typeof loadConfig>

export function loadConfig(env: Env) {
  const e = new EnvReader(env, 'ELDER_QUALITY_CHECK_')
  const config = {
    telemetry: readTelemetrySettings(e, env),
    admin: readAdminSettings(e, 7203),
    rpc: readRpcSettings(e, 7103),
    broker: readBrokerSettings(e),
    postgres: readPostgresSettings(e),
    cacheAddress: e.address('CACHE_ADDRESS'),
    /** For callers that come straight, with a key of their own. */
    authAddress: e.address('AUTH_ADDRESS'),
    engines: {
      /** Each loads its own engines: 40-60 MB after its first Python file. */
      threads: e.int('WORKER_THREADS', { min: 1, max: 8, fallback: Math.min(4, Math.max(2, availableParallelism())) }),
      /** Of processor time, for one file in one engine; ten times as long on the clock. Then the file is not analysed and the engine replaced. */
      fileTimeLimitMs: e.int('FILE_TIME_LIMIT_MS', { min: 50, max: 60_000, fallback: 3_000 }),
    },
    /** Of results that were asked for last, kept in this process; 0 keeps none. */
    nearCacheBytes: e.int('NEAR_CACHE_BYTES', { min: 0, max: 1_073_741_824, fallback: 16_777_216 }),
    /** Of checks older than this one a day is kept, of findings fixed before none. */
    retentionDays: e.int('RETENTION_DAYS', { min: 1, max: 3_650, fallback: 90 }),
    repositories: {
      /** Of one check of a whole repository. */
      quota: {
        files: e.int('REPOSITORY_FILES', { min: 1, max: 200_000, fallback: 20_000 }),
        bytes: e.int('REPOSITORY_BYTES', { min: 1_048_576, max: 2_147_483_647, fallback: 268_435_456 }),
        reports: e.int('REPOSITORY_REPORTS', { min: 1, max: 1_000, fallback: 100 }),
      },
      /** Checks of repositories that this instance runs at the same time. */
      jobs: e.int('REPOSITORY_JOBS', { min: 1, max: 8, fallback: 1 }),
      /** Of one job; then it is retried, and continues where it stopped. */
      jobTimeLimitMs: e.int('REPOSITORY_TIME_LIMIT_MS', { min: 10_000, max: 86_400_000, fallback: 1_800_000 }),
      /** How long after an instance was lost another one takes its job over. */
      takeOverMs: e.int('REPOSITORY_TAKE_OVER_MS', { min: 500, max: 600_000, fallback: 30_000 }),
      /** Of one program that analyses a whole repository. */
      stageTimeLimitMs: e.int('REPOSITORY_STAGE_TIME_LIMIT_MS', { min: 1_000, max: 3_600_000, fallback: 300_000 }),
      /** The program; where it is not found nothing is said of shell scripts beyond our own rules. */
      shellcheck: e.string('SHELLCHECK', { fallback: 'shellcheck' }),
      /** An OSV zip, or a folder of OSV records and zips: where known vulnerabilities are looked up. Empty: nowhere, and no check says that there are none. */
      osvPath: e.string('OSV_PATH', { fallback: '' }),
    },
    /** Of all running checks together; what is over is refused with the time to ask again. */
    queue: {
      files: e.int('QUEUE_FILES', { min: 1, max: 100_000, fallback: 12_000 }),
      bytes: e.int('QUEUE_BYTES', { min: 1_048_576, max: 1_073_741_824, fallback: 67_108_864 }),
    },
  }
  e.done()
  return config
}
