import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { placeOf, removePlace } from '@elder/backing'

/** Programs fetched for tests are kept for the next run, where `elder up` keeps its own. */
export const cacheFolder = fileURLToPath(new URL('../../../.elder/cache', import.meta.url))

/** A folder of this process, removed by a later run if this one is killed. */
export function makeTestFolder(): string {
  return mkdtempSync(join(tmpdir(), `elder-test-${process.pid}-`))
}

export function removeTestFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

/** Removes what killed test runs left behind. */
export function sweepTestFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^elder-test-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    const folder = join(tmpdir(), name)
    try {
      removePlace(placeOf(folder, folder), { keepPrograms: true })
      removeTestFolder(folder)
    } catch {
      // Another user's, or another run was faster.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
