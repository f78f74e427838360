import { EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici'
import { ServiceError } from '@elder/errors'
import type { Logger } from '@elder/telemetry'
import type { ProviderSettings } from './provider-settings.ts'

export interface Provider {
  readonly name: string
  readonly dispatcher: Dispatcher
  readonly origin: string
  readonly host: string
  readonly port: number
  /** Before /chat/completions. */
  readonly basePath: string
  readonly authorization: string | undefined
  readonly models: readonly string[] | undefined
  /** Requests under way. */
  inFlight: number
}

export interface Model {
  readonly id: string
  readonly ownedBy: string
}

export interface Providers {
  /** The provider a model's requests go to. Throws not_found, naming the models there are. */
  forModel(model: string): Provider
  /** Every model that can be named, the platform's own first. A provider that does not tell its models in time is left out. */
  models(): Promise<Model[]>
  close(): Promise<void>
}

/** Served by the platform itself. */
export const sagesModel = 'elder/sages'

export interface UpstreamSettings {
  readonly connectionsPerProvider: number
  readonly proxies: { readonly httpProxy: string; readonly httpsProxy: string; readonly noProxy: string }
}

const listTimeoutMs = 2_000
const listKeptMs = 60_000
const listLimitBytes = 4 * 1024 * 1024

export function openProviders(settings: readonly ProviderSettings[], upstream: UpstreamSettings, logger: Pick<Logger, 'warn'>, now: () => number = Date.now): Providers {
  const providers = settings.map((one) => openProvider(one, upstream))
  const listed = new Map<Provider, { ids: readonly string[]; atMs: number }>()

  function forModel(model: string): Provider {
    const naming = providers.find(({ models }) => models?.includes(model))
    const taking = model.startsWith('elder/') ? undefined : providers.find(({ models }) => models === undefined)
    const provider = naming ?? taking
    if (provider) return provider
    const known = [sagesModel, ...providers.flatMap((one) => one.models ?? listed.get(one)?.ids ?? [])]
    throw new ServiceError('not_found', `model ${JSON.stringify(model.slice(0, 100))} does not exist; there are: ${known.slice(0, 30).join(', ')}`, { reason: 'MODEL_NOT_FOUND', field: 'model' })
  }

  async function idsOf(provider: Provider): Promise<readonly string[]> {
    if (provider.models) return provider.models
    const known = listed.get(provider)
    if (known && now() - known.atMs < listKeptMs) return known.ids
    let ids = known?.ids ?? []
    try {
      ids = await fetchModels(provider)
    } catch (error) {
      logger.warn({ err: error, provider: provider.name }, 'a provider does not tell its models')
    }
    // Kept after a failure too: a provider that is away is not asked at every call.
    listed.set(provider, { ids, atMs: now() })
    return ids
  }

  async function models(): Promise<Model[]> {
    const lists = await Promise.all(providers.map(async (provider) => (await idsOf(provider)).map((id) => ({ id, ownedBy: provider.name }))))
    const all = [{ id: sagesModel, ownedBy: 'elder' }, ...lists.flat()]
    return [...new Map(all.toReversed().map((model) => [model.id, model])).values()].toReversed()
  }

  return { forModel, models, close: async () => void (await Promise.all(providers.map(({ dispatcher }) => dispatcher.destroy()))) }
}

function openProvider({ name, baseUrl, key, models }: ProviderSettings, upstream: UpstreamSettings): Provider {
  const url = new URL(baseUrl)
  return {
    name,
    models,
    origin: url.origin,
    host: url.hostname,
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    basePath: url.pathname.replace(/\/+$/, ''),
    authorization: key === undefined ? undefined : `Bearer ${key}`,
    dispatcher: openDispatcher(url, upstream),
    inFlight: 0,
  }
}

// A model server on this machine is never asked through the company's proxy.
function openDispatcher(url: URL, { connectionsPerProvider, proxies }: UpstreamSettings): Dispatcher {
  const options = { connections: connectionsPerProvider, pipelining: 1, connect: { timeout: 5_000 } }
  const isLocal = url.hostname === 'localhost' || url.hostname === '[::1]' || url.hostname.startsWith('127.')
  if (isLocal || (proxies.httpProxy === '' && proxies.httpsProxy === '')) return new Pool(url.origin, options)
  return new EnvHttpProxyAgent({ ...options, ...proxies })
}

async function fetchModels(provider: Provider): Promise<string[]> {
  const { statusCode, body } = await provider.dispatcher.request({
    origin: provider.origin,
    path: `${provider.basePath}/models`,
    method: 'GET',
    headers: { accept: 'application/json', ...(provider.authorization !== undefined && { authorization: provider.authorization }) },
    signal: AbortSignal.timeout(listTimeoutMs),
  })
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > listLimitBytes) throw new Error(`the list of models is longer than ${listLimitBytes} bytes`)
    chunks.push(chunk)
  }
  if (statusCode !== 200) throw new Error(`the list of models was answered with ${statusCode}`)
  const list: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  const entries: unknown = (list as { data?: unknown } | null)?.data
  if (!Array.isArray(entries)) throw new Error('the list of models is not a list')
  return entries.map((entry: { id?: unknown } | null) => entry?.id).filter((id) => typeof id === 'string')
}
