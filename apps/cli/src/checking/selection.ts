import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { CommandError, usageError, type Env } from '../command.ts'
import { gitIn, type Git } from '../git.ts'
import type { Repository } from '../repository.ts'
import { count } from '../terminal.ts'
import type { Since } from './changes.ts'
import { contentToSend, expandFolders, maxFileBytes, notAnalysed, oddName, readAll, type DeletedFile, type Named } from './files.ts'
import type { Change } from './patch.ts'
import type { CheckedFile, CheckMode } from './report.ts'

/** The files that the command line selects. */
export interface Wanted {
  readonly names: readonly string[]
  /** Undefined: the named files, else the changes since the last commit. */
  readonly since: Since | undefined
  readonly mode: CheckMode
}

export interface Selection {
  readonly mode: CheckMode
  readonly files: readonly Named[]
  readonly refused: readonly CheckedFile[]
  /** Names of files that were not named themselves: found in a folder, or changed. */
  readonly found: ReadonlySet<string>
  /** A description of what is checked. */
  readonly says: string
  /** Files that the change deletes, as far as it is known. */
  readonly deleted?: readonly DeletedFile[]
}

export interface Place {
  readonly repository: Repository
  readonly cwd: string
  readonly env: Env
}

/** Selects the files and the lines to check. */
export async function select({ names, since, mode }: Wanted, place: Place): Promise<Selection> {
  const { repository, cwd } = place
  if (!repository.isGit && (since || names.length === 0)) throw usageError('this is not a git repository, so the changes are unknown', 'name the files: elder check FILE...')
  if (since?.kind === 'staged') return selectStaged(names, mode, place)
  if (since || names.length === 0) return selectChanged({ names, since: since ?? { kind: 'last commit' }, mode }, place)
  const chosen = await expandFolders(names, cwd)
  const read = readAll(chosen.names, repository, cwd, chosen.found)
  const base = { ...read, found: chosen.found }
  if (mode !== 'new_code') return { ...base, mode, says: `every line of ${count(read.files.length, 'file')}${mode === 'baseline' ? ', but not what the baseline holds' : ''}` }
  if (!repository.isGit) return { ...base, mode: 'whole_file', says: `every line of ${count(read.files.length, 'file')}: this is no git repository` }
  try {
    return { ...base, ...(await judgeNamed(read.files, gitIn(repository.root, place.env))), mode }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    // A named file is checked even if git is missing or refuses.
    return { ...base, mode: 'whole_file', says: `every line of ${count(read.files.length, 'file')}: ${error.message}` }
  }
}

async function judgeNamed(files: readonly Named[], git: Git): Promise<{ files: Named[]; says: string }> {
  const inside = files.filter(({ isOutside }) => !isOutside)
  const { changesOf } = await import('./changes.ts')
  const changes = new Map(inside.length === 0 ? [] : (await changesOf(git, inside.map(({ path }) => path))).map((change) => [change.path, change]))
  const kinds = { changed: 0, new: 0, committed: 0, clean: 0 }
  const judged = files.map((file) => {
    const change = changes.get(file.path)
    kinds[change?.kind ?? 'clean']++
    return { ...file, ...linesOf(change, file.content) }
  })
  const parts = [
    kinds.changed > 0 && `the lines of ${count(kinds.changed, 'file')} that changed since the last commit`,
    kinds.new > 0 && count(kinds.new, 'new file'),
    kinds.committed > 0 && `the lines of ${count(kinds.committed, 'file')} that the last commit brought`,
    kinds.clean > 0 && `every line of ${count(kinds.clean, 'file')} without changes`,
  ]
  return { files: judged, says: parts.filter((part) => part !== false).join(', ') }
}

