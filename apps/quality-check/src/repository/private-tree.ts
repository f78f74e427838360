import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makePrivateRoot } from '../engines/private-root.ts'

/** A temporary folder for texts under generated names. The original names are never part of a path on disk. */
export interface PrivateTree {
  readonly root: string
  /** Contains only the texts. */
  readonly folder: string
  /** Returns the generated name. */
  add(path: string, extension: string, text: string | Uint8Array): Promise<string>
  /** The original path for a generated name. */
  pathOf(name: string): string | undefined
  remove(): Promise<void>
}

const plainExtension = /^\.[a-z0-9]{1,12}$/

/** `config` is written next to the folder's texts, as config.json. */
export async function makePrivateTree(config: string): Promise<PrivateTree> {
  const { root } = await makePrivateRoot('elder-repository', 'config.json', config)
  const folder = join(root, 'files')
  await mkdir(folder)
  const paths = new Map<string, string>()
  return {
    root,
    folder,
    async add(path, extension, text) {
      const name = `f${String(paths.size).padStart(6, '0')}${plainExtension.test(extension) ? extension : '.txt'}`
      paths.set(name, path)
      await writeFile(join(folder, name), text)
      return name
    },
    pathOf: (name) => paths.get(name),
    remove: () => rm(root, { recursive: true, force: true }),
  }
}
