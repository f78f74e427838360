import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { EnvReader, type Env } from '@elder/config'
import { readAdminSettings } from '@elder/lifecycle'
import { readBrokerSettings } from '@elder/messaging'
import { faultText, loadProviders, type LoadedProvider } from '@elder/providers'
import { readRedisSettings } from '@elder/redis'
import { readTelemetrySettings } from '@elder/telemetry'
import pkg from '../package.json' with { type: 'json' }

export const version = pkg.version

/** All settings of the edge. */
export type Config = ReturnType<typeof loadConfig>

const minute = 60_000

export function loadConfig(env: Env) {
  const e = new EnvReader(env, 'ELDER_EDGE_PROXY_')
  const providersFile = e.string('PROVIDERS_FILE', { fallback: '' })
  const config = {
    telemetry: readTelemetrySettings(e, env),
    admin: readAdminSettings(e, 7200),
    broker: readBrokerSettings(e),
    redis: readRedisSettings(e),
    principalSecret: e.secret('PRINCIPAL_SECRET'),
    http: {
      host: e.string('HTTP_HOST', { fallback: '127.0.0.1' }),
      port: e.int('HTTP_PORT', { min: 0, max: 65_535, fallback: 8420 }),
      bodyLimitBytes: e.int('BODY_LIMIT_BYTES', { min: 1_024, max: 256 * 1024 * 1024, fallback: 32 * 1024 * 1024 }),
      /** Memory for request bodies over 64 KiB; beyond it they are refused. A quarter is reserved for bodies up to 1 MiB. */
      bodiesInHandBytes: e.int('BODIES_IN_HAND_BYTES', { min: 1024 * 1024, max: 64 * 1024 * 1024 * 1024, fallback: 256 * 1024 * 1024 }),
      /** Several edges on this machine listen on the same port, and the kernel distributes new connections (SO_REUSEPORT). */
      sharesPort: e.boolean('SHARE_PORT', { fallback: false }),
      /** A client that reads nothing of its answer for this long is disconnected. */
      stallMs: e.int('STALL_MS', { min: 100, max: 60 * minute, fallback: 3 * minute }),
      /** A client gets this long to send its headers, and three times as long for the whole request. */
      headersTimeoutMs: e.int('HEADERS_TIMEOUT_MS', { min: 100, max: 5 * minute, fallback: 20_000 }),
      /** A silent stream gets a comment line this often. */
      keepAliveMs: e.int('KEEP_ALIVE_MS', { min: 10, max: minute, fallback: 15_000 }),
      /** Answers under way get this long when the process is told to stop. */
      drainMs: e.int('DRAIN_MS', { min: 0, max: 10 * minute, fallback: 20_000 }),
      /** A check by /mcp that takes longer continues as a job, and the answer is its id. Clients wait a minute for a tool. */
      toolWaitMs: e.int('TOOL_WAIT_MS', { min: 50, max: 55_000, fallback: 40_000 }),
      /** The address that clients use, if it differs from the one the edge listens on: https://elder.example. */
      publicUrl: addresses('PUBLIC_URL', e)[0],
      /** Issuers of access tokens, named in the metadata of /mcp. None: only Elder's keys are used. */
      authorizationServers: addresses('AUTHORIZATION_SERVERS', e),
      /** Origins of web pages that may use /mcp, in addition to those of this machine. */
      allowedOrigins: listOf(e.string('ALLOWED_ORIGINS', { fallback: '' })),
    },
    addresses: {
      auth: e.address('AUTH_ADDRESS', { fallback: '127.0.0.1:7101' }),
      qualityCheck: e.address('QUALITY_CHECK_ADDRESS', { fallback: '127.0.0.1:7103' }),
      sageConsultation: e.address('SAGE_CONSULTATION_ADDRESS', { fallback: '127.0.0.1:7104' }),
      cache: e.address('CACHE_ADDRESS', { fallback: '127.0.0.1:7102' }),
      monitoring: e.address('MONITORING_ADDRESS', { fallback: '127.0.0.1:7105' }),
    },
    spool: {
      directory: resolve(e.string('SPOOL_DIRECTORY')),
      /** Spools of edges that will not run again: this edge publishes their facts. */
      left: listOf(e.string('LEFT_SPOOLS', { fallback: '' })).map((directory) => resolve(directory)),
      maxBytes: e.int('SPOOL_MAX_BYTES', { min: 64 * 1024, max: 4 * 1024 * 1024 * 1024, fallback: 64 * 1024 * 1024 }),
    },
    answers: {
      /** How long cached answers are kept. */
      ttlMs: e.int('ANSWER_TTL_MS', { min: 1_000, max: 30 * 24 * 60 * minute, fallback: 24 * 60 * minute }),
      /** How long a request waits for the lookup before it goes to its provider. */
      lookupMs: e.int('ANSWER_LOOKUP_MS', { min: 5, max: 10_000, fallback: 50 }),
    },
    /** For keys without a limit of their own. */
    requestsPerMinute: e.int('REQUESTS_PER_MINUTE', { min: 1, max: 100_000_000, fallback: 6_000 }),
    /** Reserved under limits of tokens and cost for a request that names no maximum. */
    defaultOutputTokens: e.int('DEFAULT_OUTPUT_TOKENS', { min: 1, max: 10_000_000, fallback: 4_096 }),
    /** A request waits about this long for Redis; then this edge counts alone. */
    limitsTimeoutMs: e.int('LIMITS_TIMEOUT_MS', { min: 10, max: 10_000, fallback: 1_000 }),
    /** For each client address, of requests without a key. */
    anonymousRequestsPerMinute: e.int('ANONYMOUS_REQUESTS_PER_MINUTE', { min: 1, max: 100_000_000, fallback: 600 }),
    providers: readProvidersFile(providersFile, (line) => e.fault(`ELDER_EDGE_PROXY_PROVIDERS_FILE ${line}`)),
    /** Empty: providers come from the live setting only. */
    providersFile: providersFile === '' ? '' : resolve(providersFile),
    /** The folder of the files that the live setting names. */
    providerKeysDirectory: resolve(e.string('PROVIDER_KEYS_DIRECTORY', { fallback: providersFile === '' ? '.' : dirname(providersFile) })),
    upstream: {
      /** Maximum time until a provider's stream begins. */
      firstByteTimeoutMs: e.int('FIRST_BYTE_TIMEOUT_MS', { min: 50, max: 60 * minute, fallback: 2 * minute }),
      /** Maximum time until a provider's answer in one piece begins, which is after it has been generated completely. */
      wholeAnswerTimeoutMs: e.int('WHOLE_ANSWER_TIMEOUT_MS', { min: 50, max: 60 * minute, fallback: 10 * minute }),
      /** Maximum time between two chunks of an answer. */
      idleTimeoutMs: e.int('IDLE_TIMEOUT_MS', { min: 50, max: 60 * minute, fallback: 2 * minute }),
      /** Maximum length of a stream. */
      longestStreamMs: e.int('LONGEST_STREAM_MS', { min: 1_000, max: 24 * 60 * minute, fallback: 60 * minute }),
      connectionsPerProvider: e.int('CONNECTIONS_PER_PROVIDER', { min: 1, max: 100_000, fallback: 10_000 }),
      /** The usual variables for a proxy. */
      proxies: {
        httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? '',
        httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? '',
        noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
      },
    },
  }
  e.done()
  return config
}

/** The providers in the file at the start; problems are passed to `fault`. */
function readProvidersFile(file: string, fault: (line: string) => void): readonly LoadedProvider[] {
  if (file === '') return []
  try {
    const { providers, faults } = loadProviders(readFileSync(file, 'utf8'), { directory: dirname(resolve(file)), allowAbsolute: true })
    for (const problem of faults) fault(`names ${file}, where ${faultText(problem)}`)
    return providers
  } catch (error) {
    fault(`cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
}

/** A list of URLs, without trailing slashes. */
function addresses(name: string, e: EnvReader): string[] {
  const urls = listOf(e.string(name, { fallback: '' }))
  for (const url of urls) if (!/^https?:\/\/[^/?#\s]+(\/[^?#\s]*)?$/.test(url)) e.fault(`ELDER_EDGE_PROXY_${name} must be an http or https address, got ${JSON.stringify(url)}`)
  return urls.map((url) => (url.endsWith('/') ? url.slice(0, -1) : url))
}

function listOf(text: string): string[] {
  return text.split(',').map((each) => each.trim()).filter((each) => each !== '')
}
