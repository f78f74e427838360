import { Circuit } from './circuit.ts'
import { Connection, type ProxySettings } from './connection.ts'
import { Ejection } from './ejection.ts'
import type { ProviderSettings } from './provider-settings.ts'

/** Settings with what their files hold. */
export interface LoadedProvider extends ProviderSettings {
  readonly key: string | undefined
  /** PEM. */
  readonly ca: string | undefined
}

export interface UpstreamSettings {
  readonly connectionsPerProvider: number
  readonly proxies: ProxySettings
}

const mostCircuits = 1_000

/** What is known of a provider's health. Outlives a change of settings that leaves its address and key as they are. */
export interface Condition {
  readonly circuits: Map<string, Circuit>
  readonly ejection: Ejection
  /** The last that was its own fault. */
  lastFailure: LastFailure | undefined
}

export interface LastFailure {
  readonly atMs: number
  readonly reason: string | undefined
  readonly message: string
}

/** A provider as it is configured at present. */
export class Provider {
  readonly settings: LoadedProvider
  readonly name: string
  readonly origin: string
  readonly host: string
  readonly port: number
  /** Before /chat/completions. */
  readonly basePath: string
  /** Its key and the headers it is configured with, one after the other. */
  readonly headers: readonly string[]
  readonly connection: Connection
  readonly condition: Condition
  #probe: NodeJS.Timeout | undefined

  constructor(settings: LoadedProvider, upstream: UpstreamSettings, predecessor?: Provider) {
    const url = new URL(settings.baseUrl)
    this.settings = settings
    this.name = settings.name
    this.origin = url.origin
    this.host = url.hostname
    this.port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
    this.basePath = url.pathname.replace(/\/+$/, '')
    this.headers = headersOf(settings)
    const connection = new Connection({
      baseUrl: url.origin,
      connectMs: settings.timeouts.connectMs,
      connections: upstream.connectionsPerProvider,
      proxy: settings.proxy,
      ca: settings.ca,
      environment: upstream.proxies,
    })
    const kept = predecessor?.connection
    this.connection = kept?.signature === connection.signature ? kept : connection
    const isSame = predecessor !== undefined && predecessor.settings.baseUrl === settings.baseUrl && predecessor.settings.key === settings.key && JSON.stringify(predecessor.settings.breaker) === JSON.stringify(settings.breaker)
    this.condition = isSame ? predecessor.condition : { circuits: new Map(), ejection: new Ejection(), lastFailure: undefined }
  }

  circuitOf(model: string): Circuit {
    const { circuits } = this.condition
    const known = circuits.get(model)
    if (known) return known
    if (circuits.size >= mostCircuits) for (const [id, circuit] of circuits) if (circuit.isPristine) circuits.delete(id)
    const circuit = new Circuit(this.settings.breaker)
    circuits.set(model, circuit)
    return circuit
  }

  /** Some model failed here, for a reason that may concern all of them. */
  failed(now: number): void {
    if (this.condition.ejection.failed(now)) this.#startProbing()
  }

  stopProbing(): void {
    clearInterval(this.#probe)
    this.#probe = undefined
  }

  #startProbing(): void {
    const { probe } = this.settings
    if (probe === undefined || this.#probe !== undefined) return
    this.#probe = setInterval(() => void this.#askProbe(probe.path), probe.everyMs).unref()
  }

  async #askProbe(path: string): Promise<void> {
    if (!(await isAnswered(this, path))) return
    this.stopProbing()
    this.condition.ejection.end()
    const now = Date.now()
    for (const circuit of this.condition.circuits.values()) circuit.recovers(now)
  }
}

async function isAnswered(provider: Provider, path: string): Promise<boolean> {
  provider.connection.begin()
  try {
    const { statusCode, body } = await provider.connection.dispatcher.request({
      origin: provider.origin,
      path: provider.basePath + path,
      method: 'GET',
      headers: ['accept', 'application/json', ...provider.headers],
      signal: AbortSignal.timeout(5_000),
    })
    await body.dump()
    return statusCode < 300
  } catch {
    // Whatever it is: it is still ill.
    return false
  } finally {
    provider.connection.end()
  }
}

function headersOf({ dialect, key, headers }: LoadedProvider): string[] {
  const own = Object.entries(headers).flatMap(([name, value]) => [name.toLowerCase(), value])
  if (key === undefined) return own
  return dialect === 'anthropic' ? [...own, 'x-api-key', key] : [...own, 'authorization', `Bearer ${key}`]
}

