import { watch, type FSWatcher } from 'node:fs'
import { join } from 'node:path'
import { CommandError, type Context } from '../command.ts'
import { walkFiles } from '../file-walk.ts'
import type { Repository } from '../repository.ts'
import type { Job } from './job.ts'
import { runCheck } from './run.ts'

// Editors write a file in several steps.
const settleMs = 150
const maxFolders = 10_000

/** Checks now and whenever a file changes, until it is interrupted. A new run cancels the previous one. */
export async function watchCheck(job: Job, repository: Repository, context: Context): Promise<number> {
  const { terminal } = context
  let running: AbortController | undefined
  let settling: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined
  const watched = new Map<string, FSWatcher>()
  const { promise: interrupted, resolve: end } = Promise.withResolvers<number>()
  const run = async () => {
    running?.abort()
    const own = new AbortController()
    running = own
    try {
      watchFolders(repository, watched, changed)
      await runCheck(job, repository, context, own.signal)
    } catch (error) {
      if (!own.signal.aborted) terminal.note(`elder: ${error instanceof CommandError ? error.message : String(error)}`)
    }
    if (!own.signal.aborted) terminal.note(`elder: waiting for changes (${new Date().toTimeString().slice(0, 8)}); Ctrl-C ends this`)
  }
  const changed = () => {
    clearTimeout(settling)
    settling = setTimeout(() => {
      round = run()
    }, settleMs)
  }
  process.once('SIGINT', () => end(130))
  round = run()
  const exitCode = await interrupted
  clearTimeout(settling)
  running?.abort()
  // This also cancels the check on the platform.
  await round
  for (const watcher of watched.values()) watcher.close()
  return exitCode
}

/** All folders that .gitignore does not exclude, also empty ones, where the next file may be created, and .git, which changes when files are staged or committed. */
function watchFolders({ root, isGit }: Repository, watched: Map<string, FSWatcher>, changed: () => void): void {
  const folders = new Set(walkFiles(root).folders.map((folder) => join(root, folder)))
  if (folders.size > maxFolders) throw new CommandError(`${root} has ${folders.size} folders; ${maxFolders} can be watched`, { fix: 'exclude generated files in .gitignore' })
  for (const [folder, watcher] of watched) {
    if (folders.has(folder) || folder === gitFolder(root)) continue
    watcher.close()
    watched.delete(folder)
  }
  for (const folder of folders) if (!watched.has(folder)) open(folder, watched, (name) => name !== '.git' && changed())
  // Only the files in .git that change at the end of an operation, not its lock files.
  if (isGit && !watched.has(gitFolder(root))) open(gitFolder(root), watched, (name) => (name === 'index' || name === 'HEAD') && changed())
}

const gitFolder = (root: string) => join(root, '.git')

function open(folder: string, watched: Map<string, FSWatcher>, told: (name: string | null) => void): void {
  try {
    const watcher = watch(folder, (_, name) => told(name))
    // Deleting a folder ends its watcher; the next run creates a new one.
    watcher.on('error', () => watcher.close())
    watched.set(folder, watcher)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EMFILE') throw new CommandError('the system cannot watch more folders: raise fs.inotify.max_user_watches and fs.inotify.max_user_instances', { cause: error })
    if (code !== 'ENOENT') throw error
  }
}
