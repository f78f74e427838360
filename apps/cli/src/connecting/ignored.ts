import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { FilePlan } from './setup.ts'

/** Files with the key that git would include in a commit: in a home folder under version control, or through a link into a dotfiles repository. */
export function unignored(plans: readonly FilePlan[]): string[] {
  return plans.filter(({ secret, file }) => secret === true && wouldBeCommitted(file)).map(({ file }) => file)
}

function wouldBeCommitted(file: string): boolean {
  const place = existsSync(file) ? realpathSync(file) : join(nearestFolder(dirname(file)), basename(file))
  // Exit codes: 0 ignored, 1 not ignored, 128 no repository. Without git nothing is committed.
  return spawnSync('git', ['check-ignore', '--quiet', '--', place], { cwd: dirname(place) }).status === 1
}

function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(dirname(folder))
}
