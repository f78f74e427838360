import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import type { LoadedProvider } from './provider.ts'
import { readProviderSettings, refusedSettings, type ProviderSettings, type SettingFault } from './provider-settings.ts'

export interface LoadOptions {
  /** The directory of the files that the settings name. */
  readonly directory: string
  /** True if the author of the settings may read any file of this machine anyway. */
  readonly allowAbsolute: boolean
}

export interface LoadResult {
  readonly providers: readonly LoadedProvider[]
  /** If there are any, there are no providers. */
  readonly faults: readonly SettingFault[]
  /** The files that were read in addition to the settings. */
  readonly files: readonly string[]
}

/** Settings with their keys and certificates. */
export function loadProviders(json: string, options: LoadOptions): LoadResult {
  const { settings, faults } = readProviderSettings(json)
  const files: string[] = []
  const providers = settings.map((one, index) => load(one, `providers[${index}]`, options, faults, files))
  return { providers: faults.length > 0 ? [] : providers, faults, files }
}

/** Throws invalid_argument that lists every fault of unusable settings: their own, and those of the files that they name. */
export function requireUsable(json: string, options: LoadOptions): void {
  const { faults } = loadProviders(json, options)
  if (faults.length > 0) throw refusedSettings(faults)
}

function load(one: ProviderSettings, field: string, options: LoadOptions, faults: SettingFault[], files: string[]): LoadedProvider {
  const text = (what: 'keyFile' | 'caFile', isRight: (content: string) => boolean, wanted: string): string | undefined => {
    const name = one[what]
    if (name === undefined) return undefined
    const refuse = (problem: string): undefined => void faults.push({ field: `${field}.${what}`, problem: `${problem} (provider ${one.name}), got ${JSON.stringify(name)}` })
    const file = place(name, options)
    if (file === undefined) return refuse('leaves the directory of key files: name a file inside it')
    files.push(file)
    try {
      const content = readFileSync(file, 'utf8').trim()
      return isRight(content) ? content : refuse(wanted)
    } catch (error) {
      return refuse(`cannot be read: ${error instanceof Error ? error.message : String(error)}: write the file first, readable for the user that runs the edge`)
    }
  }
  // A line break inside would end the header it is sent in.
  const key = text('keyFile', (content) => /^[\x21-\x7e]{1,8192}$/.test(content), 'must name a file that holds one line of printable ASCII: the key alone')
  const ca = text('caFile', holdsCertificates, 'must name a file that holds certificates as PEM, each between BEGIN CERTIFICATE and END CERTIFICATE')
  return { ...one, key, ca }
}

function holdsCertificates(pem: string): boolean {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  return certificates.length > 0 && certificates.every(isReadable)
}

function isReadable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).fingerprint256 !== ''
  } catch {
    // TLS would ignore it without an error, and trust no certificate.
    return false
  }
}

function place(name: string, { directory, allowAbsolute }: LoadOptions): string | undefined {
  if (isAbsolute(name)) return allowAbsolute ? name : undefined
  const file = resolve(directory, name)
  const inside = relative(directory, file)
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? undefined : file
}
