import { parse as parseYaml } from 'yaml'
import * as z from 'zod'
import { licenceIn } from './licences.ts'
import { faultAt, jsonFault, type ManifestFault } from './text-places.ts'
import { folderOf, nameOf, type Lock, type Locked } from './manifest.ts'

const packageEntry = z.looseObject({
  version: z.string().optional(),
  name: z.string().optional(),
  link: z.boolean().optional(),
  license: z.unknown().optional(),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional().catch(undefined),
  dependencies: z.record(z.string(), z.string()).optional().catch(undefined),
  devDependencies: z.record(z.string(), z.string()).optional().catch(undefined),
  optionalDependencies: z.record(z.string(), z.string()).optional().catch(undefined),
  peerDependencies: z.record(z.string(), z.string()).optional().catch(undefined),
})
interface OldEntry {
  readonly version?: string | undefined
  readonly dependencies?: Readonly<Record<string, OldEntry>> | undefined
}
const oldEntry: z.ZodType<OldEntry> = z.lazy(() => z.looseObject({ version: z.string().optional(), dependencies: z.record(z.string(), oldEntry).optional() }))
const npmLock = z.looseObject({ lockfileVersion: z.number().optional(), packages: z.record(z.string(), packageEntry).optional(), dependencies: z.record(z.string(), z.unknown()).optional() })

const readers: Readonly<Record<string, (path: string, text: string) => Lock | ManifestFault>> = {
  'package-lock.json': readNpmLock,
  'npm-shrinkwrap.json': readNpmLock,
  'pnpm-lock.yaml': readPnpmLock,
  'yarn.lock': readYarnLock,
}

export const isNpmLock = (path: string): boolean => nameOf(path) in readers

export function readNpmLockFile(path: string, text: string): Lock | ManifestFault {
  return (readers[nameOf(path)] ?? readNpmLock)(path, text)
}

/** Finds the line of each package's key. The search starts at the previous match, because keys come in order. */
function lineFinder(text: string): (key: string) => number {
  let at = 0
  let line = 1
  return (key) => {
    const next = text.indexOf(key, at)
    if (next === -1) return line
    for (let newline = text.indexOf('\n', at); newline !== -1 && newline < next; newline = text.indexOf('\n', newline + 1)) line++
    at = next
    return line
  }
}

function readNpmLock(path: string, text: string): Lock | ManifestFault {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return jsonFault(path, text, error)
  }
  const parsed = npmLock.safeParse(value)
  if (!parsed.success) return faultAt(path, 1, 'is not what npm writes')
  const { packages, dependencies = {} } = parsed.data
  const base = { path, ecosystem: 'npm', folder: folderOf(path) } as const
  if (packages === undefined) return { ...base, packages: oldPackages(dependencies, lineFinder(text)), asked: undefined, programs: new Map(), peers: new Set(), isDetailed: false }
  const entries = Object.entries(packages)
  const lineOf = lineFinder(text)
  const installed = entries.flatMap(([key, entry]): (Locked & { readonly entry: z.infer<typeof packageEntry> })[] => {
    const from = key.lastIndexOf('node_modules/')
    if (from === -1 || entry.link === true || entry.version === undefined) return []
    return [{ name: entry.name ?? key.slice(from + 'node_modules/'.length), version: entry.version, line: lineOf(`"${key}"`), entry }]
  })
  const asked = entries.flatMap(([key, entry]) => (key.includes('node_modules/') ? [] : [[joinFolder(base.folder, key), new Map(Object.entries({ ...entry.peerDependencies, ...entry.optionalDependencies, ...entry.devDependencies, ...entry.dependencies }))] as const]))
  return {
    ...base,
    packages: installed.map(({ name, version, line, entry }) => ({ name, version, line, licence: licenceIn(entry.license) })),
    asked: new Map(asked),
    programs: new Map(installed.map(({ name, entry: { bin } }) => [name, typeof bin === 'string' ? [name] : Object.keys(bin ?? {})])),
    peers: new Set(installed.flatMap(({ entry }) => Object.keys(entry.peerDependencies ?? {}))),
    isDetailed: true,
  }
}

const joinFolder = (folder: string, key: string) => (folder === '' || key === '' ? folder + key : `${folder}/${key}`)

