import { posix } from 'node:path'
import { findImportCycles } from './import-cycles.ts'
import type { SourceImports } from './imports.ts'
import { flaw, mentions, type Flaw } from './flaw.ts'
import { judgeLocks, pinnedVersions } from './locking.ts'
import { folderOf, joinPath, nameOf, type Declared, type Lock, type Manifest } from './manifest.ts'
import { isNpmLock, readNpmLockFile } from './npm-locks.ts'
import { readNpmManifest, type NpmManifest } from './npm-manifest.ts'
import { judgeNpmImports, unimported } from './npm-usage.ts'
import { isPythonLock, readPythonLock } from './python-locks.ts'
import { isConstrainedByTox, isPythonManifest, isToxFile, readPythonManifest, type PythonManifest } from './python-manifests.ts'
import { distributionsOf, importNamesOf, normalizeDistribution } from './python-names.ts'
import { judgePythonImports, unimportedDistributions } from './python-usage.ts'
import type { ManifestFault } from './text-places.ts'
import { createAliases, readCompilerPaths } from './tsconfig.ts'
import { isFixture, isVendored } from '../path-class.ts'

export interface TextFile {
  readonly path: string
  readonly text: string
}

/** The result of comparing manifests, lock files and imports. */
export interface DependencyReading {
  readonly flaws: readonly Flaw[]
  /** Declared as runtime dependencies and not imported: unused, unless another file mentions them. */
  readonly doubtful: readonly Doubtful[]
  /** All dependencies that are declared or imported. */
  readonly dependencies: ReadonlySet<string>
  /** The manifests and lock files that were read. */
  readonly sources: readonly string[]
  readonly pinned: ReturnType<typeof pinnedVersions>
}

export interface Doubtful {
  readonly flaw: Flaw
  /** Names of the dependency: any of them in any other file counts as a use. */
  readonly words: readonly string[]
  /** The folder whose files may use it. */
  readonly folder: string
}

const compilerSettings = /^(tsconfig|jsconfig)[\w.-]*\.json$/

/** Whether the text of such a file is needed, in addition to the imports of source files. */
export function isAboutDependencies(path: string): boolean {
  if (isVendored(path)) return false
  const name = nameOf(path)
  return name === 'package.json' || isNpmLock(path) || isPythonLock(path) || isPythonManifest(path) || isToxFile(path) || compilerSettings.test(name)
}

/** Compares manifests, lock files and imports with each other. */
export function readDependencies(texts: readonly TextFile[], sources: readonly SourceImports[], paths: readonly string[]): DependencyReading {
  const { manifests, locks, faults } = readAll(texts)
  const npm = manifests.filter((each): each is NpmManifest => each.ecosystem === 'npm')
  const python = manifests.filter((each): each is PythonManifest => each.ecosystem === 'PyPI')
  const own = sources.filter(({ path }) => !isVendored(path))
  const npmUse = judgeNpmImports(own.filter(({ language }) => language === 'javascript'), { manifests: npm, aliases: aliasesIn(texts, paths), mayBeOwn: endsOf(paths) })
  const pythonUse = judgePythonImports(own.filter(({ language }) => language === 'python'), { manifests: knowingIncludes(python), localNames: localNamesOf(paths), locked: lockedDistributions(locks) })
  return {
    flaws: [...faults.map(malformed), ...npmUse.flaws, ...pythonUse.flaws, ...judgeLocks(manifests, locks, constrainedFolders(texts)), ...findImportCycles(own)],
    doubtful: [...npm.flatMap((each) => doubtfulNpm(each, npmUse.used.get(each.path), locks)), ...python.flatMap((each) => doubtfulPython(each, pythonUse.used.get(each.path)))],
    dependencies: new Set([
      ...manifests.flatMap(({ ecosystem, declared }) => declared.map(({ name }) => key(ecosystem, name))),
      ...(npm.length === 0 ? [] : [...npmUse.imported].map((name) => key('npm', name))),
      ...(python.length === 0 ? [] : [...pythonUse.imported].map((name) => key('PyPI', distributionsOf(name)[0] ?? name))),
    ]),
    sources: [...manifests, ...locks].map(({ path }) => path),
    pinned: pinnedVersions(manifests, locks),
  }
}

