import type { SourceImports } from './imports.ts'
import { flaw, type Flaw } from './flaw.ts'
import { folderOf, joinPath } from './manifest.ts'

const javaScriptEndings = ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '/index.ts', '/index.tsx', '/index.js', '/index.mjs']
const mostCycles = 100
const namedFiles = 6

/** Finds files that import each other when they are loaded, with one finding for each cycle. */
export function findImportCycles(sources: readonly SourceImports[]): Flaw[] {
  const files = new Set(sources.map(({ path }) => path))
  const graph = new Map(sources.map((source) => [source.path, edgesOf(source, files)]))
  return componentsOf(graph)
    .slice(0, mostCycles)
    .map((component) => describe(component, graph))
}

interface Edge {
  readonly to: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

function edgesOf(source: SourceImports, files: ReadonlySet<string>): Edge[] {
  return source.imports.flatMap((use) => {
    if (use.kind !== 'needed') return []
    const targets = source.language === 'javascript' ? javaScriptTargets(source.path, use.specifier, files) : pythonTargets(source.path, use.specifier, use.level, use.names, files)
    const { line, column, endLine, endColumn } = use
    return targets.filter((to) => to !== source.path).map((to) => ({ to, line, column, endLine, endColumn }))
  })
}

function javaScriptTargets(path: string, specifier: string, files: ReadonlySet<string>): string[] {
  if (!specifier.startsWith('.')) return []
  const base = resolve(folderOf(path), specifier)
  if (base === undefined) return []
  const written = javaScriptEndings.map((ending) => base + ending)
  // TypeScript imports name the compiled file: "./a.js" is a.ts.
  const meant = /\.[cm]?jsx?$/.test(base) ? [base.replace(/\.([cm]?)jsx?$/, '.$1ts'), base.replace(/\.[cm]?jsx?$/, '.tsx')] : []
  const found = [...written, ...meant].find((each) => files.has(each))
  return found === undefined ? [] : [found]
}

function pythonTargets(path: string, specifier: string, level: number, names: readonly string[], files: ReadonlySet<string>): string[] {
  let folder = folderOf(path)
  for (let up = 1; up < level; up++) folder = folderOf(folder)
  const roots = level > 0 ? [folder] : ['', 'src', ...packageRoots(path)]
  const inner = specifier.replaceAll('.', '/')
  for (const root of roots) {
    const base = inner === '' ? root : joinPath(root, inner)
    const modules = names.map((name) => joinPath(base, `${name}.py`)).filter((each) => files.has(each))
    // "from package import module" loads the module. The package's own file is loaded by every import from it, so it is left out.
    if (modules.length > 0) return modules
    if (files.has(`${base}.py`)) return [`${base}.py`]
  }
  return []
}

function packageRoots(path: string): string[] {
  const parts = folderOf(path).split('/')
  return parts.map((_, index) => parts.slice(0, index).join('/'))
}

function resolve(folder: string, specifier: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/')
  for (const part of specifier.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined
    } else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}

interface Search {
  readonly graph: ReadonlyMap<string, readonly Edge[]>
  readonly order: Map<string, number>
  readonly low: Map<string, number>
  readonly stack: string[]
  readonly onStack: Set<string>
  readonly components: string[][]
}

/** Tarjan's algorithm for strongly connected components, without recursion because import chains may be long. Returns those of two or more files. */
function componentsOf(graph: ReadonlyMap<string, readonly Edge[]>): string[][] {
  const search: Search = { graph, order: new Map(), low: new Map(), stack: [], onStack: new Set(), components: [] }
  for (const root of graph.keys()) if (!search.order.has(root)) explore(search, root)
  return search.components
}

function explore(search: Search, root: string): void {
  const work: { readonly node: string; next: number }[] = [{ node: root, next: 0 }]
  enter(search, root)
  for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
    const edge = search.graph.get(frame.node)?.[frame.next++]
    if (edge === undefined) {
      work.pop()
      leave(search, frame.node, work.at(-1)?.node)
    } else if (!search.order.has(edge.to)) {
      enter(search, edge.to)
      work.push({ node: edge.to, next: 0 })
    } else if (search.onStack.has(edge.to)) lower(search, frame.node, search.order.get(edge.to) ?? 0)
  }
}

function enter({ order, low, stack, onStack }: Search, node: string): void {
  low.set(node, order.size)
  order.set(node, order.size)
  stack.push(node)
  onStack.add(node)
}

function lower({ low }: Search, node: string, to: number): void {
  low.set(node, Math.min(low.get(node) ?? 0, to))
}

function leave(search: Search, node: string, parent: string | undefined): void {
  const { order, low, stack, onStack, components } = search
  if (parent !== undefined) lower(search, parent, low.get(node) ?? 0)
  if (low.get(node) !== order.get(node)) return
  const component = stack.splice(stack.lastIndexOf(node))
  for (const each of component) onStack.delete(each)
  if (component.length > 1) components.push(component.sort())
}

function describe(component: readonly string[], graph: ReadonlyMap<string, readonly Edge[]>): Flaw {
  const members = new Set(component)
  const [first = ''] = component
  const edge = graph.get(first)?.find(({ to }) => members.has(to))
  const named = component.slice(0, namedFiles).join(', ')
  const more = component.length - namedFiles
  return flaw(
    'circular-import',
    undefined,
    { path: first, line: 1, column: 1, endLine: 1, endColumn: 2, ...edge },
    `${component.length} files load each other: ${named}${more > 0 ? ` and ${more} more` : ''}`,
    'Move what they share into a file that loads none of them.',
  )
}
