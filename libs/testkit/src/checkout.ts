import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * A second checkout of this repository as it is now, uncommitted files included, in a folder of its own. Packages from the
 * lock file are shared with this one; our own are the copy's, so that what a test does to it stays there. Built, it has the
 * bundles of this one too, and its launcher builds only when they are older than a source.
 */
export function copyCheckout({ built = false }: { built?: boolean } = {}): { path: string; dispose(): void } {
  const path = join(mkdtempSync(join(tmpdir(), 'elder-checkout-')), 'with a space')
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: repository, encoding: 'utf8' }).trim().split('\n')
  const bundles = built ? globSync('apps/*/dist', { cwd: repository }) : []
  for (const file of [...files.filter((name) => existsSync(join(repository, name))), ...bundles]) {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    cpSync(join(repository, file), join(path, file), { recursive: true, preserveTimestamps: true })
  }
  const packages = join(path, 'node_modules')
  mkdirSync(join(packages, '@elder'), { recursive: true })
  for (const entry of readdirSync(join(repository, 'node_modules')).filter((name) => name !== '@elder' && !name.startsWith('.vite'))) {
    const source = join(repository, 'node_modules', entry)
    // The launcher's stamps are files of the copy.
    if (entry.startsWith('.elder')) {
      if (entry === '.elder-installed' || (built && entry === '.elder-built')) cpSync(source, join(packages, entry), { preserveTimestamps: true })
    } else symlinkSync(source, join(packages, entry))
  }
  for (const kind of ['apps', 'libs']) {
    for (const name of readdirSync(join(path, kind))) symlinkSync(join(path, kind, name), join(packages, '@elder', name))
  }
  // What a project has in a version of its own. No link to the whole folder: who installs in the copy would empty ours.
  for (const own of globSync('{apps,libs}/*/node_modules', { cwd: repository })) cpSync(join(repository, own), join(path, own), { recursive: true, verbatimSymlinks: true })
  // Programs that were fetched once need not be fetched again.
  const cache = join(repository, '.elder/cache')
  if (existsSync(cache)) cpSync(cache, join(path, '.elder/cache'), { recursive: true, verbatimSymlinks: true })
  return { path, dispose: () => rmSync(dirname(path), { recursive: true, force: true }) }
}
