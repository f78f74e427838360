import * as z from 'zod'
import { faultAt, jsonFault, placeOf, type ManifestFault } from './text-places.ts'
import { folderOf, type Declared, type DependencyRole, type Manifest } from './manifest.ts'

export interface NpmManifest extends Manifest {
  /** Globs of the workspaces. */
  readonly workspaces: readonly string[]
  /** Keys and targets of "imports": "#x" -> "x-package". */
  readonly subpathTargets: readonly string[]
  /** Everything but the declared dependencies: scripts, configuration of tools. */
  readonly otherWords: string
  readonly engines: readonly string[]
}

const names = z.record(z.string(), z.string())
const schema = z.looseObject({
  name: z.string().optional(),
  dependencies: names.optional(),
  devDependencies: names.optional(),
  optionalDependencies: names.optional(),
  peerDependencies: names.optional(),
  workspaces: z.union([z.array(z.string()), z.looseObject({ packages: z.array(z.string()).optional() })]).optional(),
  imports: z.record(z.string(), z.unknown()).optional(),
  engines: z.record(z.string(), z.unknown()).optional().catch(undefined),
})
const roles: readonly (readonly ['dependencies' | 'devDependencies' | 'optionalDependencies' | 'peerDependencies', DependencyRole])[] = [
  ['dependencies', 'runtime'],
  ['devDependencies', 'development'],
  ['optionalDependencies', 'optional'],
  ['peerDependencies', 'peer'],
]
const maxDeclared = 5_000

export function readNpmManifest(path: string, text: string): NpmManifest | ManifestFault {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return jsonFault(path, text, error)
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = issue?.path.map(String).join('.') ?? ''
    return faultAt(path, placeOf(text, `"${String(issue?.path.at(-1) ?? '')}"`).line, `${field === '' ? 'it' : field} is not what npm expects: ${issue?.message ?? ''}`)
  }
  const { workspaces = [], imports = {}, engines = {}, name = '', ...rest } = parsed.data
  const declared = roles.flatMap(([section, role]) => Object.entries(parsed.data[section] ?? {}).map(([dependency, range]): Declared => ({ name: dependency, range, role, conditional: role === 'optional', ...placeOf(text, `"${dependency}"`, `"${section}"`) })))
  if (declared.length > maxDeclared) return faultAt(path, 1, `declares more than ${maxDeclared} dependencies`)
  const { dependencies: _d, devDependencies: _v, optionalDependencies: _o, peerDependencies: _p, ...others } = rest
  return {
    path,
    ecosystem: 'npm',
    folder: folderOf(path),
    name,
    declared,
    text,
    workspaces: Array.isArray(workspaces) ? workspaces : (workspaces.packages ?? []),
    subpathTargets: stringsIn(imports),
    otherWords: JSON.stringify(others),
    engines: Object.keys(engines),
  }
}

function stringsIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || depth > 5) return []
  return Object.values(value).flatMap((each) => stringsIn(each, depth + 1))
}
