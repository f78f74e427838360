import { Health, serveAdmin, Teardown, type Service } from '@elder/lifecycle'
import { connectBroker, messagingMigration, startHeartbeat, startOutboxRelay } from '@elder/messaging'
import { openDatabase, readMigrations } from '@elder/postgres'
import { serveRpc } from '@elder/rpc'
import { createTelemetry } from '@elder/telemetry'
import pkg from '../package.json' with { type: 'json' }
import { createActs } from './acts.ts'
import { createAudit } from './audit.ts'
import type { Config } from './config.ts'
import { subscriptions } from './consumers.ts'
import { createDirectory } from './directory.ts'
import { createDirectoryStore } from './directory-store.ts'
import { createAuditStore, prepareLedger } from './ledger-store.ts'
import { headKeyFrom, isSigned } from './ledger.ts'
import { createMetrics } from './metrics.ts'
import { requireSamePepper } from './pepper-check.ts'
import { implementations } from './rpc.ts'
import { startSettingsKeeper } from './settings-keeper.ts'
import { createSettingStore } from './settings-store.ts'
import { createSettings } from './settings.ts'
import { createTeamStore } from './teams-store.ts'
import { createTeams } from './teams.ts'
import { createPolicyStore } from './usage-policies-store.ts'
import { createUsagePolicies } from './usage-policies.ts'
import { createUsageStore } from './usage-store.ts'
import { createUsage } from './usage.ts'
import { createVerifier } from './verification.ts'

export interface RunningService extends Service {
  readonly rpcPort: number
  readonly adminPort: number
}

export async function start(config: Config): Promise<RunningService> {
  const telemetry = await createTelemetry('auth', pkg.version, config.telemetry)
  const teardown = new Teardown(telemetry.logger)
  teardown.add('telemetry', () => telemetry.shutdown())
  try {
    const health = new Health()
    const admin = await serveAdmin(config.admin, health, telemetry)
    teardown.add('admin port', () => admin.close())

    const broker = connectBroker(config.broker, { telemetry, dependency: health.depend('nats', { required: false }) })
    teardown.add('broker', () => broker.close())
    const database = await openDatabase(config.postgres, {
      telemetry,
      dependency: health.depend('postgres', { required: true }),
      schema: 'auth',
      migrations: [messagingMigration, ...readMigrations(new URL('../migrations', import.meta.url))],
    })
    teardown.add('database', () => database.close())
    const relay = startOutboxRelay({ database, broker, telemetry })
    teardown.add('outbox relay', () => relay.stop())

    await requireSamePepper(database, config.pepper)
    const headKey = headKeyFrom(config.pepper)
    const head = await prepareLedger(database, headKey)
    if (!head || !isSigned(headKey, head)) telemetry.logger.error('the audit ledger does not end as it was signed: see `elder audit verify`')

    const metrics = createMetrics(telemetry.metrics)
    const now = () => new Date()
    const acts = createActs(database, headKey, () => relay.nudge())
    const store = createDirectoryStore(database, acts)
    const directory = createDirectory(store, config.pepper, now)
    const teams = createTeams(createTeamStore(database, acts), now)
    const policyStore = createPolicyStore(database, acts)
    const policies = createUsagePolicies(policyStore, policyStore.appliesTo, now)
    const usage = createUsage(createUsageStore(database), policyStore.appliesTo, now, metrics.counted)
    const settingStore = createSettingStore(database, acts)
    const settings = createSettings(settingStore, now)
    const verify = createVerifier(store, config.pepper, now, metrics.verified)
    const audit = createAudit(createAuditStore(database, headKey), headKey, metrics.recorded)

    const rpc = await serveRpc(config.rpc, {
      telemetry,
      health,
      implementations: implementations({ verify, directory, teams, policies, usage, settings, audit }),
      verifyKey: async (key) => (await verify(key)).principal,
    })
    teardown.add('rpc', () => rpc.drain())
    const keeper = startSettingsKeeper({ broker, store: settingStore, telemetry })
    teardown.add('settings keeper', () => keeper.stop())
    const consumers = broker.consume(subscriptions(audit, usage, keeper))
    teardown.add('consumers', () => consumers.drain())
    const heartbeat = startHeartbeat({ broker, telemetry, health })
    teardown.add('heartbeat', () => heartbeat.stop())

    health.started()
    telemetry.logger.info({ rpcPort: rpc.port, adminPort: admin.port }, 'started')
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
