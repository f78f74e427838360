import { posix } from 'node:path'
import { satisfies as satisfiesPython, valid as validPython, validRange as validPythonRange } from '@renovatebot/pep440'
import semver from 'semver'
import { isFixture } from '../path-class.ts'
import { flaw, type Flaw } from './flaw.ts'
import { folderOf, foldersAbove, joinPath, type Declared, type Lock, type Manifest } from './manifest.ts'
import type { PythonManifest } from './python-manifests.ts'
import { normalizeDistribution } from './python-names.ts'

const namedAtMost = 5
// Versions that no lock file pins by a registry: workspaces, folders, URLs.
const elsewhere = /^(workspace|file|link|portal|patch|catalog|git|github|https?|git\+[a-z]+|npm|jsr|exec):|^[\w.-]+\/[\w.-]+(#|$)/

/** Finds declared dependencies that nothing pins, and lock files that were made for other ranges. In `constrained` folders, and below, Python is installed with constraints. */
export function judgeLocks(manifests: readonly Manifest[], locks: readonly Lock[], constrained: ReadonlySet<string>): Flaw[] {
  const byFolder = Map.groupBy(locks, ({ folder }) => folder)
  return manifests
    .filter(({ path, declared }) => declared.length > 0 && !isFixture(path))
    .flatMap((manifest) => {
      const lock = [...foldersAbove(manifest.folder)].flatMap((folder) => byFolder.get(folder) ?? []).find((each) => each.ecosystem === manifest.ecosystem && speaksFor(each, manifest))
      if (manifest.ecosystem === 'npm') return lock === undefined ? unlockedNpm(manifest) : againstNpmLock(manifest, lock)
      if (lock !== undefined) return againstPythonLock(manifest, lock)
      return [...foldersAbove(manifest.folder)].some((folder) => constrained.has(folder)) ? [] : unlockedPython(manifest as PythonManifest, manifests)
    })
}

const byName: Readonly<Record<string, RegExp>> = { 'poetry.lock': /pyproject\.toml$/, 'uv.lock': /pyproject\.toml$/, 'pdm.lock': /pyproject\.toml$/, 'Pipfile.lock': /Pipfile$/ }

function speaksFor(lock: Lock, manifest: Manifest): boolean {
  const name = lock.path.slice(lock.path.lastIndexOf('/') + 1)
  return lock.asked?.has(manifest.folder) ?? byName[name]?.test(manifest.path) ?? true
}

// In the manifest of a template, which others fill in and install.
const placeholder = /\$\{|\{\{|<%/
// Only the root of its workspace, which is not here, has a lock.
const ofWorkspace = /^(?:workspace|catalog):/
const pinnable = ({ role, range }: Declared) => role !== 'peer' && !elsewhere.test(range) && !placeholder.test(range)

function unlockedNpm(manifest: Manifest): Flaw[] {
  const declared = manifest.declared.filter(pinnable)
  if (declared.length === 0 || manifest.declared.some(({ range }) => ofWorkspace.test(range))) return []
  return [flaw('unlocked-dependency', undefined, first(manifest), `${manifest.path} declares ${count(declared.length)}, and no lock file pins them`, 'Commit the lock file that npm, pnpm or yarn writes.', isServedLibrary(manifest))]
}

/** Another's published library among the files that a server sends as they are: nobody installs it there. */
function isServedLibrary({ path, text }: Manifest): boolean {
  return /(?:^|\/)(?:static|public|assets)\/.+\//.test(path) && /"main"\s*:/.test(text) && /"repository"\s*:/.test(text) && !/"private"\s*:\s*true/.test(text)
}

const count = (number: number) => (number === 1 ? '1 dependency' : `${number} dependencies`)
const first = ({ path }: Manifest) => ({ path, line: 1, column: 1, endLine: 1, endColumn: 2 })

function againstNpmLock(manifest: Manifest, lock: Lock): Flaw[] {
  const asked = lock.asked?.get(manifest.folder)
  const pinned = Map.groupBy(lock.packages, ({ name }) => name)
  return manifest.declared.filter((each) => pinnable(each) && each.role !== 'optional').flatMap((each) => {
    const { name, range } = each
    if (asked !== undefined) return asked.has(name) ? (sameRange(asked.get(name) ?? '', range) ? [] : mismatch(manifest, each, lock, `was made for ${asked.get(name)}`)) : missing(manifest, each, lock)
    const versions = pinned.get(name)
    if (versions === undefined) return missing(manifest, each, lock)
    if (semver.validRange(range) === null || versions.some(({ version }) => semver.satisfies(version, range, { includePrerelease: true, loose: true }))) return []
    return mismatch(manifest, each, lock, `pins ${versions.map(({ version }) => version).join(', ')}`)
  })
}

const sameRange = (a: string, b: string) => a.trim() === b.trim() || elsewhere.test(a)

function missing(manifest: Manifest, declared: Declared, lock: Lock): Flaw[] {
  return [flaw('unlocked-dependency', { ecosystem: manifest.ecosystem, name: keyName(manifest, declared) }, { ...declared, path: manifest.path }, `${declared.name} is declared, but ${lock.path} does not pin it`, `Write ${lock.path} again and commit it.`)]
}

function mismatch(manifest: Manifest, declared: Declared, lock: Lock, what: string): Flaw[] {
  return [flaw('lock-mismatch', { ecosystem: manifest.ecosystem, name: keyName(manifest, declared) }, { ...declared, path: manifest.path }, `${manifest.path} asks for ${declared.name} ${declared.range}, but ${lock.path} ${what}`, `Write ${lock.path} again and commit it.`)]
}

const keyName = ({ ecosystem }: Manifest, { name }: Declared) => (ecosystem === 'PyPI' ? normalizeDistribution(name) : name)

function againstPythonLock(manifest: Manifest, lock: Lock): Flaw[] {
  const pinned = Map.groupBy(lock.packages, ({ name }) => normalizeDistribution(name))
  return manifest.declared.flatMap((each) => {
    if (each.conditional || each.role === 'optional' || normalizeDistribution(each.name) === normalizeDistribution(manifest.name)) return []
    const versions = pinned.get(normalizeDistribution(each.name))
    if (versions === undefined) return missing(manifest, each, lock)
    if (!validPythonRange(each.range) || versions.some(({ version }) => validPython(version) === null || satisfiesPython(version, each.range, { prereleases: true }))) return []
    return mismatch(manifest, each, lock, `pins ${versions.map(({ version }) => version).join(', ')}`)
  })
}

const constraintsAtAddress = /^\s*(?:-c|--constraint)[\s=]\s*https?:/m

/** Without a lock file, exact versions in any requirements file of the same project, or in one that is included, count as pins. */
function unlockedPython(manifest: PythonManifest, manifests: readonly Manifest[]): Flaw[] {
  if (constraintsAtAddress.test(manifest.text)) return []
  const included = new Set(manifest.includes.map((each) => posix.normalize(joinPath(folderOf(manifest.path), each))))
  const beside = manifests.filter(({ ecosystem, folder, path }) => ecosystem === 'PyPI' && (folder === manifest.folder || included.has(path)))
  const pins = new Set(beside.flatMap(({ declared }) => declared.filter(isPinned).map(({ name }) => normalizeDistribution(name))))
  const open = manifest.declared.filter(({ name, role }) => role !== 'optional' && !pins.has(normalizeDistribution(name)))
  if (open.length === 0 || open.some(({ name }) => normalizeDistribution(name) === normalizeDistribution(manifest.name))) return []
  const named = open.slice(0, namedAtMost).map(({ name }) => name).join(', ')
  const more = open.length > namedAtMost ? ` and ${open.length - namedAtMost} more` : ''
  return [flaw('unlocked-dependency', undefined, { ...(open[0] as Declared), path: manifest.path }, `${manifest.path} names no exact version of ${named}${more}, and no lock file does`, 'Commit the lock file that uv, Poetry or Pipenv writes, or pin exact versions.')]
}

const isPinned = ({ range }: Declared): boolean => /^={2,3}[^*,]+$/.test(range)

/** Versions that are certainly installed: pinned by a lock file, or by an exact requirement. */
export function pinnedVersions(manifests: readonly Manifest[], locks: readonly Lock[]) {
  const fromLocks = locks.flatMap(({ path, ecosystem, packages }) => packages.map(({ name, version, line, licence }) => ({ ecosystem, name, version, path, line, licence })))
  const exact = manifests.flatMap(({ path, ecosystem, declared }) => (ecosystem === 'PyPI' ? declared.filter(isPinned).map(({ name, range, line }) => ({ ecosystem, name, version: range.replace(/^=+/, ''), path, line, licence: undefined })) : []))
  return [...fromLocks, ...exact]
}
