import { AuditServiceDefinition, AuthServiceDefinition, VerifyKeyRequest } from '@elder/contracts/auth'
import { SettingsServiceDefinition } from '@elder/contracts/auth-settings'
import { UsageServiceDefinition } from '@elder/contracts/auth-usage'
import { HealthDefinition } from '@elder/contracts/health'
import { CacheServiceDefinition } from '@elder/contracts/cache'
import { MonitoringServiceDefinition } from '@elder/contracts/monitoring'
import { ParkedMessageServiceDefinition } from '@elder/contracts/monitoring-parked'
import { QualityCheckServiceDefinition } from '@elder/contracts/quality'
import { ConsultationServiceDefinition, KnowledgeServiceDefinition, RepositoryServiceDefinition } from '@elder/contracts/sage'
import { openSpool } from '@elder/messaging'
import { followSettings, openProviders, requireUsable } from '@elder/providers'
import { openRedis } from '@elder/redis'
import { createResultCache } from '@elder/result-cache'
import { serviceCall } from '@elder/rpc'
import { startService, type Running } from '@elder/service'
import { createAdmission, createCounting } from './admission.ts'
import { AnswerCache } from './answer-cache/answer-cache.ts'
import { createAnswerCacheMetrics } from './answer-cache/metrics.ts'
import type { Accepted, Ended } from './audit.ts'
import { AuditBuffer } from './audit-buffer.ts'
import { BodyBudget } from './body-budget.ts'
import { version, type Config } from './config.ts'
import { openHttpServer } from './http-server.ts'
import { createGuard } from './guardrails/guard.ts'
import { createGuardMetrics } from './guardrails/metrics.ts'
import { Identity } from './identity.ts'
import { createAnonymousLimit } from './limits/anonymous.ts'
import { Limits } from './limits/limits.ts'
import { linkSettings } from './limits/redis-link.ts'
import { createServiceAvailability } from './mcp/service-availability.ts'
import { createMetrics } from './metrics.ts'
import { createOriginGuard } from './origin.ts'
import { createPolicies } from './policies.ts'
import { createRouter } from './router.ts'
import { routes } from './routes.ts'

export type RunningService = Running<{ url: string; port: number }>

export function start(config: Config): Promise<RunningService> {
  const options = { name: 'edge-proxy', version, config, principalSecret: config.principalSecret, closeTimeoutMs: config.http.drainMs + 5_000 }
  return startService(options, async ({ telemetry, logger, health, broker, depend, onStop, connect }) => {
    const metrics = createMetrics(telemetry.metrics)
    const policies = createPolicies(telemetry.metrics)

    const redis = openRedis(config.redis, { telemetry, dependency: depend('redis'), answerWithinMs: config.limitsTimeoutMs })
    onStop('redis', () => redis.quit())
    for (const directory of config.spool.left) {
      const left = await openSpool<Accepted, Ended>({ directory, maxBytes: config.spool.maxBytes, telemetry, createBuffer: () => new AuditBuffer(broker) })
      onStop('left spool', () => left.close())
    }
    const spool = await openSpool<Accepted, Ended>({ ...config.spool, telemetry, createBuffer: () => new AuditBuffer(broker) })
    onStop('spool', () => spool.close())

    const { addresses } = config
    const auth = connect(AuthServiceDefinition, addresses.auth, 'auth')
    const audit = connect(AuditServiceDefinition, addresses.auth, 'auth')
    const usage = connect(UsageServiceDefinition, addresses.auth, 'auth')
    const platformSettings = connect(SettingsServiceDefinition, addresses.auth, 'auth')
    const quality = connect(QualityCheckServiceDefinition, addresses.qualityCheck, 'quality-check')
    const consultation = connect(ConsultationServiceDefinition, addresses.sageConsultation, 'sage-consultation')
    const knowledge = connect(KnowledgeServiceDefinition, addresses.sageConsultation, 'sage-consultation')
    const repositories = connect(RepositoryServiceDefinition, addresses.sageConsultation, 'sage-consultation')
    const cache = connect(CacheServiceDefinition, addresses.cache, 'cache')
    const monitoring = connect(MonitoringServiceDefinition, addresses.monitoring, 'monitoring')
    const parked = connect(ParkedMessageServiceDefinition, addresses.monitoring, 'monitoring')
    const healthClients = { 'elder.quality.': connect(HealthDefinition, addresses.qualityCheck), 'elder.sage.': connect(HealthDefinition, addresses.sageConsultation) }

    const providers = openProviders(config.providers, { upstream: config.upstream, logger })
    onStop('providers', () => providers.close())
    const source = followSettings({
      file: config.providersFile,
      keysDirectory: config.providerKeysDirectory,
      watch: (listener) => broker.watchSetting('providers', listener),
      providers,
      health: depend('provider-settings'),
      logger,
      checkEveryMs: 1_000,
    })
    onStop('provider settings', () => source.stop())

    const verify = (key: string) => policies.auth.execute((signal) => auth.verifyKey(VerifyKeyRequest.create({ key }), serviceCall('edge-proxy', 3_000, signal)))
    const identity = new Identity({ verify, broker, metrics })
    onStop('identity', () => identity.stop())
    const limits = new Limits({
      redis,
      metrics: metrics.limits,
      logger,
      settings: { requestsPerMinute: config.requestsPerMinute, defaultOutputTokens: config.defaultOutputTokens },
      link: linkSettings,
      ask: async (counters) => (await policies.usage.execute((signal) => usage.getUsage({ counters }, serviceCall('edge-proxy', 1_000, signal)))).counters,
    })
    onStop('limits', () => limits.close())
    const guard = createGuard({
      findSecrets: async (texts, call) => (await policies.secrets.execute((signal) => quality.findSecrets({ texts }, { ...call, signal }), call.signal)).matches,
      metrics: createGuardMetrics(telemetry.metrics),
    })
    const answers = new AnswerCache({ cache: createResultCache(cache, policies.answers, telemetry), settings: config.answers, metrics: createAnswerCacheMetrics(telemetry.metrics) })
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
        requireUsable: { providers: (valueJson) => requireUsable(valueJson, { directory: config.providerKeysDirectory, allowAbsolute: false }) },
        knowledge,
        repositories,
        quality,
        monitoring,
        parked,
        policy: policies.monitoring,
        check: (request, call) => quality.check({ ...request, batched: true }, call),
        consult: (request, call) => consultation.consult(request, call),
        availability: createServiceAvailability({ healthClients }),
        countRequest: createCounting(limits),
        toolWaitMs,
        publicUrl,
        authorizationServers,
      }),
    )
    const bodies = new BodyBudget(config.http.bodiesInHandBytes, metrics.bodyBytes)
    const http = await openHttpServer(config.http, { spool, telemetry, metrics, bodies, router, admit, stallMs: config.http.stallMs })
    onStop('http', () => http.drain())
    return { url: http.url, port: http.port }
  })
}
