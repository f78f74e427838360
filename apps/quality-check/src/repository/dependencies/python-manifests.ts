import { parse as parseToml, TomlError } from 'smol-toml'
import * as z from 'zod'
import { declaredIn, readRequirements } from './python-requirements.ts'
import { folderOf, nameOf, type Declared, type DependencyRole, type Manifest } from './manifest.ts'
import { faultAt, placeOf, type ManifestFault } from './text-places.ts'

export interface PythonManifest extends Manifest {
  /** The files that a requirements.txt includes, as written. */
  readonly includes: readonly string[]
  /** Declared by code that is not run, or in an unknown form: there may be more dependencies. */
  readonly mayBeMore: boolean
}

const requirementsName = /^(?:[\w.-]*requirements[\w.-]*|constraints[\w.-]*)\.(?:txt|in)$/i
const development = /dev|test|lint|doc|ci\b|type|check|build|bench/i
const documentation = /(?:^|\/)docs?\//i
const constraints = /^constraints/i

export function isPythonManifest(path: string): boolean {
  const name = nameOf(path)
  return ['pyproject.toml', 'setup.cfg', 'setup.py', 'Pipfile'].includes(name) || requirementsName.test(name) || (name.endsWith('.txt') && /(^|\/)requirements\//.test(path))
}

/** Undefined for a module that is only named like a manifest. */
export function readPythonManifest(path: string, text: string): PythonManifest | ManifestFault | undefined {
  switch (nameOf(path)) {
    case 'pyproject.toml':
      return fromToml(path, text, readPyproject)
    case 'Pipfile':
      return fromToml(path, text, readPipfile)
    case 'setup.cfg':
      return manifest(path, text, { declared: readSetupCfg(text) })
    case 'setup.py':
      return isSetupScript.test(text) ? manifest(path, text, { declared: readSetupPy(text), mayBeMore: true }) : undefined
    default:
      return readRequirementsFile(path, text)
  }
}

function manifest(path: string, text: string, { name = '', declared, includes = [], mayBeMore = false }: Partial<PythonManifest> & Pick<PythonManifest, 'declared'>): PythonManifest {
  // requirements/base.txt applies to the parent folder.
  const folder = folderOf(path)
  return { path, ecosystem: 'PyPI', folder: /(^|\/)requirements$/.test(folder) ? folderOf(folder) : folder, name, declared, text, includes, mayBeMore }
}

function readRequirementsFile(path: string, text: string): PythonManifest | ManifestFault {
  const { declared, includes, unknown } = readRequirements(text, roleIn(path))
  const [first] = unknown
  if (first !== undefined) return faultAt(path, first.line, `${JSON.stringify(first.text.slice(0, 60))} is no requirement that pip knows`)
  return manifest(path, text, { declared, includes })
}

/** A constraints file installs nothing: it says which version is taken of what others ask for. */
function roleIn(path: string): DependencyRole {
  const name = nameOf(path)
  if (constraints.test(name)) return 'optional'
  return development.test(name) || documentation.test(path) ? 'development' : 'runtime'
}

const toxConstraints = /^[ \t]*(?:constraints[ \t]*=|(?:deps[ \t]*=[ \t]*)?-c[ \t]*\S*(?:constraints|https?:))/im

/** Whether tox installs with the versions of a constraints file, whatever the requirements say. */
export const isConstrainedByTox = (path: string, text: string): boolean => isToxFile(path) && toxConstraints.test(text)

export const isToxFile = (path: string): boolean => nameOf(path) === 'tox.ini'

type Toml = Readonly<Record<string, unknown>>

function fromToml(path: string, text: string, read: (toml: Toml, path: string, text: string) => PythonManifest): PythonManifest | ManifestFault {
  try {
    return read(parseToml(text.replace(/^\uFEFF/, '')), path, text)
  } catch (error) {
    if (error instanceof TomlError) return faultAt(path, error.line, `is not valid TOML: ${error.message.split('\n')[0] ?? ''}`)
    if (error instanceof z.ZodError) return faultAt(path, 1, `${error.issues[0]?.path.join('.') ?? 'it'} is not what is expected: ${error.issues[0]?.message ?? ''}`)
    throw error
  }
}

const strings = z.array(z.string())
const table = z.record(z.string(), z.unknown())
const pyproject = z.looseObject({
  project: z.looseObject({ name: z.string().optional(), dependencies: strings.optional(), 'optional-dependencies': z.record(z.string(), strings).optional(), dynamic: strings.optional() }).optional(),
  // A group may include another one: {include-group = "test"}.
  'dependency-groups': z.record(z.string(), z.array(z.unknown())).optional(),
  tool: z
    .looseObject({
      poetry: z.looseObject({ name: z.string().optional(), dependencies: table.optional(), 'dev-dependencies': table.optional(), group: z.record(z.string(), z.looseObject({ dependencies: table.optional() })).optional() }).optional(),
      uv: z.looseObject({ 'dev-dependencies': strings.optional() }).optional(),
      pdm: z.looseObject({ 'dev-dependencies': z.record(z.string(), strings).optional() }).optional(),
      hatch: z.looseObject({ envs: z.record(z.string(), z.looseObject({ dependencies: strings.optional(), 'extra-dependencies': strings.optional() })).optional() }).optional(),
    })
    .optional(),
})

function readPyproject(toml: Toml, path: string, text: string): PythonManifest {
  const { project = {}, 'dependency-groups': groups = {}, tool = {} } = pyproject.parse(toml)
  const { poetry = {}, uv = {}, pdm = {}, hatch = {} } = tool
  const texts = (values: readonly unknown[] = []) => values.filter((value) => typeof value === 'string')
  const each = (lists: Readonly<Record<string, readonly unknown[]>> = {}, role: DependencyRole) => Object.values(lists).flatMap((list) => declaredIn(text, texts(list), role))
  const declared = [
    ...declaredIn(text, project.dependencies ?? [], 'runtime', '[project]'),
    ...each(project['optional-dependencies'], 'optional'),
    ...each(groups, 'development'),
    ...tableOf(text, poetry.dependencies, 'runtime', '[tool.poetry.dependencies]'),
    ...tableOf(text, poetry['dev-dependencies'], 'development', '[tool.poetry.dev-dependencies]'),
    ...Object.entries(poetry.group ?? {}).flatMap(([name, group]) => tableOf(text, group.dependencies, 'development', `[tool.poetry.group.${name}.dependencies]`)),
    ...declaredIn(text, uv['dev-dependencies'] ?? [], 'development'),
    ...each(pdm['dev-dependencies'], 'development'),
    ...Object.values(hatch.envs ?? {}).flatMap((env) => declaredIn(text, [...(env.dependencies ?? []), ...(env['extra-dependencies'] ?? [])], 'development')),
  ]
  return manifest(path, text, { name: project.name ?? poetry.name ?? '', declared, mayBeMore: project.dynamic?.includes('dependencies') === true })
}

const pipfile = z.looseObject({ packages: table.optional(), 'dev-packages': table.optional() })

function readPipfile(toml: Toml, path: string, text: string): PythonManifest {
  const { packages, 'dev-packages': forDevelopment } = pipfile.parse(toml)
  return manifest(path, text, { declared: [...tableOf(text, packages, 'runtime', '[packages]'), ...tableOf(text, forDevelopment, 'development', '[dev-packages]')] })
}

const detailed = z.looseObject({ version: z.string().optional(), optional: z.boolean().optional(), markers: z.string().optional(), platform: z.string().optional(), python: z.string().optional() })

/** The tables of Poetry and Pipenv. Poetry's own range syntax ("^1.2") is not interpreted: the lock file decides. */
function tableOf(text: string, dependencies: Toml | undefined, role: DependencyRole, section: string): Declared[] {
  return Object.entries(dependencies ?? {}).flatMap(([name, value]): Declared[] => {
    if (name.toLowerCase() === 'python') return []
    const details = detailed.safeParse(value).data
    const range = typeof value === 'string' ? value : (details?.version ?? '')
    const conditional = details?.markers !== undefined || details?.platform !== undefined || details?.python !== undefined
    return [{ name, range: /^[<>=!~]/.test(range) && !/^~\d/.test(range) ? range : '', role: details?.optional === true ? 'optional' : role, conditional, ...placeOf(text, name, section) }]
  })
}

/** install_requires and extras, whose values are indented below their keys. */
function readSetupCfg(text: string): Declared[] {
  const declared: Declared[] = []
  let section = ''
  let key = ''
  for (const row of text.split(/\r?\n/)) {
    const heading = /^\[([^\]]+)\]/.exec(row)?.[1]
    if (heading !== undefined) section = heading
    const sign = /^[\w.-]/.test(row) ? row.indexOf('=') : -1
    if (sign > 0) key = row.slice(0, sign).trim()
    const value = valueIn(row, sign)
    const role = roleOf(section, key)
    if (role !== undefined && value !== '') declared.push(...declaredIn(text, [value], role))
  }
  return declared
}

function valueIn(row: string, sign: number): string {
  if (sign > 0) return row.slice(sign + 1).trim()
  return /^\s+[^\s#]/.test(row) ? row.trim() : ''
}

function roleOf(section: string, key: string): DependencyRole | undefined {
  if (section === 'options' && key === 'install_requires') return 'runtime'
  return section === 'options.extras_require' || key === 'tests_require' ? 'optional' : undefined
}

// A package may have a module of that name, with a function setup() of its own.
const isSetupScript = /\b(?:setuptools|distutils|install_requires)\b|(?<!\bdef\s+)\bsetup\s*\(/

// setup.py is parsed, never run: anything but a plain list of strings is unknown.
function readSetupPy(text: string): Declared[] {
  return [...text.slice(0, 200_000).matchAll(/\b(install_requires|tests_require|setup_requires|extras_require)\s*=\s*([[{][^\]}]{0,20000}[\]}])/g)].flatMap(([, key = '', list = '']) => {
    const items = [...list.matchAll(/(["'])([^"'\n]{1,300})\1(?!\s*:)/g)].map(([, , item = '']) => item)
    return declaredIn(text, items, key === 'install_requires' ? 'runtime' : 'optional')
  })
}

