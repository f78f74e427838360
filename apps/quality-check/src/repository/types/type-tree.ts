import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Source files in a temporary folder under their own names, so that their imports resolve. */
export interface TypeTree {
  add(path: string, text: string): Promise<void>
  /** The original path of a file of the folder; undefined for any other file. */
  pathOf(file: string): string | undefined
  readonly folder: string
  readonly size: number
}

// Letters, digits and a few signs, and no leading dot: no program gives such a name a special meaning. Files with other names get a generated one and cannot be imported.
const plainPart = /^[\w@+$()[\]-][\w@.+$()[\]-]{0,100}$/
// Modules that configure the checker itself must not be found by it.
const configuration = /^(oxlint|eslint)\.config\./
const deepest = 25
const longest = 500

export function createTypeTree(folder: string): TypeTree {
  const paths = new Map<string, string>()
  return {
    folder,
    async add(path, text) {
      const name = isPlain(path) && !paths.has(path) ? path : `renamed/f${String(paths.size).padStart(6, '0')}${/\.[a-z]{2,3}$/.exec(path)?.[0] ?? '.txt'}`
      const file = join(folder, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text, { flag: 'wx' })
      paths.set(name, path)
    },
    pathOf: (file) => paths.get(file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file),
    get size() {
      return paths.size
    },
  }
}

function isPlain(path: string): boolean {
  const parts = path.split('/')
  // A folder named like a source file could collide with one.
  const folders = parts.slice(0, -1)
  return path.length <= longest && parts.length <= deepest && parts.every((part) => plainPart.test(part)) && !folders.some((part) => /\.(?:[cm]?[jt]sx?|pyi?)$/.test(part) || part === 'renamed') && !configuration.test(parts.at(-1) ?? '')
}
