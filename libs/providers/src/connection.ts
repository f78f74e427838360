import { createSecureContext } from 'node:tls'
import { EnvHttpProxyAgent, Pool, ProxyAgent, type Dispatcher } from './undici.ts'

export interface ProxySettings {
  readonly httpProxy: string
  readonly httpsProxy: string
  readonly noProxy: string
}

export interface ConnectionSettings {
  readonly baseUrl: string
  readonly connectMs: number
  readonly connections: number
  /** An address, 'none' for no proxy whatever the environment says, undefined for what it says. */
  readonly proxy: string | undefined
  /** The only certificates that are trusted, as PEM; undefined for those of the system. */
  readonly ca: string | undefined
  readonly environment: ProxySettings
}

/**
 * The way to one provider: a pool of connections, perhaps through the company's proxy. It is opened by the first request. Once it
 * has been retired it closes whenever nothing is under way; a request that still holds it opens it again.
 */
export class Connection {
  /** What has to stay the same for the pool to be kept. */
  readonly signature: string
  /** Requests under way. */
  inFlight = 0
  readonly #settings: ConnectionSettings
  #dispatcher: Dispatcher | undefined
  #isRetired = false

  constructor(settings: ConnectionSettings) {
    this.#settings = settings
    this.signature = JSON.stringify(settings)
  }

  /** The pool, for a request that has begun. */
  get dispatcher(): Dispatcher {
    return (this.#dispatcher ??= openDispatcher(this.#settings))
  }

  begin(): void {
    this.inFlight++
  }

  end(): void {
    if (--this.inFlight === 0 && this.#isRetired) this.#closeIdle()
  }

  /** No setting names it any more. */
  retire(): void {
    this.#isRetired = true
    if (this.inFlight === 0) this.#closeIdle()
  }

  async destroy(): Promise<void> {
    await this.#dispatcher?.destroy()
  }

  #closeIdle(): void {
    const dispatcher = this.#dispatcher
    this.#dispatcher = undefined
    // Nothing is under way in it, so that nothing can be lost with it.
    void dispatcher?.close().catch(() => dispatcher.destroy())
  }
}

// Tools are quiet for a while between two requests: a new handshake each time would be felt.
const keptIdleMs = 30_000

function openDispatcher({ baseUrl, connectMs, connections, proxy, ca, environment }: ConnectionSettings): Dispatcher {
  const url = new URL(baseUrl)
  // Made once: a context for each connection would read the certificates again and again.
  const tls = ca === undefined ? {} : { secureContext: createSecureContext({ ca }) }
  const pool = { connections, pipelining: 1, allowH2: false, keepAliveTimeout: keptIdleMs, keepAliveMaxTimeout: 10 * keptIdleMs }
  const connect = { timeout: connectMs, ...tls }
  // Plain requests are tunnelled too: forwarded ones would share one connection.
  const tunnel = { ...pool, proxyTunnel: true, connectTimeout: connectMs, requestTls: { timeout: connectMs, ...tls } }
  if (proxy !== undefined && proxy !== 'none') return new ProxyAgent({ ...tunnel, uri: proxy })
  const hasProxy = environment.httpProxy !== '' || environment.httpsProxy !== ''
  if (proxy === 'none' || !hasProxy || isLocal(url.hostname)) return new Pool(url.origin, { ...pool, connect })
  return new EnvHttpProxyAgent({ ...tunnel, connect, ...environment })
}

// A model server on this machine is never asked through the company's proxy.
function isLocal(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
