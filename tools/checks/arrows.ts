/**
 * Holds every import and every package.json against the arrows of docs/architecture.md. One table, one tool: a linter's
 * path patterns see neither dynamic imports nor what a package.json declares.
 */
import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

/** A library imports lower levels only. */
export const levels: Readonly<Record<string, number>> = {
  contracts: 0,
  errors: 0,
  config: 0,
  lifecycle: 1,
  telemetry: 1,
  resilience: 1,
  dialects: 1,
  rpc: 2,
  postgres: 2,
  redis: 2,
  messaging: 3,
  providers: 3,
  'result-cache': 3,
  backing: 3,
  service: 4,
}

const sdk = /^@opentelemetry\/(sdk-|exporter-|resources$|core$|context-async-hooks$)/

export interface Violation {
  readonly place: string
  readonly problem: string
}

interface Project {
  readonly folder: string
  readonly name: string
  readonly kind: 'app' | 'lib' | 'tests' | 'tools'
  readonly declared: ReadonlySet<string>
  readonly exports: ReadonlySet<string>
}

/** Checks the repository at root. */
export function checkArrows(root: string): Violation[] {
  const projects = readProjects(root)
  return [...projects.flatMap((project) => checkManifest(project, projects)), ...sourceFiles(root).flatMap((file) => checkFile(root, file, readFileSync(join(root, file), 'utf8'), projects))]
}

export function readProjects(root: string): Project[] {
  const manifests = globSync(['apps/*/package.json', 'libs/*/package.json', 'tests/package.json', 'package.json'], { cwd: root })
  return manifests.map((file) => {
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8'))
    const folder = file === 'package.json' ? 'tools' : dirname(file)
    const fields = ['dependencies', 'devDependencies', 'optionalDependencies'] as const
    return {
      folder,
      name: folder.split('/').at(-1) as string,
      kind: folder.startsWith('apps/') ? 'app' : folder.startsWith('libs/') ? 'lib' : (folder as 'tests' | 'tools'),
      declared: new Set(fields.flatMap((field) => Object.keys(manifest[field] ?? {}))),
      exports: new Set(Object.keys(manifest.exports ?? {}).map((path) => `@elder/${folder.split('/').at(-1)}${path.slice(1)}`)),
    }
  })
}

function sourceFiles(root: string): string[] {
  return globSync(['apps/**/*.{ts,tsx}', 'libs/**/*.{ts,tsx}', 'tests/**/*.ts', 'tools/**/*.ts'], { cwd: root }).filter((file) => !/(^|\/)(node_modules|dist|gen|examples|templates)\//.test(file))
}

/** Checks one file's imports, as if it stood at that path. */
export function checkFile(root: string, file: string, text: string, projects: readonly Project[]): Violation[] {
  const own = projects.find(({ folder }) => file.startsWith(`${folder}/`))
  if (!own) return []
  return importsOf(file, text).flatMap(({ specifier, line }) => {
    const problem = specifier.startsWith('.') ? relativeProblem(root, file, specifier, own) : packageProblem(file, specifier, own, projects)
    return problem === undefined ? [] : [{ place: `${file}:${line}`, problem }]
  })
}

/** Every module a file names: static, type-only, re-exported, dynamic, required, or in an import type. */
export function importsOf(file: string, text: string): { specifier: string; line: number }[] {
  const { module, program } = parseSync(file, text)
  const found: { specifier: string; start: number }[] = [
    ...module.staticImports.map(({ moduleRequest }) => ({ specifier: moduleRequest.value, start: moduleRequest.start })),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => (moduleRequest ? [{ specifier: moduleRequest.value, start: moduleRequest.start }] : []))),
  ]
  const note = (source: { type: string; value?: unknown; start: number } | undefined) => {
    if (source?.type === 'Literal' && typeof source.value === 'string') found.push({ specifier: source.value, start: source.start })
  }
  new Visitor({
    ImportExpression: ({ source }) => note(source),
    TSImportType: ({ source }) => note(source),
    CallExpression({ callee, arguments: [first] }) {
      if (callee.type === 'Identifier' && callee.name === 'require') note(first)
    },
  }).visit(program)
  const lines = new Map(found.map(({ specifier, start }) => [specifier, text.slice(0, start).split('\n').length]))
  return [...lines].map(([specifier, line]) => ({ specifier, line }))
}

