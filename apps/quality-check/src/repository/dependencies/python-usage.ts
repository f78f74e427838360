import type { ImportUse, SourceImports } from './imports.ts'
import { flaw, type Flaw } from './flaw.ts'
import { folderOf, foldersAbove, type Declared } from './manifest.ts'
import type { PythonManifest } from './python-manifests.ts'
import { distributionsOf, importNamesOf, isStandard, looksLike, normalizeDistribution } from './python-names.ts'

export interface PythonScope {
  readonly manifests: readonly PythonManifest[]
  /** Names of folders and files that contain Python: an import of such a name may mean them. */
  readonly localNames: ReadonlySet<string>
  /** Distributions that lock files pin, normalised. */
  readonly locked: ReadonlySet<string>
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
      const distribution = isExample || missing.has(key) ? undefined : missingDistribution(name, use, above, scope)
      if (distribution !== undefined) missing.set(key, undeclared(source, use, name, distribution, above))
    }
  }
  return { flaws: [...missing.values()], used, imported }
}

/** The imported top-level name; undefined for the standard library and for modules of the repository. */
function foreignName({ specifier, level }: ImportUse, { localNames }: PythonScope): string | undefined {
  const [name = ''] = specifier.split('.')
  return level > 0 || name === '' || isStandard(name) || localNames.has(name) ? undefined : name
}

/** The distribution that no manifest declares; undefined when one does, or when it is uncertain. */
function missingDistribution(name: string, { kind }: ImportUse, manifests: readonly PythonManifest[], { locked }: PythonScope): string | undefined {
  if (kind !== 'needed' || manifests.length === 0) return undefined
  const declared = manifests.flatMap((manifest) => manifest.declared.map((each) => normalizeDistribution(each.name)))
  const known = distributionsOf(name)
  const own = manifests.some((manifest) => manifest.name !== '' && looksLike(name, manifest.name))
  if (own || declared.some((each) => known.includes(each) || looksLike(name, each))) return undefined
  // setup.py may compute its dependencies, and a requirements file may include one that was not sent.
  if (manifests.some(({ mayBeMore }) => mayBeMore)) return undefined
  return known.find((each) => locked.has(each)) ?? known[0] ?? (locked.has(normalizeDistribution(name)) ? normalizeDistribution(name) : undefined)
}

function undeclared(source: SourceImports, use: ImportUse, name: string, distribution: string, manifests: readonly PythonManifest[]): Flaw {
  const paths = [...new Set(manifests.map(({ path }) => path))]
  const where = paths.length > 2 ? `${paths[0]} and ${paths.length - 1} more` : paths.join(' and ')
  const said = normalizeDistribution(name) === distribution ? name : `${name} (${distribution})`
  return flaw('undeclared-import', { ecosystem: 'PyPI', name: distribution }, { ...use, path: source.path }, `${said} is imported, but ${where} ${paths.length === 1 ? 'does' : 'do'} not declare it`, `Add ${distribution} to ${paths[0]}, or remove the import.`, !isShipped(source.path, manifests))
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
