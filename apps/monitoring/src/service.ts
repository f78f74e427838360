import type { Health } from '@elder/lifecycle'
import { countDeadLetters, messagingMigration, startOutboxRelay } from '@elder/messaging'
import { openDatabase, readMigrations } from '@elder/postgres'
import { startService, type Running } from '@elder/service'
import type { Telemetry } from '@elder/telemetry'
import pkg from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import { hearHeartbeats, subscriptions, type Listener } from './consumers.ts'
import { diagnose } from './diagnosis.ts'
import { every } from './every.ts'
import { measureHealth } from './metrics.ts'
import { createParked, type Ledger } from './parked.ts'
import { createPolicies } from './policies.ts'
import { createRecords } from './records.ts'
import { implementMonitoring, implementParkedMessages } from './rpc.ts'
import { createSightings, type Sighting, type Sightings } from './sightings.ts'
import { postgresRecords, prune } from './store.ts'
import { createTransitions } from './transitions.ts'

const lookEveryMs = 1_000
const countParkedEveryMs = 2_000
const pruneEveryMs = 3_600_000

export type RunningService = Running<{ rpcPort: number }>

export function start(config: Config): Promise<RunningService> {
  // No dependency is required: health is requested when things fail, and is answered from memory.
  return startService({ name: 'monitoring', version: pkg.version, config, principalSecret: config.rpc.principalSecret }, async ({ telemetry, logger, health, broker, depend, onStop, verifyKeysAt, serve }) => {
    const sightings = createSightings()
    const listener = hearHeartbeats(broker, sightings)
    onStop('heartbeats', () => listener.stop())
    const ourselves = observeOurselves(telemetry, health)
    let parked: number | undefined
    const counting = every(countParkedEveryMs, async () => {
      parked = await countDeadLetters(broker).catch(() => undefined)
    })
    onStop('counting of parked messages', () => counting.stop())
    const diagnoseNow = () => diagnose({ ...observe(sightings, listener, ourselves()), parked }, Date.now())
    measureHealth(telemetry.metrics, diagnoseNow)

    const records = createRecords({ onFailure: (error) => logger.warn({ err: error }, 'health changes cannot be recorded; they are kept and tried again') })
    const transitions = createTransitions()
    const policies = createPolicies(telemetry.metrics)
    let ledger: Ledger | undefined
    const opening = new AbortController()
    const opened = openDatabase(config.postgres, {
      telemetry,
      dependency: depend('postgres'),
      schema: 'monitoring',
      migrations: [messagingMigration, ...readMigrations(new URL('../migrations', import.meta.url))],
      signal: opening.signal,
    }).then((database) => {
      const relay = startOutboxRelay({ database, broker, telemetry })
      const store = postgresRecords(database, policies.counts, () => relay.nudge())
      records.attach(store)
      ledger = {
        async record(tell, act) {
          const done = await database.transaction(async (tx) => {
            await tell(tx)
            return act()
          })
          relay.nudge()
          return done
        },
      }
      const consumers = broker.consume(subscriptions(store))
      const pruning = every(pruneEveryMs, () => prune(database, config.countsKeptDays).catch((error: unknown) => logger.warn({ err: error }, 'old counts could not be pruned')))
      return async () => {
        pruning.stop()
        await consumers.drain()
        await relay.stop()
        await database.close()
      }
    })
    // An error that waiting does not fix, such as a schema written by a newer version: health continues from memory and reports it.
    opened.catch((error: unknown) => {
      if (!opening.signal.aborted) logger.error({ err: error }, 'postgres cannot be used: health changes and counts are not recorded')
    })
    onStop('database', async () => {
      opening.abort()
      const close = await opened.catch(() => undefined)
      await close?.()
    })

    const looking = every(lookEveryMs, async () => {
      records.add(transitions.follow(diagnoseNow(), Date.now()))
      await records.flush()
    })
    onStop('looking', async () => {
      looking.stop()
      await records.flush()
    })

    return serve(config.rpc, [implementMonitoring(diagnoseNow, records), implementParkedMessages(createParked(broker, () => ledger, () => new Date()))], verifyKeysAt(config.authAddress))
  })
}

/** Our own heartbeat is computed locally, so that it needs no broker. */
function observeOurselves(telemetry: Telemetry, health: Health): () => Sighting {
  const startedAt = new Date()
  return () => {
    const { ready, dependencies } = health.snapshot()
    const { service, instance, version } = telemetry
    return { seenAt: Date.now(), heartbeat: { service, instance, version, startedAt, ready, dependencies: dependencies.map((each) => ({ ...each })), stopping: false } }
  }
}

function observe(sightings: Sightings, listener: Listener, ourselves: Sighting) {
  const others = sightings.list().filter(({ heartbeat }) => heartbeat.instance !== ourselves.heartbeat.instance)
  return { sightings: [...others, ourselves], listeningSince: listener.since }
}
