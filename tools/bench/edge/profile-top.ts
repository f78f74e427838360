/** Where the time of a profile went, as text: by the part of the hot path, by package, and by function. */
import { readFileSync } from 'node:fs'

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }; readonly children?: readonly number[] }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}
type Node = Profile['nodes'][number]

/** The package, or the file of ours, that a function belongs to. */
function placeOf({ callFrame: { url, functionName } }: Node): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native'
  const own = /((?:apps|libs)\/[^/]+)\/(?:src|gen)\/(?:.*\/)?([^/]+)$/.exec(url)
  if (own) return `${own[1]}/${own[2]}`
  const packages = [...url.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map((match) => match[1])
  return packages.at(-1) ?? (url.startsWith('wasm') ? 'wasm' : url)
}

const nameOf = (node: Node) => `${node.callFrame.functionName || '(anonymous)'}  ${placeOf(node)}:${node.callFrame.lineNumber + 1}`

export function topOf(file: string): string {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as Profile
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child): [number, number] => [child, node.id])))
  const own = new Map<string, number>()
  const places = new Map<string, number>()
  const within = new Map<string, number>()
  let busy = 0
  const add = (sums: Map<string, number>, name: string, micros: number) => sums.set(name, (sums.get(name) ?? 0) + micros)
  for (const [index, id] of samples.entries()) {
    const node = byId.get(id) as Node
    const micros = timeDeltas[index] ?? 0
    if (node.callFrame.functionName === '(idle)' || node.callFrame.url === 'node:inspector') continue
    busy += micros
    add(own, nameOf(node), micros)
    add(places, placeOf(node), micros)
    const seen = new Set<string>()
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) seen.add(nameOf(byId.get(at) as Node))
    for (const name of seen) add(within, name, micros)
  }
  const list = (title: string, sums: Map<string, number>, count: number) =>
    [title, ...[...sums].toSorted((a, b) => b[1] - a[1]).slice(0, count).map(([name, micros]) => `${((micros / busy) * 100).toFixed(1).padStart(6)} %  ${name}`), ''].join('\n')
  return [`${(busy / 1_000).toFixed(0)} ms busy\n`, list('by place', places, 40), list('by function, itself', own, 60), list('by function, with what it calls', within, 100)].join('\n')
}

if (process.argv[1] === import.meta.filename) process.stdout.write(topOf(process.argv[2] ?? ''))