// lockfileVersion 1 nests packages in packages.
function oldPackages(dependencies: Readonly<Record<string, unknown>>, lineOf: (key: string) => number, depth = 0): Locked[] {
  if (depth > 30) return []
  return Object.entries(dependencies).flatMap(([name, value]) => {
    const entry = oldEntry.safeParse(value)
    if (!entry.success || entry.data.version === undefined) return []
    const line = lineOf(`"${name}"`)
    return [{ name, version: entry.data.version, line }, ...oldPackages(entry.data.dependencies ?? {}, lineOf, depth + 1)]
  })
}

const pnpmImporter = z.record(z.string(), z.unknown())
const pnpmLock = z.looseObject({ importers: z.record(z.string(), pnpmImporter).optional(), packages: z.record(z.string(), z.unknown()).optional() })
const pnpmSection = z.record(z.string(), z.union([z.string(), z.looseObject({ specifier: z.string().optional() })]))
const pnpmPackage = z.looseObject({ peerDependencies: z.record(z.string(), z.string()).optional(), hasBin: z.boolean().optional() })

function readPnpmLock(path: string, text: string): Lock | ManifestFault {
  let value: unknown
  try {
    value = parseYaml(text, { maxAliasCount: 0, uniqueKeys: false })
  } catch (error) {
    return faultAt(path, 1, `is not valid YAML: ${error instanceof Error ? error.message : String(error)}`)
  }
  const parsed = pnpmLock.safeParse(value)
  if (!parsed.success) return faultAt(path, 1, 'is not what pnpm writes')
  const { packages = {}, importers = { '.': parsed.data } } = parsed.data
  const folder = folderOf(path)
  const lineOf = lineFinder(text)
  return {
    path,
    ecosystem: 'npm',
    folder,
    // "/name@1.2.3(peer@4)", "/name/1.2.3", "@scope/name@1.2.3".
    packages: Object.keys(packages).flatMap((key): Locked[] => {
      const match = /^\/?((?:@[^/@]+\/)?[^/@]+)[@/]v?(\d[^(_]*)/.exec(key)
      return match === null ? [] : [{ name: match[1] ?? '', version: match[2] ?? '', line: lineOf(key) }]
    }),
    asked: new Map(Object.entries(importers).map(([key, importer]) => [joinFolder(folder, key === '.' ? '' : key), askedOf(importer)])),
    programs: new Map(),
    peers: new Set(Object.values(packages).flatMap((each) => Object.keys(pnpmPackage.safeParse(each).data?.peerDependencies ?? {}))),
    isDetailed: false,
  }
}

function askedOf(importer: Readonly<Record<string, unknown>>): Map<string, string> {
  const old = z.record(z.string(), z.string()).safeParse(importer['specifiers']).data ?? {}
  const asked = new Map(Object.entries(old))
  for (const section of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, value] of Object.entries(pnpmSection.safeParse(importer[section]).data ?? {})) {
      const specifier = typeof value === 'string' ? asked.get(name) : value.specifier
      if (specifier !== undefined) asked.set(name, specifier)
    }
  }
  return asked
}

/** Reads yarn 1 and later formats: "name@^1.0.0, name@^1.1.0:" with the version on a later line. */
function readYarnLock(path: string, text: string): Lock | ManifestFault {
  const packages: Locked[] = []
  let keys: string[] = []
  let line = 0
  for (const row of text.split('\n')) {
    line++
    if (/^[^\s#].*:\s*$/.test(row)) keys = row.trim().slice(0, -1).split(',').map((key) => key.trim().replaceAll('"', ''))
    const version = /^ {2}version:? "?([^"\s]+)"?\s*$/.exec(row)?.[1]
    if (version === undefined || keys.length === 0) continue
    const [name] = keys.map(yarnName)
    if (name !== undefined && name !== '__metadata' && !keys.some((key) => key.includes('@workspace:'))) packages.push({ name, version, line })
    keys = []
  }
  if (packages.length === 0 && text.trim() !== '' && !/^(# yarn lockfile|__metadata:)/m.test(text)) return faultAt(path, 1, 'is not what yarn writes')
  return { path, ecosystem: 'npm', folder: folderOf(path), packages, asked: undefined, programs: new Map(), peers: new Set(), isDetailed: false }
}

const yarnName = (key: string): string => key.slice(0, Math.max(0, key.indexOf('@', 1))) || key
