import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { CommandError, type Env } from './command.ts'
import { gitIn } from './git.ts'
import type { Repository } from './repository.ts'
import { shellWord } from './shell-word.ts'

/** The state of a repository's pre-commit hook. */
export interface Hook {
  readonly path: string
  /** 'ours', another program's, or there is none. */
  readonly state: 'ours' | 'other' | 'none'
  /** An earlier hook, which runs first. */
  readonly chained: boolean
  /** A commit that cannot be checked is refused. */
  readonly required: boolean
  /** The hooks folder is shared with other repositories. */
  readonly shared: boolean
}

const mark = '# Written by "elder hooks install"'
const requiredMark = 'required=yes'
const kept = 'pre-commit.before-elder'

export async function findHook({ root }: Repository, env: Env): Promise<Hook> {
  const git = gitIn(root, env, { hooksPath: 'as configured' })
  const [folder, common] = (await git.bytes(['rev-parse', '--git-path', 'hooks', '--git-common-dir'])).toString('utf8').trimEnd().split('\n').map((path) => resolve(root, path))
  const path = join(folder ?? '', 'pre-commit')
  const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  const state = text?.includes(mark) ? 'ours' : isThere(path) ? 'other' : 'none'
  const isWithin = (outer: string) => !relative(outer, path).startsWith('..')
  return { path, state, chained: state === 'ours' && isThere(keptBeside(path)), required: text?.includes(requiredMark) === true, shared: !isWithin(root) && !isWithin(common ?? root) }
}

/** Installs our hook. An existing hook is kept beside it and runs first. */
export function installHook({ path, state }: Hook, elder: string, required: boolean): void {
  const before = keptBeside(path)
  // Husky writes its folder again with each install of packages, and finds its script by the name of the hook, which renaming would change.
  if (state !== 'ours' && (existsSync(join(path, '../h')) || path.endsWith('/.husky/_/pre-commit'))) throw new CommandError(`${path} is husky's, which runs .husky/pre-commit`, { fix: `add this line there: ${shellWord(elder)} check --staged` })
  if (state === 'other') {
    if (isThere(before)) throw new CommandError(`${path} is another program's, and ${before} keeps the one before it`, { fix: `remove the one that is not needed any more, then: elder hooks install` })
    renameSync(path, before)
  }
  mkdirSync(join(path, '..'), { recursive: true })
  // Written beside it first, so that a concurrent commit finds a complete hook or none.
  const fresh = `${path}.elder-${process.pid}`
  writeFileSync(fresh, scriptOf(elder, required))
  chmodSync(fresh, 0o755)
  renameSync(fresh, path)
}

/** Removes our hook and restores the earlier one. */
export function uninstallHook({ path, state }: Hook): void {
  if (state !== 'ours') return
  const before = keptBeside(path)
  if (isThere(before)) renameSync(before, path)
  else rmSync(path)
}

const keptBeside = (path: string) => join(path, '..', kept)
// A broken link exists, too.
const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined

const scriptOf = (elder: string, required: boolean) => `#!/bin/sh
${mark}; "elder hooks uninstall" brings back what was here before.
elder=${shellWord(elder)}
${required ? requiredMark : 'required=no'}

before=\${0%/*}/${kept}
if [ -x "$before" ]; then
  "$before" "$@" || exit
fi

unchecked() {
  if [ "$required" = yes ]; then
    echo "elder: the commit is refused, because $1" >&2
    exit 1
  fi
  echo "elder: committed without a check, because $1" >&2
  exit 0
}

[ -x "$elder" ] || unchecked "$elder is not there any more"
"$elder" check --staged --timeout 30
case $? in
  0) exit 0 ;;
  1 | 2) echo "elder: the commit is refused: fix what is said above, or commit with --no-verify" >&2; exit 1 ;;
  130 | 143) exit 1 ;;
  *) unchecked "the platform could not be asked" ;;
esac
`
