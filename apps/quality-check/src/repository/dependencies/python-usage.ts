import type { ImportUse, SourceImports } from './imports.ts'
import { flaw, type Flaw } from './flaw.ts'
import { folderOf, foldersAbove, type Declared } from './manifest.ts'
import type { PythonManifest } from './python-manifests.ts'
import { distributionsOf, importNamesOf, isMisspelt, isStandard, looksLike, normalizeDistribution } from './python-names.ts'

export interface PythonScope {
  readonly manifests: readonly PythonManifest[]
  /** Names of folders and files that contain Python: an import of such a name may mean them. */
  readonly localNames: ReadonlySet<string>
  /** Distributions that lock files pin, normalised. */
  readonly locked: ReadonlySet<string>
  /** Only some files are known, and new lines of them: also a name of which nothing is known is reported, as advice. */
  readonly ofEdit?: boolean
}

export interface PythonUsage {
  readonly flaws: readonly Flaw[]
  /** By manifest path: the top-level names that files of its folder load. */
  readonly used: ReadonlyMap<string, ReadonlySet<string>>
  readonly imported: ReadonlySet<string>
}

// Run by hand in an environment of the reader's, or vendored code, which works without the optional imports.
const examples = /(?:^|\/)(?:_vendor|vendor(?:ed)?|docs?|documentation|examples?|samples?|demos?|tutorials?|notebooks?|benchmarks?)\//i

/** Compares the imports of files with the manifests. */
export function judgePythonImports(sources: readonly SourceImports[], scope: PythonScope): PythonUsage {
  const byFolder = Map.groupBy(scope.manifests, ({ folder }) => folder)
  const used = new Map(scope.manifests.map(({ path }) => [path, new Set<string>()]))
  const imported = new Set<string>()
  const missing = new Map<string, Flaw>()
  for (const source of sources) {
    const above = [...foldersAbove(folderOf(source.path))].flatMap((folder) => byFolder.get(folder) ?? [])
    const isExample = examples.test(source.path) || source.fileClass === 'stub'
    for (const use of source.imports) {
      const name = foreignName(use, scope)
      if (name === undefined) continue
      imported.add(name)
      for (const { path } of above) used.get(path)?.add(name)
      const key = `${above[0]?.path}\0${name}`
      const lacking = isExample || missing.has(key) ? undefined : missingDistribution(name, use, above, scope)
      if (lacking !== undefined) missing.set(key, undeclared(source, use, name, lacking, above))
    }
  }
  return { flaws: [...missing.values()], used, imported }
}

/** The imported top-level name; undefined for the standard library and for modules of the repository. */
function foreignName({ specifier, level }: ImportUse, { localNames }: PythonScope): string | undefined {
  const [name = ''] = specifier.split('.')
  return level > 0 || name === '' || isStandard(name) || localNames.has(name) ? undefined : name
}

interface Missing {
  readonly distribution: string
  /** A guess by the imported name alone. */
  readonly isGuess: boolean
  /** The declared package whose name differs in one letter. */
  readonly meant?: string | undefined
}

/** The distribution that no manifest declares; undefined when one does, or when it is uncertain. */
function missingDistribution(name: string, { kind }: ImportUse, manifests: readonly PythonManifest[], { locked, ofEdit = false, manifests: all }: PythonScope): Missing | undefined {
  if (kind !== 'needed' || manifests.length === 0) return undefined
  const declared = declaredIn(manifests)
  const known = distributionsOf(name)
  const own = manifests.some((manifest) => manifest.name !== '' && looksLike(name, manifest.name))
  if (own || declared.some((each) => known.includes(each) || (ofEdit ? mayProvide(each, name) : looksLike(name, each)))) return undefined
  // setup.py may compute its dependencies, and a requirements file may include one that was not sent.
  if (manifests.some(({ mayBeMore }) => mayBeMore)) return undefined
  const certain = known.find((each) => locked.has(each)) ?? known[0] ?? (locked.has(normalizeDistribution(name)) ? normalizeDistribution(name) : undefined)
  if (certain !== undefined) return { distribution: certain, isGuess: false }
  // Files of the same repository run in one environment, whichever manifest describes it.
  if (!ofEdit || fromHost.has(name) || /_pb2(?:_grpc)?$/.test(name) || declaredIn(all).some((each) => mayProvide(each, name))) return undefined
  const meant = declared.find((each) => (importNamesOf(each) ?? [each]).some((other) => isMisspelt(name, other)))
  return { distribution: normalizeDistribution(name), isGuess: meant === undefined, meant }
}

const declaredIn = (manifests: readonly PythonManifest[]) => manifests.flatMap(({ declared }) => declared.map((each) => normalizeDistribution(each.name)))

/** Of a well-known distribution the names are known: "flask" brings no "flask_auth". */
function mayProvide(distribution: string, name: string): boolean {
  return importNamesOf(distribution)?.includes(name) ?? looksLike(name, distribution)
}

// Provided by the application that runs the script.
const fromHost: ReadonlySet<string> = new Set('apt bpy bmesh brotlicffi dbus dbutils gi hou mathutils maya nuke omni pyspark pymel qgis rclpy rospy sublime unreal weechat xbmc'.split(' '))

function undeclared(source: SourceImports, use: ImportUse, name: string, { distribution, isGuess, meant }: Missing, manifests: readonly PythonManifest[]): Flaw {
  const paths = [...new Set(manifests.map(({ path }) => path))]
  const where = paths.length > 2 ? `${paths[0]} and ${paths.length - 1} more` : paths.join(' and ')
  const said = normalizeDistribution(name) === distribution ? name : `${name} (${distribution})`
  const message = `${said} is imported, but ${where} ${paths.length === 1 ? 'does' : 'do'} not declare it${meant === undefined ? '' : `: there is ${meant}`}`
  return { ...flaw('undeclared-import', { ecosystem: 'PyPI', name: distribution }, { ...use, path: source.path }, message, `Add ${distribution} to ${paths[0]} if it is the package that is meant, or remove the import.`, isGuess || !isShipped(source.path, manifests)), imported: name }
}

/** In a library, only the files of its own package are installed with it. Scripts beside it run in any environment. */
function isShipped(path: string, manifests: readonly PythonManifest[]): boolean {
  const folders = path.split('/').slice(0, -1)
  return !folders.includes('scripts') && manifests.every(({ name }) => name === '' || folders.some((folder) => looksLike(folder, name)))
}

/** Dependencies that are used by import alone and that no file imports. */
export function unimportedDistributions(manifest: PythonManifest, used: ReadonlySet<string>): Declared[] {
  return manifest.declared.filter(({ name, role, conditional }) => {
    const names = importNamesOf(name)
    return role === 'runtime' && !conditional && names !== undefined && !names.some((each) => used.has(each))
  })
}
