import { isUtf8 } from 'node:buffer'
import { existsSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import type { Git } from '../git.ts'
import { neverSource } from '../never-source.ts'
import type { Repository } from '../repository.ts'
import { readBlobs } from './blobs.ts'
import { readAll, type DeletedFile, type Named } from './files.ts'

/** What the repository holds besides the files of a check, as far as their imports and deleted tests may be about it. */
export interface Surroundings {
  readonly files: readonly { readonly path: string; readonly content: string }[]
  readonly paths: readonly string[]
}

interface Listed {
  readonly path: string
  /** In the index. */
  readonly oid: string
}

// Below the platform's limits, and so small that a check does not wait for them.
const most = { files: 200, fileBytes: 512 * 1024, bytes: 2 * 1024 * 1024, paths: 5_000, read: 400 }

const manifest = /(?:^|\/)(?:package\.json|[tj]sconfig[\w.-]*\.json|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|[\w.-]*requirements[\w.-]*\.(?:txt|in)|constraints[\w.-]*\.(?:txt|in)|requirements\/[\w.-]+\.(?:txt|in))$/
// They may declare a package or map a name, too.
const setting = /(?:^|\/)(?:[\w.-]+\.config\.[cm]?[jt]s|\.babelrc(?:\.js(?:on)?)?|(?:babel|jest)\.config\.json|deno\.jsonc?|import[_-]?map\.json|bower\.json|angular\.json|(?:environment|conda|meta)[\w.-]*\.ya?ml|pixi\.toml|tox\.ini|noxfile\.py|Dockerfile[\w.-]*)$/

export interface Edited {
  readonly files: readonly Named[]
  /** Tests that the change deletes. */
  readonly deletedTests: readonly DeletedFile[]
}

/** The manifests around the files, and the paths that their new imports may mean or that deleted tests were about. Undefined when there are neither. */
export async function surroundingsOf({ files, deletedTests }: Edited, repository: Repository, git: Git, from: 'index' | 'work tree'): Promise<Surroundings | undefined> {
  const inside = files.filter(({ isOutside }) => !isOutside)
  const imported = new Set(inside.flatMap(importedBy))
  const tested = new Set(deletedTests.map(({ path }) => stemOf(path)))
  if (imported.size === 0 && tested.size === 0) return undefined
  const listed = await listFiles(git, from)
  const texts = imported.size === 0 ? undefined : await findManifests(inside, imported, listed, { read: readerOf(repository, git, from), isThere: (path) => from === 'index' || existsSync(join(repository.root, path)) })
  const subjects = tested.size === 0 ? [] : listed.map(({ path }) => path).filter((path) => tested.has(stemOf(path)) && (from === 'index' || existsSync(join(repository.root, path)))).slice(0, most.paths)
  if (texts === undefined && subjects.length === 0) return undefined
  return { files: texts ?? [], paths: [...(texts === undefined ? [] : pathsNamed(listed, imported)), ...subjects] }
}

const testName = /^test_|[._-](?:test|spec)s?$|(?<=[a-z0-9])(?:Tests?|IT)$/

export const isTest = (path: string): boolean => testName.test(nameOf(path))

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
/** "pay" of pay.ts, pay.test.ts and test_pay.py. */
const stemOf = (path: string) => nameOf(path).replace(testName, '')

interface Reading {
  read(listed: readonly Listed[]): Promise<Surroundings['files']>
  isThere(path: string): boolean
}

async function findManifests(files: readonly Named[], imported: ReadonlySet<string>, listed: readonly Listed[], { read, isThere }: Reading): Promise<Surroundings['files'] | undefined> {
  const around = foldersAround(files)
  const isAround = ({ path }: Listed) => around.has(folderOf(path).replace(/(?:^|\/)requirements$/, ''))
  const near = listed.filter((each) => manifest.test(each.path) && isAround(each))
  const nearest = await read(near)
  // What one that is too large declares is unknown.
  if (nearest.length === 0 || nearest.length < near.filter(({ path }) => isThere(path)).length) return undefined
  const far = listed.filter((each) => (manifest.test(each.path) && !isAround(each)) || setting.test(each.path)).slice(0, most.read)
  const names = new RegExp([...imported].map(escaped).join('|'), 'i')
  return within([...nearest, ...(await read(far)).filter(({ content }) => names.test(content))])
}

const javaScript = /\.[cm]?[jt]sx?$/
const loaded = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\(\s*)(["'])([^"'\n]{1,200})\1/g
const inPython = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w.,\t ]+))/gm
const builtins: ReadonlySet<string> = new Set(builtinModules)

