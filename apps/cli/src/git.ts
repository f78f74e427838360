import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommandError, type Env } from './command.ts'
import { commonFolder } from './repository.ts'

/** Runs a git command that only reads. Throws when it fails; `mayFail` returns undefined instead. */
export interface Git {
  text(args: readonly string[]): Promise<string>
  bytes(args: readonly string[], input?: string): Promise<Buffer>
  mayFail(args: readonly string[]): Promise<string | undefined>
}

const maxOutputBytes = 512 * 1024 * 1024
const timeoutMs = 60_000

// Disables everything that a repository's configuration could make git run: a monitor, hooks, filters, helpers, fetching missing objects.
const harmless = ['--no-pager', '--no-optional-locks', '--literal-pathspecs', '-c', 'core.fsmonitor=false', '-c', 'core.untrackedCache=false', '-c', 'core.quotePath=true', '-c', 'submodule.recurse=false', '-c', 'protocol.allow=never', '-c', 'diff.external=']
const quiet = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1', LC_ALL: 'C' }
// Of the environment, only what git itself sets for a hook. GIT_INDEX_FILE is what `git commit FILE` is about to commit.
const inherited = new Set(['GIT_INDEX_FILE', 'GIT_DIR', 'GIT_WORK_TREE', 'GIT_COMMON_DIR', 'GIT_OBJECT_DIRECTORY', 'GIT_QUARANTINE_PATH', 'GIT_ALTERNATE_OBJECT_DIRECTORIES'])

/** git in a repository, without running anything of that repository: no hooks, filters, monitors, diff drivers or helpers. */
export function gitIn(root: string, env: Env, { hooksPath = 'none' }: { hooksPath?: 'none' | 'as configured' } = {}): Git {
  const gitEnv = { ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_') || inherited.has(name))), ...quiet }
  let prefix: string[] | undefined
  const run = async (args: readonly string[], input?: string) => {
    const { spawnSync } = await import('node:child_process')
    const start = (all: readonly string[]) => spawnSync('git', all, { cwd: root, env: gitEnv, input: input ?? '', maxBuffer: maxOutputBytes, timeout: timeoutMs })
    prefix ??= [...harmless, ...(hooksPath === 'none' ? ['-c', 'core.hooksPath=/dev/null'] : []), ...withoutFilters(root, start)]
    return start([...prefix, ...args])
  }
  const bytes = async (args: readonly string[], input?: string) => {
    const { status, stdout, stderr, error } = await run(args, input)
    if (status === 0) return stdout
    const why = error ? explain(error) : stderr.toString('utf8').trim().replace(/^fatal: /, '') || `it ended with ${status}`
    throw new CommandError(`git could not list what has changed: ${why}`, { exitCode: 2, fix: 'name the files and add --whole: elder check --whole FILE...' })
  }
  return {
    bytes,
    text: async (args) => (await bytes(args)).toString('latin1'),
    async mayFail(args) {
      const { status, stdout } = await run(args)
      return status === 0 ? stdout.toString('latin1') : undefined
    },
  }
}

/** Filters of the repository's own configuration are disabled. Those of the user's configuration are trusted. */
function withoutFilters(root: string, start: (args: readonly string[]) => { status: number | null; stdout: Buffer }): string[] {
  const folder = commonFolder(join(root, '.git'))
  const own = ['config', 'config.worktree'].map((name) => join(folder, name)).filter((file) => existsSync(file))
  // Running git takes as long as the check, so only if there is something to find out.
  if (!own.some((file) => /\[\s*(filter|include)|worktreeConfig/i.test(readFileSync(file, 'latin1')))) return []
  const { status, stdout } = start(['config', '-z', '--name-only', '--get-regexp', String.raw`^filter\..*\.(clean|process|smudge)$`])
  if (status !== 0) return []
  const names = new Set(stdout.toString('utf8').split('\0').filter(Boolean).map((key) => key.slice('filter.'.length, key.lastIndexOf('.'))))
  return [...names].flatMap((name) => ['clean', 'process', 'smudge'].flatMap((key) => ['-c', `filter.${name}.${key}=`]).concat('-c', `filter.${name}.required=false`))
}

function explain(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'it is not installed'
  return code === 'ETIMEDOUT' ? `it did not answer within ${timeoutMs / 1_000} s` : error.message
}
