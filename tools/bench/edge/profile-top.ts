/** Summarizes a CPU or allocation profile as text: by file or package, by function, and by function with its callees. */
import { readFileSync } from 'node:fs'

interface Node {
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
}

export interface TimeProfile {
  readonly nodes: readonly (Node & { readonly id: number; readonly children?: readonly number[] })[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

interface AllocationNode extends Node {
  readonly selfSize: number
  readonly children: readonly AllocationNode[]
}

interface AllocationProfile {
  readonly head: AllocationNode
}

/** The package, or the file of ours, that a function belongs to. */
export function moduleOf({ callFrame: { url, functionName } }: Node): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native'
  const own = /((?:apps|libs)\/[^/]+)\/(?:src|gen)\/(?:.*\/)?([^/]+)$/.exec(url)
  if (own) return `${own[1]}/${own[2]}`
  const packages = [...url.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map((match) => match[1])
  return packages.at(-1) ?? (url.startsWith('wasm') ? 'wasm' : url)
}

const nameOf = (node: Node) => `${node.callFrame.functionName || '(anonymous)'}  ${moduleOf(node)}:${node.callFrame.lineNumber + 1}`

/** Totals for each module, for each function itself, and for each function with its callees. */
class Sums {
  readonly modules = new Map<string, number>()
  readonly own = new Map<string, number>()
  readonly within = new Map<string, number>()
  total = 0

  /** `path`: the function itself, then its callers. */
  add(path: readonly Node[], amount: number): void {
    const [node] = path
    if (!node || amount === 0) return
    this.total += amount
    count(this.own, nameOf(node), amount)
    count(this.modules, moduleOf(node), amount)
    for (const name of new Set(path.map(nameOf))) count(this.within, name, amount)
  }

  text(): string {
    const list = (title: string, sums: Map<string, number>, most: number) =>
      [title, ...[...sums].toSorted((a, b) => b[1] - a[1]).slice(0, most).map(([name, amount]) => `${((amount / this.total) * 100).toFixed(1).padStart(6)} %  ${name}`), ''].join('\n')
    return [list('by module', this.modules, 40), list('by function, self', this.own, 60), list('by function, with its callees', this.within, 100)].join('\n')
  }
}

function count(sums: Map<string, number>, name: string, amount: number): void {
  sums.set(name, (sums.get(name) ?? 0) + amount)
}

function timeOf({ nodes, samples, timeDeltas }: TimeProfile): Sums {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child): [number, number] => [child, node.id])))
  const paths = new Map(
    nodes.map(({ id }) => {
      const path: Node[] = []
      for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) path.push(byId.get(at) as Node)
      return [id, path]
    }),
  )
  const sums = new Sums()
  for (const [index, id] of samples.entries()) {
    const path = paths.get(id) ?? []
    if (path[0]?.callFrame.functionName !== '(idle)' && path[0]?.callFrame.url !== 'node:inspector') sums.add(path, timeDeltas[index] ?? 0)
  }
  return sums
}

function allocationsOf({ head }: AllocationProfile): Sums {
  const sums = new Sums()
  const visit = (node: AllocationNode, callers: readonly Node[]) => {
    const path = [node, ...callers]
    sums.add(path, node.selfSize)
    for (const child of node.children) visit(child, path)
  }
  visit(head, [])
  return sums
}

/** `requests`: the number of answered requests, for the cost per request. */
export function topOf(file: string, requests = 0): string {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as TimeProfile | AllocationProfile
  const isTime = 'samples' in profile && 'timeDeltas' in profile
  const sums = isTime ? timeOf(profile) : allocationsOf(profile)
  const whole = isTime ? `${(sums.total / 1_000).toFixed(0)} ms busy` : `${(sums.total / 1e6).toFixed(0)} MB allocated`
  const each = requests === 0 ? '' : `, ${isTime ? `${(sums.total / requests).toFixed(0)} us` : `${(sums.total / requests).toFixed(0)} bytes`} for each of ${requests} requests`
  return `${whole}${each}\n\n${sums.text()}`
}

if (process.argv[1] === import.meta.filename) process.stdout.write(topOf(process.argv[2] ?? ''))
