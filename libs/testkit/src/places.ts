import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Programs fetched for tests are kept for the next run, where `elder up` keeps its own. */
export const cacheFolder = fileURLToPath(new URL('../../../.elder/cache', import.meta.url))

export function makeTestFolder(): string {
  return mkdtempSync(join(tmpdir(), 'elder-test-'))
}

export function removeTestFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}