function relativeProblem(root: string, file: string, specifier: string, own: Project): string | undefined {
  const target = relative(root, join(root, dirname(file), specifier))
  if (target.startsWith(`${own.folder}/`) || (own.kind === 'tests' && target.startsWith('tests/'))) return undefined
  if (target === 'package.json' || own.kind === 'tools') return undefined
  return `imports ${specifier}, a relative path out of ${own.folder}: name the package instead`
}

function packageProblem(file: string, specifier: string, own: Project, projects: readonly Project[]): string | undefined {
  if (specifier.startsWith('node:')) return own.name === 'console' ? `imports ${specifier}: the console runs in a browser` : undefined
  if (builtinModules.includes(specifier)) return `imports ${specifier}: write node:${specifier}`
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (sdk.test(name) && own.name !== 'telemetry') return `imports ${name}: only libs/telemetry knows the OpenTelemetry SDK`
  if (name.startsWith('@elder/')) {
    const target = projects.find((project) => `@elder/${project.name}` === name)
    if (!target) return `imports ${specifier}, which does not exist`
    const problem = arrowProblem(own, target, specifier, isTest(file, own))
    if (problem !== undefined) return problem
    if (!target.exports.has(specifier)) return `imports ${specifier}, which ${target.folder}/package.json does not export`
  }
  if (own.name === name.slice('@elder/'.length) || own.declared.has(name)) return undefined
  // The repository's own test runner serves every project.
  if (name === 'vitest' && isTest(file, own)) return undefined
  return `imports ${name}, which ${own.folder === 'tools' ? '' : `${own.folder}/`}package.json does not declare`
}

function arrowProblem(own: Project, target: Project, specifier: string, inTest: boolean): string | undefined {
  if (target.folder === own.folder) return undefined
  if (target.name === 'testkit') return inTest || own.kind === 'tests' || own.kind === 'tools' ? undefined : `imports ${specifier}: testkit is for tests only`
  if (own.kind === 'tests' || own.kind === 'tools') return undefined
  if (target.kind === 'app') {
    if (own.kind === 'lib') return `imports ${specifier}: a library never imports an app`
    if (own.name === 'platform' && /^@elder\/[a-z-]+\/(service|config)$/.test(specifier)) return undefined
    return `imports ${specifier}: an app never imports an app; what they share is a contract`
  }
  if (own.kind === 'app' || own.name === 'testkit') return undefined
  const [from, to] = [levels[own.name], levels[target.name]]
  if (own.name === 'contracts') return `imports ${specifier}: contracts import nothing of ours`
  if (from === undefined) return `stands in no level: add libs/${own.name} to tools/checks/arrows.ts`
  if (to === undefined || to >= from) return `imports ${specifier} of level ${to ?? 'unknown'} from level ${from}: a library imports lower levels only`
  return undefined
}

function checkManifest(project: Project, projects: readonly Project[]): Violation[] {
  const place = project.folder === 'tools' ? 'package.json' : `${project.folder}/package.json`
  return [...project.declared].flatMap((name) => {
    const target = projects.find((candidate) => `@elder/${candidate.name}` === name)
    if (!target || (target.name === 'testkit' && project.kind !== 'lib' && project.kind !== 'app')) return []
    const specifier = target.kind === 'app' ? `${name}/service` : name
    const problem = arrowProblem(project, target, specifier, true)
    return problem === undefined ? [] : [{ place, problem: problem.replace('imports', 'declares') }]
  })
}

function isTest(file: string, own: Project): boolean {
  return own.kind === 'tests' || own.name === 'testkit' || /(\.test\.ts$|\/test\/)/.test(file)
}
