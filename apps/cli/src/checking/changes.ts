import { usageError } from '../command.ts'
import { neverSource } from '../never-source.ts'
import type { Git } from '../git.ts'
import { changeFormat, parseChanges, type Change } from './patch.ts'

/** The comparison that determines which lines are new. */
export type Since = { readonly kind: 'last commit' } | { readonly kind: 'staged' } | { readonly kind: 'base'; readonly ref: string }

export interface Changes {
  /** Files on the new side. */
  readonly changed: readonly Change[]
  /** Files that are only on the older side. */
  readonly deleted: readonly Change[]
}

/** The changes since the last commit or a merge base, or the staged ones. Untracked files are new as a whole, unless only the index counts. */
export async function changesSince(git: Git, since: Since, paths: readonly string[]): Promise<Changes> {
  if (since.kind === 'staged') return bySide(parseChanges(await git.text(['diff-index', '--cached', ...changeFormat, await headOrNothing(git), '--', ...paths])))
  const from = since.kind === 'base' ? await mergeBase(git, since.ref) : await headOrNothing(git)
  const { changed, deleted } = bySide(parseChanges(await git.text(['diff-index', ...changeFormat, from, '--', ...paths])))
  const known = new Set(changed.map(({ path }) => path))
  const others = (await git.bytes(['ls-files', '--others', '--exclude-standard', '-z', '--', ...paths])).toString('utf8').split('\0')
  return { changed: [...changed, ...others.filter((path) => mayBeSource(path) && !known.has(path)).map(newFile)], deleted }
}

function bySide(all: readonly Change[]): Changes {
  return { changed: all.filter(({ isDeleted }) => !isDeleted), deleted: all.filter(({ isDeleted }) => isDeleted) }
}

/** Excludes nested repositories, and packages that are not ignored by mistake. */
function mayBeSource(path: string): boolean {
  return path !== '' && !path.endsWith('/') && !path.split('/').some((part) => neverSource.has(part))
}

// With a longer list of paths, git is asked about all files instead.
const maxNames = 200

export interface NamedChange {
  readonly path: string
  readonly kind: 'changed' | 'new' | 'committed' | 'clean'
  readonly lines: Change['lines']
  readonly hunks: string
}

/**
 * The new lines of named files: the changes since the last commit, or all lines of an untracked file. In a file without changes,
 * those of the last commit, because Aider commits before it lints. If the last commit did not change it either, all lines.
 */
export async function changesOf(git: Git, paths: readonly string[]): Promise<NamedChange[]> {
  const edited = await findEdited(git, paths)
  if (!edited) return paths.map((path) => ({ path, kind: 'new', lines: 'all', hunks: '' }))
  const clean = paths.filter((path) => !edited.has(path))
  const committed = await findCommitted(git, clean)
  const tracked = await findTracked(git, clean.filter((path) => !committed.has(path)))
  return paths.map((path): NamedChange => {
    const change = edited.get(path)
    if (change) return { path, kind: change.lines === 'all' ? 'new' : 'changed', lines: change.lines, hunks: change.hunks }
    const older = committed.get(path)
    if (older) return { path, kind: 'committed', lines: older.lines, hunks: older.hunks }
    return { path, kind: tracked.has(path) ? 'clean' : 'new', lines: 'all', hunks: '' }
  })
}

const limitTo = (paths: readonly string[]) => (paths.length <= maxNames ? paths : [])

/** The changes since the last commit; undefined when there is none yet. */
async function findEdited(git: Git, paths: readonly string[]): Promise<Map<string, Change> | undefined> {
  const text = await git.mayFail(['diff-index', ...changeFormat, 'HEAD', '--', ...limitTo(paths)])
  if (text === undefined) {
    // Fails when git refuses to read the repository, with git's reason.
    await git.text(['rev-parse', '--git-dir'])
    return undefined
  }
  const edited = byPath(parseChanges(text))
  // Renames can be detected only in the whole diff.
  const mayBeRenamed = limitTo(paths).some((path) => edited.get(path)?.lines === 'all')
  return mayBeRenamed ? byPath(parseChanges(await git.text(['diff-index', ...changeFormat, 'HEAD']))) : edited
}

async function findCommitted(git: Git, paths: readonly string[]): Promise<Map<string, Change>> {
  if (paths.length === 0) return new Map()
  const text = await git.mayFail(['diff-tree', '--no-commit-id', '-r', '--root', '--diff-merges=first-parent', ...changeFormat, 'HEAD', '--', ...limitTo(paths)])
  return byPath(parseChanges(text ?? ''))
}

async function findTracked(git: Git, paths: readonly string[]): Promise<Set<string>> {
  if (paths.length === 0) return new Set()
  return new Set((await git.bytes(['ls-files', '--cached', '-z', '--', ...limitTo(paths)])).toString('utf8').split('\0'))
}

const byPath = (all: readonly Change[]) => new Map(bySide(all).changed.map((change) => [change.path, change]))

const newFile = (path: string): Change => ({ path, mode: '100644', oid: '', lines: 'all', hunks: '' })

async function headOrNothing(git: Git): Promise<string> {
  if ((await git.mayFail(['rev-parse', '-q', '--verify', 'HEAD'])) !== undefined) return 'HEAD'
  // Compared with the empty tree, everything is new.
  return (await git.bytes(['hash-object', '-t', 'tree', '--stdin'])).toString('latin1').trim()
}

async function mergeBase(git: Git, ref: string): Promise<string> {
  const base = ref.startsWith('-') ? undefined : await git.mayFail(['rev-parse', '-q', '--verify', `${ref}^{commit}`])
  if (base === undefined) throw usageError(`--base ${JSON.stringify(ref)} is not a commit or branch here`, 'name one, such as --base main; a branch that only the remote has must be fetched first: git fetch origin main')
  const found = await git.mayFail(['merge-base', base.trim(), 'HEAD'])
  if (found === undefined) throw usageError(`--base ${JSON.stringify(ref)} has no commit in common with HEAD`, 'where the clone is shallow, fetch its history first: git fetch --unshallow')
  return found.trim()
}
