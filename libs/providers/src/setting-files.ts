import { readFileSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import type { LoadedProvider } from './provider.ts'
import { readProviderSettings, type ProviderSettings } from './provider-settings.ts'

export interface LoadOptions {
  /** Where the files stand that the settings name. */
  readonly directory: string
  /** Whoever wrote the settings may read any file of this machine anyway. */
  readonly allowAbsolute: boolean
}

export interface LoadResult {
  readonly providers: readonly LoadedProvider[]
  /** One a line; with any, there are no providers. */
  readonly faults: readonly string[]
  /** What was read beside the settings. */
  readonly files: readonly string[]
}

/** Settings with their keys and certificates. */
export function loadProviders(json: string, options: LoadOptions): LoadResult {
  const { settings, faults: wrong } = readProviderSettings(json)
  const faults = wrong.map(({ field, problem }) => `${field}: ${problem}`)
  const files: string[] = []
  const providers = settings.map((one) => load(one, options, faults, files))
  return { providers: faults.length > 0 ? [] : providers, faults, files }
}

function load(one: ProviderSettings, options: LoadOptions, faults: string[], files: string[]): LoadedProvider {
  const text = (what: string, name: string | undefined): string | undefined => {
    if (name === undefined) return undefined
    const file = place(name, options)
    if (file === undefined) {
      faults.push(`provider ${one.name}: ${what} ${JSON.stringify(name)} leaves the directory of key files: name a file inside it`)
      return undefined
    }
    files.push(file)
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      faults.push(`provider ${one.name}: ${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
  const key = text('keyFile', one.keyFile)?.trim()
  // A line break inside would end the header it is sent in.
  if (key !== undefined && !/^[\x21-\x7e]{1,8192}$/.test(key)) faults.push(`provider ${one.name}: keyFile ${one.keyFile} must hold one line of printable ASCII`)
  const ca = text('caFile', one.caFile)
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) faults.push(`provider ${one.name}: caFile ${one.caFile} must hold certificates as PEM`)
  return { ...one, key, ca }
}

function place(name: string, { directory, allowAbsolute }: LoadOptions): string | undefined {
  if (isAbsolute(name)) return allowAbsolute ? name : undefined
  const file = resolve(directory, name)
  const inside = relative(directory, file)
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? undefined : file
}
