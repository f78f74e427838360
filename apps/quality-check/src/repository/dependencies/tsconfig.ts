import { folderOf, foldersAbove, joinPath } from './manifest.ts'

export interface CompilerPaths {
  /** "@app/*", without its star: specifiers that begin so are the repository's own. */
  readonly prefixes: readonly string[]
  readonly exact: ReadonlySet<string>
  /** Folders, below which any plain specifier may be. */
  readonly baseFolder: string | undefined
}

const withoutComments = /("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g

/** Reads the `paths` of a tsconfig.json, which may have comments and commas that JSON forbids. Nothing when it is no such file. */
export function readCompilerPaths(path: string, text: string): CompilerPaths | undefined {
  let value: unknown
  try {
    value = JSON.parse(text.slice(0, 1_048_576).replace(withoutComments, '$1').replace(/,(\s*[}\]])/g, '$1'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  const options = fieldOf(value, 'compilerOptions')
  const paths = fieldOf(options, 'paths')
  const base = fieldOf(options, 'baseUrl')
  const names = typeof paths === 'object' && paths !== null ? Object.keys(paths) : []
  return {
    prefixes: names.flatMap((name) => (name.includes('*') ? [name.slice(0, name.indexOf('*'))] : [])),
    exact: new Set(names.filter((name) => !name.includes('*'))),
    baseFolder: typeof base === 'string' ? joinPath(folderOf(path), base.replace(/^\.\/?/, '')).replace(/\/$/, '') : undefined,
  }
}

const fieldOf = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined)

/** Says whether a specifier is an alias of the repository's own, by the compiler settings around a file. */
export function createAliases(settings: readonly { readonly path: string; readonly paths: CompilerPaths }[], folders: ReadonlySet<string>, files: ReadonlySet<string>) {
  const byFolder = Map.groupBy(settings, ({ path }) => folderOf(path))
  return {
    covers(folder: string, specifier: string): boolean {
      const [first = ''] = specifier.split('/')
      for (const above of foldersAbove(folder)) {
        const own = byFolder.get(above) ?? []
        if (own.some(({ paths }) => paths.exact.has(specifier) || paths.prefixes.some((prefix) => specifier.startsWith(prefix)))) return true
        for (const base of ['', 'src', ...own.flatMap(({ paths }) => paths.baseFolder ?? [])]) {
          const inside = base === '' ? above : base.startsWith(`${above}/`) || above === '' ? base : joinPath(above, base)
          if (isThere(joinPath(inside, first), folders, files)) return true
        }
      }
      return false
    },
  }
}

const isThere = (path: string, folders: ReadonlySet<string>, files: ReadonlySet<string>) => folders.has(path) || ['.ts', '.tsx', '.js', '.jsx', '.mjs', '.d.ts'].some((extension) => files.has(path + extension))