async function selectChanged({ names, since, mode }: Wanted & { since: Since }, { repository, cwd, env }: Place): Promise<Selection> {
  const { changesSince } = await import('./changes.ts')
  const { changed, deleted } = await changesSince(gitIn(repository.root, env), since, pathsOf(names, repository, cwd))
  const changes = changed.filter(({ path, mode: kind }) => kind !== submodule && (oddName(path) !== undefined || existsSync(join(repository.root, path))))
  const links = changes.filter(({ mode: kind }) => kind === symbolicLink)
  const byName = new Map(changes.filter(({ mode: kind }) => kind !== symbolicLink).map((change) => [relative(cwd, join(repository.root, change.path)), change]))
  const read = readAll([...byName.keys()].sort(), repository, cwd, new Set(byName.keys()))
  const files = mode === 'new_code' ? read.files.map((file) => ({ ...file, ...linesOf(byName.get(file.name), file.content) })) : read.files
  const refused = [...read.refused, ...links.map(({ path }) => notAnalysed(relative(cwd, join(repository.root, path)), 'is a symbolic link'))]
  const what = since.kind === 'base' ? `since it left ${since.ref}` : 'since the last commit'
  const says = mode === 'new_code' ? `the lines of ${count(files.length, 'file')} that changed ${what}` : `every line of ${count(files.length, 'file')} that changed ${what}`
  return { mode, files, refused, found: new Set([...byName.keys(), ...refused.map(({ path }) => path)]), says, deleted: deletedFiles(deleted, { repository, cwd }) }
}

/** The index as it will be committed, independent of the work tree. */
async function selectStaged(names: readonly string[], mode: CheckMode, { repository, cwd, env }: Place): Promise<Selection> {
  const git = gitIn(repository.root, env)
  const [{ changesSince }, { readBlobs }] = await Promise.all([import('./changes.ts'), import('./blobs.ts')])
  const { changed, deleted } = await changesSince(git, { kind: 'staged' }, pathsOf(names, repository, cwd))
  const changes = changed.filter((change) => change.mode !== submodule)
  const nameOf = ({ path }: Change) => relative(cwd, join(repository.root, path))
  const refused: CheckedFile[] = []
  const wanted = changes.filter((change) => {
    const reason = change.mode === symbolicLink ? 'is a symbolic link' : oddName(change.path)
    if (reason !== undefined) refused.push(notAnalysed(nameOf(change), reason))
    return reason === undefined
  })
  const contents = await readBlobs(git, wanted.map(({ oid }) => oid), maxFileBytes)
  const files = wanted.flatMap((change): Named[] => {
    const content = contents.get(change.oid) ?? { refused: 'is not in the index any more' }
    const sent = contentToSend(content, change.path)
    if (sent) return [{ name: nameOf(change), path: change.path, isOutside: false, ...sent, ...(mode === 'new_code' && linesOf(change, sent.content)) }]
    if ('refused' in content) refused.push(notAnalysed(nameOf(change), content.refused))
    return []
  })
  return { mode, files, refused, found: new Set(changes.map(nameOf)), says: `${mode === 'new_code' ? 'the staged lines' : 'every line'} of ${count(files.length, 'staged file')}`, deleted: deletedFiles(deleted, { repository, cwd }) }
}

function deletedFiles(deleted: readonly Change[], { repository, cwd }: Pick<Place, 'repository' | 'cwd'>): DeletedFile[] {
  return deleted.filter(({ path }) => oddName(path) === undefined).map(({ path, hunks }) => ({ name: relative(cwd, join(repository.root, path)), path, hunks }))
}

const symbolicLink = '120000'
const submodule = '160000'

function pathsOf(names: readonly string[], { root }: Repository, cwd: string): string[] {
  return names.map((name) => relative(root, resolve(cwd, name)) || '.')
}

/** A file in which lines were only deleted has no new lines. That is expressed by a line that does not exist. */
function linesOf(change: Pick<Change, 'lines' | 'hunks'> | undefined, content: Buffer): Pick<Named, 'changedLines' | 'hunks'> {
  if (change === undefined || change.lines === 'all') return {}
  const { lines, hunks } = change
  const beyond = lines.length > 0 ? 0 : content.toString('latin1').split('\n').length + 1
  return { changedLines: lines.length > 0 ? lines : [{ first: beyond, last: beyond }], hunks }
}
