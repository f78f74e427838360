import { AuthServiceDefinition } from '@elder/contracts/auth'
import { CacheServiceDefinition } from '@elder/contracts/cache'
import { Health, serveAdmin, Teardown, type Service } from '@elder/lifecycle'
import { connectBroker, messagingMigration, startHeartbeat, startOutboxRelay } from '@elder/messaging'
import { openDatabase, readMigrations } from '@elder/postgres'
import { createResultCache } from '@elder/result-cache'
import { connectRpc, serveRpc, verifyKeyBy } from '@elder/rpc'
import { createTelemetry } from '@elder/telemetry'
import pkg from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import { createConsultations } from './consultation.ts'
import { createKnowledgeBase } from './knowledge.ts'
import { createMetrics } from './metrics.ts'
import { createPolicies } from './policies.ts'
import { createRepositories } from './repositories.ts'
import { implementations } from './rpc.ts'
import { createSages } from './sages.ts'
import { createSecretFinder } from './secrets.ts'
import { createWords } from './words.ts'

export interface RunningService extends Service {
  readonly rpcPort: number
  readonly adminPort: number
}

export async function start(config: Config): Promise<RunningService> {
  const telemetry = await createTelemetry('sage-consultation', pkg.version, config.telemetry)
  const { logger } = telemetry
  const teardown = new Teardown(logger)
  teardown.add('telemetry', () => telemetry.shutdown())
  try {
    const health = new Health()
    const admin = await serveAdmin(config.admin, health, telemetry)
    teardown.add('admin port', () => admin.close())

    const broker = connectBroker(config.broker, { telemetry, dependency: health.depend('nats', { required: false }) })
    teardown.add('broker', () => broker.close())
    const { principalSecret } = config.rpc
    const authClient = connectRpc(AuthServiceDefinition, config.authAddress, { telemetry, principalSecret, dependency: health.depend('auth', { required: false }) })
    teardown.add('auth client', () => authClient.close())
    const cacheClient = connectRpc(CacheServiceDefinition, config.cacheAddress, { telemetry, principalSecret, dependency: health.depend('cache', { required: false }) })
    teardown.add('cache client', () => cacheClient.close())
    const database = await openDatabase(config.postgres, {
      telemetry,
      dependency: health.depend('postgres', { required: true }),
      schema: 'sage',
      migrations: [messagingMigration, ...readMigrations(new URL('../migrations', import.meta.url))],
    })
    teardown.add('database', () => database.close())
    const relay = startOutboxRelay({ database, broker, telemetry })
    teardown.add('outbox relay', () => relay.stop())
    const announced = () => relay.nudge()

    const metrics = createMetrics(telemetry.metrics)
    const policies = createPolicies(telemetry.metrics)
    const words = createWords()
    const knowledge = createKnowledgeBase({ database, words, announced, now: () => new Date() })
    const repositories = createRepositories({ database, words, metrics, logger, announced, findSecret: createSecretFinder() })
    const consult = createConsultations({
      database,
      words,
      metrics,
      logger,
      announced,
      sages: createSages(words),
      cache: createResultCache(cacheClient, policies.cache, telemetry),
      defaultDeadlineMs: config.consultationDeadlineMs,
      version: pkg.version,
    })

    const rpc = await serveRpc(config.rpc, {
      telemetry,
      health,
      implementations: implementations({ database, words, knowledge, repositories, consult }),
      verifyKey: verifyKeyBy(authClient, telemetry.service),
    })
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