/** The names of packages or modules that new lines import. */
function importedBy({ path, content, changedLines }: Named): string[] {
  const isPython = /\.pyi?$/.test(path)
  if (!isPython && !javaScript.test(path)) return []
  const lines = content.toString('utf8').split('\n')
  const text = changedLines === undefined ? lines.join('\n') : changedLines.map(({ first, last }) => lines.slice(first - 1, last).join('\n')).join('\n')
  if (isPython) return [...text.matchAll(inPython)].flatMap(([, from, all = '']) => (from === undefined ? all.split(',') : [from])).map((name) => name.trim().split(/[.\s]/)[0] ?? '').filter((name) => name !== '')
  return [...text.matchAll(loaded)].flatMap(([, , specifier = '']) => {
    if (/^[./#~$]|^@\/|^[a-z][a-z0-9+-]*:/i.test(specifier) || builtins.has(specifier)) return []
    return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
  })
}

async function listFiles(git: Git, from: 'index' | 'work tree'): Promise<Listed[]> {
  const entries = (await git.bytes(from === 'index' ? ['ls-files', '-s', '-z'] : ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])).toString('utf8').split('\0')
  return entries.flatMap((entry): Listed[] => {
    const [, oid = '', path = ''] = from === 'index' ? (/^\d+ ([0-9a-f]+) \d\t(.*)$/s.exec(entry) ?? []) : ['', '', entry]
    return path === '' || path.endsWith('/') || path.split('/').some((part) => neverSource.has(part)) || /[\p{Cc}\\\uFFFD]/u.test(path) ? [] : [{ path, oid }]
  })
}

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** The folders of the files and all above them. */
function foldersAround(files: readonly Named[]): ReadonlySet<string> {
  const folders = new Set([''])
  for (const { path } of files) for (let folder = folderOf(path); folder !== '' && !folders.has(folder); folder = folderOf(folder)) folders.add(folder)
  return folders
}

function readerOf(repository: Repository, git: Git, from: 'index' | 'work tree') {
  return async (listed: readonly Listed[]): Promise<Surroundings['files']> => {
    const paths = listed.map(({ path }) => path)
    const contents = from === 'work tree' ? readAll(paths, repository, repository.root, new Set(paths)).files : await readIndexed(git, listed)
    return contents.flatMap(({ path, content }) => (content.length <= most.fileBytes && isUtf8(content) ? [{ path, content: content.toString('utf8') }] : []))
  }
}

async function readIndexed(git: Git, listed: readonly Listed[]): Promise<{ path: string; content: Buffer }[]> {
  const blobs = await readBlobs(git, [...new Set(listed.map(({ oid }) => oid))], most.fileBytes)
  return listed.flatMap(({ path, oid }) => {
    const blob = blobs.get(oid)
    return blob !== undefined && 'content' in blob ? [{ path, content: blob.content }] : []
  })
}

function within(texts: Surroundings['files']): Surroundings['files'] {
  let left = most.bytes
  return texts.slice(0, most.files).filter(({ content }) => {
    const fits = content.length <= left
    if (fits) left -= content.length
    return fits
  })
}

/** Of the paths with a folder or file of such a name, one for each folder of that name and kind of file: that suffices to know that it is there. */
function pathsNamed(listed: readonly Listed[], names: ReadonlySet<string>): string[] {
  const words = [...names].flatMap((name) => (name.startsWith('@') ? [`@?${escaped(name.slice(1))}`, escaped(name.split('/')[0] ?? '')] : [`@?${escaped(name)}`]))
  const named = new RegExp(`(?:^|/)(?:${words.join('|')})(?=[/.]|$)`)
  const found = new Map<string, string>()
  for (const { path } of listed) {
    const match = named.exec(path)
    if (match === null) continue
    const key = `${path.slice(0, match.index)}${match[0]}\0${/\.\w+$/.exec(path)?.[0] ?? ''}`
    if (!found.has(key)) found.set(key, path)
  }
  return [...found.values()].slice(0, most.paths)
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
