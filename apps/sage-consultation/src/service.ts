import { CacheServiceDefinition } from '@elder/contracts/cache'
import { messagingMigration, startOutboxRelay } from '@elder/messaging'
import { openDatabase, readMigrations } from '@elder/postgres'
import { createResultCache } from '@elder/result-cache'
import { startService, type Running } from '@elder/service'
import pkg from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import { createConsultations } from './consultation.ts'
import { createKnowledgeBase } from './knowledge.ts'
import { createMetrics } from './metrics.ts'
import { createPolicies } from './policies.ts'
import { Repositories } from './repositories.ts'
import { implementations } from './rpc.ts'
import { createSages } from './sages.ts'
import { createSecretFinder } from './secrets.ts'
import { createWords } from './words.ts'

export type RunningService = Running<{ rpcPort: number }>

export function start(config: Config): Promise<RunningService> {
  return startService({ name: 'sage-consultation', version: pkg.version, config, principalSecret: config.rpc.principalSecret }, async ({ telemetry, logger, broker, depend, onStop, connect, verifyKeysAt, serve }) => {
    const cacheClient = connect(CacheServiceDefinition, config.cacheAddress, 'cache')
    const database = await openDatabase(config.postgres, {
      telemetry,
      dependency: depend('postgres', { required: true }),
      schema: 'sage',
      migrations: [messagingMigration, ...readMigrations(new URL('../migrations', import.meta.url))],
    })
    onStop('database', () => database.close())
    const relay = startOutboxRelay({ database, broker, telemetry })
    onStop('outbox relay', () => relay.stop())
    const announced = () => relay.nudge()

    const metrics = createMetrics(telemetry.metrics)
    const policies = createPolicies(telemetry.metrics)
    const words = createWords()
    const knowledge = createKnowledgeBase({ database, words, announced, now: () => new Date() })
    const repositories = new Repositories({ database, words, metrics, logger, announced, findSecret: createSecretFinder() })
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

    return serve(config.rpc, implementations({ database, words, knowledge, repositories, consult }), verifyKeysAt(config.authAddress))
  })
}
