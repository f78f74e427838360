import { VerifyKeyRequest, AuditServiceDefinition, AuthServiceDefinition } from '@elder/contracts/auth'
import { SettingsServiceDefinition } from '@elder/contracts/auth-settings'
import { UsageServiceDefinition } from '@elder/contracts/auth-usage'
import { HealthDefinition } from '@elder/contracts/health'
import { CacheServiceDefinition } from '@elder/contracts/cache'
import { MonitoringServiceDefinition } from '@elder/contracts/monitoring'
import { QualityCheckServiceDefinition } from '@elder/contracts/quality'
import { ConsultationServiceDefinition, KnowledgeServiceDefinition, RepositoryServiceDefinition } from '@elder/contracts/sage'
import { Health, serveAdmin, Teardown, type Service } from '@elder/lifecycle'
import { connectBroker, openSpool, startHeartbeat } from '@elder/messaging'
import { followSettings, openProviders } from '@elder/providers'
import { openRedis } from '@elder/redis'
import { createResultCache } from '@elder/result-cache'
import { connectRpc, serviceCall } from '@elder/rpc'
import { createTelemetry } from '@elder/telemetry'
import { createAdmission, createCounting } from './admission.ts'
import { createAnswerCache } from './answer-cache/answer-cache.ts'
import { createAnswerCacheMetrics } from './answer-cache/metrics.ts'
import type { Accepted, Ended } from './audit.ts'
import { auditParcels } from './audit-parcel.ts'
import { BodyBudget } from './body-budget.ts'
import { version, type Config } from './config.ts'
import { openDoor } from './door.ts'
import { createGuard } from './guardrails/guard.ts'
import { createGuardMetrics } from './guardrails/metrics.ts'
import { createIdentity } from './identity.ts'
import { createAnonymousLimit } from './limits/anonymous.ts'
import { createLimits } from './limits/limits.ts'
import { linkSettings } from './limits/redis-link.ts'
import { createOffers } from './mcp/offers.ts'
import { createMetrics } from './metrics.ts'
import { createOriginGuard } from './origin.ts'
import { createPolicies } from './policies.ts'
import { createRouter } from './router.ts'
import { routes } from './routes.ts'

export interface RunningService extends Service {
  readonly url: string
  readonly port: number
  readonly adminPort: number
}

