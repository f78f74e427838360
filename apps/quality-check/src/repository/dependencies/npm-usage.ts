import { builtinModules } from 'node:module'
import { isFixture } from '../path-class.ts'
import type { ImportUse, SourceImports } from './imports.ts'
import { flaw, mentions, type Flaw } from './flaw.ts'
import { folderOf, foldersAbove, type Declared } from './manifest.ts'
import type { NpmManifest } from './npm-manifest.ts'
import type { createAliases } from './tsconfig.ts'

const builtins: ReadonlySet<string> = new Set(builtinModules)
// Modules of other programs that run JavaScript: no registry has them.
const ofRuntimes: ReadonlySet<string> = new Set(['bun', 'k6'])
const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/

// Not loaded by users of the package: configuration of tools, scripts and stories.
const beside = /(?:^|\/)(?:scripts?|tools?|tasks|config|\.\w+)\/|\.(?:config|stories|sample|setup)\.\w+$|(?:^|\/)\.[^/]+$/

// Provided by the program that runs the file, or by the framework that builds it.
const fromHost = /^(?:vscode|atom|electron|lwc|server-only|client-only|@jest\/globals|@(?:site|theme|theme-original|theme-init|docusaurus|ember|glimmer|salesforce|generated|env)\/.+)$/

/** The package that an import specifier names; undefined for a file, a module of Node, or a URL. */
function packageOf(specifier: string): string | undefined {
  if (/^[./#~]|^[a-z][a-z0-9+-]+:|^@\/|^\$/.test(specifier)) return undefined
  const parts = specifier.split('/')
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
  return packageName.test(name) && name !== 'node_modules' && !builtins.has(name) && !builtins.has(specifier) ? name : undefined
}

export interface NpmScope {
  readonly manifests: readonly NpmManifest[]
  readonly aliases: ReturnType<typeof createAliases>
  /** Whether the path of a folder or file of the repository ends in this name: a build step or a loader hook may resolve it there. */
  readonly mayBeOwn: (name: string) => boolean
  /** Only some files are known: that no other one of a folder imports a declared package says nothing. */
  readonly ofEdit?: boolean
}

export interface NpmUsage {
  readonly flaws: readonly Flaw[]
  /** By manifest path: the package names that files of its folder load. */
  readonly used: ReadonlyMap<string, ReadonlySet<string>>
  /** All package names that are loaded. */
  readonly imported: ReadonlySet<string>
}

interface Missing {
  readonly source: SourceImports
  readonly use: ImportUse
  readonly name: string
  readonly manifests: readonly [NpmManifest, ...NpmManifest[]]
}

/** Compares the imports of files with the manifests. */
export function judgeNpmImports(sources: readonly SourceImports[], { manifests, aliases, mayBeOwn, ofEdit = false }: NpmScope): NpmUsage {
  const byFolder = new Map(manifests.map((manifest) => [manifest.folder, manifest]))
  const own = new Set(manifests.map(({ name }) => name))
  const used = new Map(manifests.map(({ path, subpathTargets }) => [path, new Set(subpathTargets.flatMap((target) => packageOf(target) ?? []))]))
  const imported = new Set<string>()
  const missing = new Map<string, Missing>()
  const spokenFor = new Set<string>()
  for (const source of sources) {
    const above = [...foldersAbove(folderOf(source.path))].flatMap((folder) => byFolder.get(folder) ?? [])
    const [nearest, ...farther] = above
    if (nearest === undefined) continue
    if (ofEdit && isForNode(source)) spokenFor.add(folderOf(source.path))
    for (const use of source.imports) {
      const name = packageOf(use.specifier)
      if (name === undefined) continue
      for (const { path } of above) used.get(path)?.add(name)
      imported.add(name)
      const key = `${nearest.path}\0${name}`
      if (isDeclared(name, use, above)) spokenFor.add(folderOf(source.path))
      else if (!missing.has(key) && !own.has(name) && !ofRuntimes.has(name) && isCertain(source, use, aliases)) missing.set(key, { source, use, name, manifests: [nearest, ...farther] })
    }
  }
  const flaws = [...missing.values()].map((each) => undeclared(each, mayBeOwn(each.name) || !spokenFor.has(folderOf(each.source.path))))
  return { flaws, used, imported }
}

/** Node and the compiler of TypeScript take packages from node_modules and from nowhere else. */
function isForNode({ path, imports }: SourceImports): boolean {
  return /\.(?:[cm]?tsx?|[cm]js)$/.test(path) || imports.some(({ specifier }) => specifier.startsWith('node:') || builtins.has(specifier))
}

function isDeclared(name: string, use: ImportUse, manifests: readonly NpmManifest[]): boolean {
  return manifests.some(({ declared, engines }) => declared.some((each) => each.name === name) || (engines.includes(name) && use.kind !== 'optional')) || (use.kind === 'type' && hasTypes(name, manifests))
}

function hasTypes(name: string, manifests: readonly NpmManifest[]): boolean {
  const types = `@types/${name.replace(/^@([^/]+)\//, '$1__')}`
  return manifests.some(({ declared }) => declared.some((each) => each.name === types))
}

function isCertain({ path, fileClass }: SourceImports, use: ImportUse, aliases: NpmScope['aliases']): boolean {
  // A type stub may describe a package that is not installed.
  return use.kind !== 'optional' && fileClass !== 'stub' && !isFixture(path) && !aliases.covers(folderOf(path), use.specifier)
}

// Where no file of the folder imports a declared package, packages may come from elsewhere: bower, or the program's own module loader.
function undeclared({ source, use, name, manifests }: Missing, isFoundElsewhere: boolean): Flaw {
  const [manifest] = manifests
  // The compiler removes an import of which only types are used, even without the keyword "type".
  const isPerhapsOfTypes = /\.[cm]?tsx?$/.test(source.path) && hasTypes(name, manifests)
  const isMapped = manifests.some(({ otherWords }) => mentions(otherWords, name))
  const advice = isPerhapsOfTypes || isFoundElsewhere || isMapped || fromHost.test(name) || beside.test(source.path)
  return flaw('undeclared-import', { ecosystem: 'npm', name }, { ...use, path: source.path }, `${name} is imported, but ${manifest.path} does not declare it`, `Add ${name} to ${source.fileClass === 'test' ? 'devDependencies' : 'dependencies'} of ${manifest.path} if it is the package that is meant, or remove the import.`, advice)
}

/** Dependencies of a manifest that no import uses. They may still be used in other ways. */
export function unimported(manifest: NpmManifest, used: ReadonlySet<string>): Declared[] {
  return manifest.declared.filter(({ name, role, range }) => role === 'runtime' && !used.has(name) && !name.startsWith('@types/') && !/^(workspace|link|file|portal):/.test(range))
}
