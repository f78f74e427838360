/** Draws a .cpuprofile as a flame graph: an SVG that any browser opens. Width is time; a function stands on its caller. */
import { readFileSync, writeFileSync } from 'node:fs'
import { moduleOf, type TimeProfile } from './profile-top.ts'

interface Frame {
  readonly name: string
  readonly module: string
  micros: number
  readonly callees: Map<string, Frame>
}

const width = 1_600
const rowHeight = 16
// Narrower boxes could not be hovered over.
const minWidth = 1.5

const newFrame = (name: string, module: string): Frame => ({ name, module, micros: 0, callees: new Map() })

/** Merges the samples into a tree: one frame for each function under each caller. Idle time is left out. */
function frameTree({ nodes, samples, timeDeltas }: TimeProfile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child): [number, number] => [child, node.id])))
  const root = newFrame('the edge at work', '')
  for (const [index, id] of samples.entries()) {
    const micros = timeDeltas[index] ?? 0
    if (byId.get(id)?.callFrame.functionName === '(idle)') continue
    const path: number[] = []
    for (let at: number | undefined = id; at !== undefined && parents.has(at); at = parents.get(at)) path.unshift(at)
    let frame = root
    frame.micros += micros
    for (const one of path) {
      const node = byId.get(one)
      if (!node) continue
      const name = node.callFrame.functionName || '(anonymous)'
      const key = `${name} ${node.callFrame.url}`
      let callee = frame.callees.get(key)
      if (!callee) frame.callees.set(key, (callee = newFrame(name, moduleOf(node))))
      callee.micros += micros
      frame = callee
    }
  }
  return root
}

// One colour each for our own code, the runtime (V8, native, wasm), Node's modules and packages.
function colourOf(module: string): string {
  if (/^(apps|libs)\//.test(module)) return '#e4572e'
  if (module.startsWith('(') || module === 'native' || module.startsWith('wasm')) return '#9aa5b1'
  return module.startsWith('node:') ? '#f3a712' : '#5c80bc'
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export function draw(profile: TimeProfile): string {
  const root = frameTree(profile)
  const boxes: string[] = []
  let deepest = 0
  const drawFrame = (frame: Frame, x: number, depth: number): void => {
    const span = (frame.micros / root.micros) * width
    if (span < minWidth) return
    deepest = Math.max(deepest, depth)
    const label = span > 40 ? `<text x="${(x + 3).toFixed(1)}" y="${depth * rowHeight + 12}">${escaped(frame.name.slice(0, Math.floor(span / 6.5)))}</text>` : ''
    const share = ((frame.micros / root.micros) * 100).toFixed(1)
    boxes.push(`<g><title>${escaped(`${frame.name} ${frame.module}`)} ${share} %</title><rect x="${x.toFixed(1)}" y="${depth * rowHeight}" width="${span.toFixed(1)}" height="${rowHeight - 1}" fill="${colourOf(frame.module)}"/>${label}</g>`)
    let at = x
    for (const callee of [...frame.callees.values()].toSorted((a, b) => b.micros - a.micros)) {
      drawFrame(callee, at, depth + 1)
      at += (callee.micros / root.micros) * width
    }
  }
  drawFrame(root, 0, 0)
  const height = (deepest + 1) * rowHeight
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="11">\n${boxes.join('\n')}\n</svg>\n`
}

if (process.argv[1] === import.meta.filename) {
  const [, , from = '', to = ''] = process.argv
  writeFileSync(to, draw(JSON.parse(readFileSync(from, 'utf8')) as TimeProfile))
}
