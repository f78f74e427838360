import { messagingMigration, startOutboxRelay } from '@elder/messaging'
import { openDatabase, readMigrations } from '@elder/postgres'
import { startService, type Running } from '@elder/service'
import pkg from '../package.json' with { type: 'json' }
import { createActs } from './acts.ts'
import { createAudit } from './audit.ts'
import type { Config } from './config.ts'
import { subscriptions } from './consumers.ts'
import { Directory } from './directory.ts'
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

export type RunningService = Running<{ rpcPort: number }>

export function start(config: Config): Promise<RunningService> {
  return startService({ name: 'auth', version: pkg.version, config, principalSecret: config.rpc.principalSecret }, async ({ telemetry, broker, depend, onStop, serve }) => {
    const database = await openDatabase(config.postgres, {
      telemetry,
      dependency: depend('postgres', { required: true }),
      schema: 'auth',
      migrations: [messagingMigration, ...readMigrations(new URL('../migrations', import.meta.url))],
    })
    onStop('database', () => database.close())
    const relay = startOutboxRelay({ database, broker, telemetry })
    onStop('outbox relay', () => relay.stop())

    await requireSamePepper(database, config.pepper)
    const headKey = headKeyFrom(config.pepper)
    const head = await prepareLedger(database, headKey)
    if (!head || !isSigned(headKey, head)) telemetry.logger.error('the audit ledger does not end as it was signed: see `elder audit verify`')

    const metrics = createMetrics(telemetry.metrics)
    const now = () => new Date()
    const acts = createActs(database, headKey, () => relay.nudge())
    const store = createDirectoryStore(database, acts)
    const directory = new Directory(store, config.pepper, now)
    const teams = createTeams(createTeamStore(database, acts), now)
    const policyStore = createPolicyStore(database, acts)
    const policies = createUsagePolicies(policyStore, policyStore.appliesTo, now)
    const usage = createUsage(createUsageStore(database), policyStore.appliesTo, now, metrics.counted)
    const settingStore = createSettingStore(database, acts)
    const settings = createSettings(settingStore, now)
    const verify = createVerifier(store, config.pepper, now, metrics.verified)
    const audit = createAudit(createAuditStore(database, headKey), headKey, metrics.recorded)

    const served = await serve(config.rpc, implementations({ verify, directory, teams, policies, usage, settings, audit }), async (key) => (await verify(key)).principal)
    const keeper = startSettingsKeeper({ broker, store: settingStore, telemetry })
    onStop('settings keeper', () => keeper.stop())
    const consumers = broker.consume(subscriptions(audit, usage, keeper))
    onStop('consumers', () => consumers.drain())
    return served
  })
}
