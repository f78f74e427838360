import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Source files in a private folder, so that they find each other by their imports. */
export interface TypeTree {
  add(path: string, text: string): Promise<void>
  /** The path that a file of the folder came with; undefined for anything else. */
  pathOf(file: string): string | undefined
  readonly folder: string
  readonly size: number
}

// Letters, digits and a few signs, and no dot at the start: such a name means nothing to any program. Others get a name of ours, and are found by no import.
const plainPart = /^[\w@+$()[\]-][\w@.+$()[\]-]{0,100}$/
// Programs that configure the checker itself.
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
  // A folder called like a source file could stand in the way of one.
  const folders = parts.slice(0, -1)
  return path.length <= longest && parts.length <= deepest && parts.every((part) => plainPart.test(part)) && !folders.some((part) => /\.(?:[cm]?[jt]sx?|pyi?)$/.test(part) || part === 'renamed') && !configuration.test(parts.at(-1) ?? '')
}