export async function start(config: Config): Promise<RunningService> {
  const telemetry = await createTelemetry('edge-proxy', version, config.telemetry)
  const { logger } = telemetry
  const teardown = new Teardown(logger, config.http.drainMs + 5_000)
  teardown.add('telemetry', () => telemetry.shutdown())
  try {
    const health = new Health()
    const admin = await serveAdmin(config.admin, health, telemetry)
    teardown.add('admin port', () => admin.close())
    const metrics = createMetrics(telemetry.metrics)
    const policies = createPolicies(telemetry.metrics)

    const broker = connectBroker(config.broker, { telemetry, dependency: health.depend('nats', { required: false }) })
    teardown.add('broker', () => broker.close())
    const redis = openRedis(config.redis, { telemetry, dependency: health.depend('redis', { required: false }) })
    teardown.add('redis', () => redis.quit())
    for (const directory of config.spool.left) {
      const left = await openSpool<Accepted, Ended>({ directory, maxBytes: config.spool.maxBytes, telemetry, parcel: auditParcels(broker) })
      teardown.add('left spool', () => left.close())
    }
    const spool = await openSpool<Accepted, Ended>({ ...config.spool, telemetry, parcel: auditParcels(broker) })
    teardown.add('spool', () => spool.close())

    const rpcOptions = (name: string) => ({ telemetry, principalSecret: config.principalSecret, dependency: health.depend(name, { required: false }) })
    const authOptions = rpcOptions('auth')
    const sageOptions = rpcOptions('sage-consultation')
    const { addresses } = config
    const auth = connectRpc(AuthServiceDefinition, addresses.auth, authOptions)
    const audit = connectRpc(AuditServiceDefinition, addresses.auth, authOptions)
    const usage = connectRpc(UsageServiceDefinition, addresses.auth, authOptions)
    const platformSettings = connectRpc(SettingsServiceDefinition, addresses.auth, authOptions)
    const quality = connectRpc(QualityCheckServiceDefinition, addresses.qualityCheck, rpcOptions('quality-check'))
    const consultation = connectRpc(ConsultationServiceDefinition, addresses.sageConsultation, sageOptions)
    const knowledge = connectRpc(KnowledgeServiceDefinition, addresses.sageConsultation, sageOptions)
    const repositories = connectRpc(RepositoryServiceDefinition, addresses.sageConsultation, sageOptions)
    const cache = connectRpc(CacheServiceDefinition, addresses.cache, rpcOptions('cache'))
    const monitoring = connectRpc(MonitoringServiceDefinition, addresses.monitoring, rpcOptions('monitoring'))
    const askOf = (address: string) => connectRpc(HealthDefinition, address, { telemetry, principalSecret: config.principalSecret })
    const askers = { 'elder.quality.': askOf(addresses.qualityCheck), 'elder.sage.': askOf(addresses.sageConsultation) }
    for (const client of [auth, audit, usage, platformSettings, quality, consultation, knowledge, repositories, monitoring, cache, ...Object.values(askers)]) teardown.add('rpc client', () => client.close())

    const providers = openProviders(config.providers, { upstream: config.upstream, logger })
    teardown.add('providers', () => providers.close())
    const source = followSettings({
      file: config.providersFile,
      keysDirectory: config.providerKeysDirectory,
      watch: (listener) => broker.watchSetting('providers', listener),
      providers,
      health: health.depend('provider-settings', { required: false }),
      logger,
      checkEveryMs: 1_000,
    })
    teardown.add('provider settings', () => source.stop())

    const verify = (key: string) => policies.auth.execute((signal) => auth.verifyKey(VerifyKeyRequest.create({ key }), serviceCall('edge-proxy', 3_000, signal)))
    const identity = createIdentity({ verify, broker, metrics })
    teardown.add('identity', () => identity.stop())
    const limits = createLimits({
      redis,
      metrics: metrics.limits,
      logger,
      settings: { requestsPerMinute: config.requestsPerMinute, defaultOutputTokens: config.defaultOutputTokens },
      link: { ...linkSettings, timeoutMs: config.limitsTimeoutMs },
      ask: async (counters) => (await policies.usage.execute((signal) => usage.getUsage({ counters }, serviceCall('edge-proxy', 1_000, signal)))).counters,
    })
    teardown.add('limits', () => limits.close())
    const guard = createGuard({
      findSecrets: async (texts, call) => (await policies.secrets.execute((signal) => quality.findSecrets({ texts }, { ...call, signal }), call.signal)).matches,
      metrics: createGuardMetrics(telemetry.metrics),
    })
    const answers = createAnswerCache({ cache: createResultCache(cache, policies.answers, telemetry), settings: config.answers, metrics: createAnswerCacheMetrics(telemetry.metrics) })
    const { bodyLimitBytes, keepAliveMs, toolWaitMs, publicUrl, authorizationServers } = config.http
    const admit = createAdmission({ identity, limits, limitAnonymous: createAnonymousLimit(config.anonymousRequestsPerMinute), guardOrigin: createOriginGuard(config.http) })
    const router = createRouter(
      routes({
        settings: { ...config.upstream, keepAliveMs },
        bodyLimitBytes,
        keepAliveMs,
        telemetry,
        metrics,
        health,
        version,
        providers,
        guard,
        limits,
        answers,
        auth,
        audit,
        usage,
        platformSettings,
        knowledge,
        repositories,
        quality,
        monitoring,
        policy: policies.monitoring,
        check: (request, call) => quality.check({ ...request, batched: true }, call),
        consult: (request, call) => consultation.consult(request, call),
        offers: createOffers({ askers }),
        countRequest: createCounting(limits),
        toolWaitMs,
        publicUrl,
        authorizationServers,
      }),
    )
    const bodies = new BodyBudget(config.http.bodiesInHandBytes, metrics.bodyBytes)
    const door = await openDoor(config.http, { spool, telemetry, metrics, bodies, router, admit, stallMs: config.http.stallMs })
    teardown.add('door', () => door.drain())
    const heartbeat = startHeartbeat({ broker, telemetry, health })
    teardown.add('heartbeat', () => heartbeat.stop())

    health.started()
    logger.info({ url: door.url, adminPort: admin.port, providers: config.providers.map(({ name }) => name) }, 'started')
    return {
      url: door.url,
      port: door.port,
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
