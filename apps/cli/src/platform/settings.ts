import { existsSync } from 'node:fs'
import { writePrivately } from '@elder/backing'
import { CommandError } from '../command.ts'
import type { Places } from './places.ts'
import { choosePort, choosePorts, portOwner, canListen } from './ports.ts'
import { edgeName, serviceNames } from './services.ts'
import { readJson } from './state.ts'

/** The options of `up`. Absent: as in the last run, else the default. */
export interface UpOptions {
  readonly port?: number
  readonly host?: string
  readonly provider?: string
  readonly providerKeyFile?: string
  readonly model?: string
  readonly oneProcess: boolean
  /** How many edge processes share the port. */
  readonly edges?: number
}

/** The settings that are kept from one `up` to the next. */
export interface Settings {
  readonly port: number
  readonly host: string
  /** By name, such as auth.rpc. All on loopback. */
  readonly ports: Readonly<Record<string, number>>
  readonly provider: { readonly url: string; readonly keyFile: string | undefined } | undefined
  /** The provider's model that tools are configured with. */
  readonly model: string | undefined
  /** How many edge processes share the port when each service has a process of its own. */
  readonly edges: number
}

const defaultPort = 8420
const loopback = '127.0.0.1'
const portNames = ['nats', 'redis', 'postgres', ...serviceNames.flatMap((name) => [`${name}.rpc`, `${name}.admin`])]

export function readSettings(places: Places): Settings | undefined {
  const settings = readJson(places.settings) as (Omit<Settings, 'edges'> & { edges?: number }) | undefined
  // Written by a version that did not store it yet.
  return settings && { ...settings, edges: settings.edges ?? 1 }
}

/** Determines this run's settings and stores them. */
export async function settleSettings(places: Places, options: UpOptions): Promise<Settings> {
  const before = readSettings(places)
  const host = options.host ?? before?.host ?? loopback
  const port = options.port === undefined && !existsSync(places.credentials) ? await chooseFirstPort(host, before?.port) : await settlePort(host, options.port, before?.port)
  const provider = options.provider === undefined ? before?.provider : options.provider === 'none' ? undefined : { url: options.provider, keyFile: options.providerKeyFile }
  const model = options.model ?? (options.provider === undefined ? before?.model : undefined)
  const edges = options.edges ?? before?.edges ?? 1
  const moreEdges = Array.from({ length: edges - 1 }, (_, index) => `${edgeName(index + 2)}.admin`)
  const settings: Settings = { port, host, ports: await choosePorts([...portNames, ...moreEdges], before?.ports ?? {}, new Set([port])), provider, model, edges }
  writePrivately(places.settings, `${JSON.stringify(settings, null, 2)}\n`)
  writePrivately(places.providers, `${JSON.stringify(provider ? [providerEntry(settings)] : [], null, 2)}\n`)
  return settings
}

function providerEntry({ provider, model }: Settings) {
  return { name: 'default', baseUrl: provider?.url, ...(provider?.keyFile === undefined ? {} : { keyFile: provider.keyFile }), ...(model === undefined ? {} : { models: [model] }) }
}

/** While there are no keys, no tool has been configured with the port, so it may still change. */
async function chooseFirstPort(host: string, remembered: number | undefined): Promise<number> {
  return remembered !== undefined && (await canListen(host, remembered)) ? remembered : choosePort(host, defaultPort)
}

async function settlePort(host: string, asked: number | undefined, remembered: number | undefined): Promise<number> {
  const wanted = asked ?? remembered
  if (wanted === undefined) return choosePort(host, defaultPort)
  if (await canListen(host, wanted)) return wanted
  const owner = portOwner(wanted)
  const by = owner === undefined ? 'another program' : `${owner.name} (process ${owner.pid})`
  const what = asked === undefined ? `port ${wanted}, where your tools expect Elder,` : `port ${wanted}`
  throw new CommandError(`${what} is in use by ${by}`, { fix: `stop that program, or choose another port: elder up --port ${await choosePort(host, wanted + 1)}` })
}
