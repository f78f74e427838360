import { folderOf, foldersAbove, joinPath } from './manifest.ts'

export interface CompilerPaths {
  /** "@app/*" without its star: import specifiers with this prefix are modules of the repository. */
  readonly prefixes: readonly string[]
  readonly exact: ReadonlySet<string>
  /** `baseUrl`: any plain specifier may be a file below it. */
  readonly baseFolder: string | undefined
}

const withoutComments = /("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g

/** Reads the `paths` of a tsconfig.json, which may contain comments and trailing commas. Undefined for any other file. */
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

/** Tells whether an import specifier is an alias of the repository, by the tsconfig files that apply to a file. */
export function createAliases(settings: readonly { readonly path: string; readonly paths: CompilerPaths }[], folders: ReadonlySet<string>, files: ReadonlySet<string>) {
  const byFolder = Map.groupBy(settings, ({ path }) => folderOf(path))
  return {
    covers: (folder: string, specifier: string): boolean =>
      [...foldersAbove(folder)].some((above) => {
        const own = (byFolder.get(above) ?? []).map(({ paths }) => paths)
        if (own.some((paths) => isMapped(paths, specifier))) return true
        const bases = ['', 'src'].map((base) => joinPath(above, base).replace(/\/$/, '')).concat(own.flatMap(({ baseFolder }) => baseFolder ?? []))
        return bases.some((base) => isThere(joinPath(base, specifier.split('/')[0] ?? ''), folders, files))
      }),
  }
}

const isMapped = ({ exact, prefixes }: CompilerPaths, specifier: string) => exact.has(specifier) || prefixes.some((prefix) => specifier.startsWith(prefix))
const isThere = (path: string, folders: ReadonlySet<string>, files: ReadonlySet<string>) => folders.has(path) || ['.ts', '.tsx', '.js', '.jsx', '.mjs', '.d.ts'].some((extension) => files.has(path + extension))