export interface EditReading {
  readonly manifests: readonly TextFile[]
  /** Other files that may declare a package or map a name: what they mention is not judged. */
  readonly settings: readonly TextFile[]
  readonly sources: readonly SourceImports[]
  readonly paths: readonly string[]
  readonly arePathsKnown: boolean
}

/** The imports of an edit that no manifest around it declares. */
export function findUndeclared({ manifests: texts, settings, sources, paths, arePathsKnown }: EditReading) {
  const { manifests } = readAll(texts)
  const npm = manifests.filter((each): each is NpmManifest => each.ecosystem === 'npm')
  const python = manifests.filter((each): each is PythonManifest => each.ecosystem === 'PyPI')
  const own = sources.filter(({ path }) => !isVendored(path))
  const others = [...settings, ...texts.filter(({ path }) => compilerSettings.test(nameOf(path)) || isToxFile(path))]
  const npmUse = judgeNpmImports(own.filter(({ language }) => language === 'javascript'), { manifests: npm, aliases: aliasesIn(texts, paths), mayBeOwn: arePathsKnown ? endsOf(paths) : () => true, ofEdit: true })
  const pythonUse = judgePythonImports(own.filter(({ language }) => language === 'python'), { manifests: knowingIncludes(python), localNames: localNamesOf(paths), locked: new Set(), ofEdit: arePathsKnown })
  const flaws = [...npmUse.flaws, ...pythonUse.flaws].filter(({ name, imported = name }) => !others.some(({ text }) => mentions(text, name) || mentions(text, imported)))
  return {
    flaws: arePathsKnown ? flaws : flaws.map(asAdvice),
    dependencies: new Set([...manifests.flatMap(({ declared }) => declared.map(({ name }) => name)), ...npmUse.imported, ...pythonUse.imported]).size,
    sources: manifests.map(({ path }) => path),
  }
}

const asAdvice = (each: Flaw): Flaw => ({ ...each, diagnostic: { ...each.diagnostic, advice: true } })

function readAll(texts: readonly TextFile[]): { manifests: Manifest[]; locks: Lock[]; faults: ManifestFault[] } {
  const all = { manifests: [] as Manifest[], locks: [] as Lock[], faults: [] as ManifestFault[] }
  for (const file of texts) {
    const read = readOne(file)
    if (read === undefined) continue
    if ('problem' in read) all.faults.push(read)
    else if ('declared' in read) all.manifests.push(read)
    else all.locks.push(read)
  }
  return all
}

function aliasesIn(texts: readonly TextFile[], paths: readonly string[]) {
  const settings = texts.filter(({ path }) => compilerSettings.test(nameOf(path))).flatMap(({ path, text }) => {
    const read = readCompilerPaths(path, text)
    return read === undefined ? [] : [{ path, paths: read }]
  })
  return createAliases(settings, foldersOf(paths), new Set(paths))
}

const constrainedFolders = (texts: readonly TextFile[]) => new Set(texts.filter(({ path, text }) => isConstrainedByTox(path, text)).map(({ path }) => folderOf(path)))

const lockedDistributions = (locks: readonly Lock[]) => new Set(locks.flatMap(({ ecosystem, packages }) => (ecosystem === 'PyPI' ? packages.map(({ name }) => normalizeDistribution(name)) : [])))

/** Marks a requirements file that includes another one which was not sent: that one may declare anything. */
function knowingIncludes(manifests: readonly PythonManifest[]): PythonManifest[] {
  const known = new Set(manifests.map(({ path }) => path))
  const isKnown = (from: string, include: string) => known.has(posix.normalize(joinPath(folderOf(from), include)))
  return manifests.map((manifest) => (manifest.includes.every((include) => isKnown(manifest.path, include)) ? manifest : { ...manifest, mayBeMore: true }))
}

