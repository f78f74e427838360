import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that only this user can enter, with nothing in it but one file; and that file. Removes what killed processes left of the kind. */
export async function makePrivateRoot(kind: string, file: string, content: string): Promise<{ root: string; path: string }> {
  await sweep(kind)
  const root = await mkdtemp(join(tmpdir(), `${kind}-${process.pid}-`))
  const path = join(root, file)
  await writeFile(path, content)
  return { root, path }
}

async function sweep(kind: string): Promise<void> {
  const left = (await readdir(tmpdir())).filter((name) => {
    const pid = new RegExp(`^${kind}-(\\d+)-`).exec(name)?.[1]
    return pid !== undefined && !isRunning(Number(pid))
  })
  // Another user's folders cannot be removed, and are not ours to remove.
  await Promise.allSettled(left.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