const malformed = (fault: ManifestFault): Flaw => flaw('malformed-manifest', undefined, fault, `${fault.path} cannot be read: it ${fault.problem}`.replace('it it ', 'it '), 'Mend the file: what it declares is not known.')

const key = (ecosystem: string, name: string) => `${ecosystem}:${ecosystem === 'PyPI' ? normalizeDistribution(name) : name}`

function readOne({ path, text }: TextFile): Manifest | Lock | ManifestFault | undefined {
  if (nameOf(path) === 'package.json') return readNpmManifest(path, text)
  if (isNpmLock(path)) return readNpmLockFile(path, text)
  if (isPythonLock(path)) return readPythonLock(path, text)
  return isPythonManifest(path) ? readPythonManifest(path, text) : undefined
}

function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const path of paths) for (let folder = folderOf(path); folder !== '' && !folders.has(folder); folder = folderOf(folder)) folders.add(folder)
  return folders
}

/** Matches names, and pairs of names, of folders and JavaScript files: "logger" and "js/logger" match js/logger.js. Tests are left out, because they imitate packages. */
function endsOf(paths: readonly string[]): (name: string) => boolean {
  const ends = new Set<string>()
  for (const path of paths) {
    if (!/\.[cm]?[jt]sx?$/.test(path) || isFixture(path) || isVendored(path)) continue
    const parts = path.replace(/(?:\.d)?\.\w+$/, '').split('/').map((part) => part.replace(/^@/, ''))
    for (const [index, part] of parts.entries()) ends.add(part).add(`${parts[index - 1] ?? ''}/${part}`)
  }
  return (name) => ends.has(name.replace(/^@/, ''))
}

/** Any folder or file that contains Python may be imported by its name. */
function localNamesOf(paths: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const path of paths) {
    if (!/\.(?:pyi?|pyx|pyd|so)$/.test(path)) continue
    const parts = path.split('/')
    names.add((parts.pop() ?? '').replace(/\..*$/, ''))
    for (const part of parts) names.add(part)
  }
  return names
}

function doubtfulNpm(manifest: NpmManifest, used: ReadonlySet<string> = new Set(), locks: readonly Lock[]): Doubtful[] {
  const lock = locks.find(({ ecosystem, asked }) => ecosystem === 'npm' && asked?.has(manifest.folder) === true)
  // Without a lock file that lists programs and peers, other uses of a package are unknown.
  if (lock?.isDetailed !== true) return []
  return unimported(manifest, used)
    .filter(({ name }) => !lock.peers.has(name))
    .map((each) => ({ flaw: unused(manifest, each), folder: manifest.folder, words: [each.name, ...(lock.programs.get(each.name) ?? []), ...shortNames(each.name)] }))
}

// Configurations abbreviate names: "eslint-plugin-import" is "import" in a configuration; "@scope/preset-env" is "@scope/env".
function shortNames(name: string): string[] {
  const short = name.replace(/^@[^/]+\//, '').replace(/^(?:[\w]+-)?(?:plugin|preset|config|loader|theme|adapter|transform|reporter|parser|formatter)-/, '')
  return short === name || short.length < 4 ? [] : [short]
}

function doubtfulPython(manifest: PythonManifest, used: ReadonlySet<string> = new Set()): Doubtful[] {
  return unimportedDistributions(manifest, used).map((each) => ({ flaw: unused(manifest, each), folder: manifest.folder, words: [each.name, ...(importNamesOf(each.name) ?? [])] }))
}

function unused(manifest: Manifest, declared: Declared): Flaw {
  const name = manifest.ecosystem === 'PyPI' ? normalizeDistribution(declared.name) : declared.name
  return flaw('unused-dependency', { ecosystem: manifest.ecosystem, name }, { ...declared, path: manifest.path }, `${declared.name} is declared in ${manifest.path}, and nothing in the repository uses it`, `Remove ${declared.name} from ${manifest.path}.`)
}
