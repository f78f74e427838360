/**
 * Shows what files cost in a worker thread of the gate, by rule and by part of its code. One thread takes them one after the other. The profiler
 * counts time by the clock: under other load it is more than processor time.
 * usage: node tools/bench/quality/costs.ts typescript|python [--dir DIR] [--files 500] [--skip 0] [--rows 30]
 */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { Session, type Profiler } from 'node:inspector/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BroadcastChannel, isMainThread } from 'node:worker_threads'
import { allocationOf, nodeFlagsOf } from '../../../apps/cli/src/platform/services.ts'
import { createWorkerPool } from '../../../apps/quality-check/src/engines/worker-pool.ts'
import { readSource, type SourceText } from '../../../apps/quality-check/src/source-file.ts'
import { pythonSample, typescriptSample } from './samples.ts'

const channel = new BroadcastChannel('costs')
const flags = nodeFlagsOf('quality-check')
if (!isMainThread) await serve()
else if (flags.every((flag) => process.execArgv.includes(flag))) await measure()
else process.exitCode = spawnSync(process.execPath, [...flags, ...process.argv.slice(1)], { env: { ...process.env, ...allocationOf('quality-check') }, stdio: 'inherit' }).status ?? 1

/** In the thread: the service's own entry, profiled from 'start' to 'stop'. */
async function serve(): Promise<void> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 250 })
  channel.onmessage = async ({ data }) => {
    if (data === 'stop') return channel.postMessage((await session.post('Profiler.stop')).profile)
    await session.post('Profiler.start')
    channel.postMessage('started')
  }
  await import('../../../apps/quality-check/src/analysis-worker.ts')
}

async function measure(): Promise<void> {
  const { values, positionals: [language = 'typescript'] } = parseArgs({ allowPositionals: true, options: { dir: { type: 'string' }, files: { type: 'string', default: '500' }, skip: { type: 'string', default: '0' }, rows: { type: 'string', default: '30' } } })
  const [count, skip, rows] = [Number(values.files), Number(values.skip), Number(values.rows)]
  if (language !== 'typescript' && language !== 'python') throw new Error(`the language must be typescript or python, got ${JSON.stringify(language)}`)
  const sources = values.dir === undefined ? generated(language, count + skip) : filesIn(values.dir, language, count + skip)
  if (sources.length <= skip) throw new Error(`${sources.length} ${language} files are none to measure after --skip ${skip}: name another --dir, or change --files and --skip`)
  const pool = createWorkerPool({ entry: new URL(import.meta.url), threads: 1, timeLimitMs: 60_000, startLimitMs: 60_000, onReplaced: (reason) => console.error(`the thread was replaced: ${reason}`) })
  const check = async (files: readonly SourceText[]) => {
    for (const { text, extension, bareName, fileClass, language: own } of files) await pool.run({ text, extension, bareName, fileClass, language: own }, { urgent: false, weight: 0 }, new AbortController().signal, () => undefined)
  }
  // Starts the thread; an empty text of no language loads no engine.
  await pool.run({ text: '', extension: '.txt', bareName: '', fileClass: 'source', language: undefined }, { urgent: false, weight: 0 }, new AbortController().signal, () => undefined)
  await check(sources.slice(0, skip))
  await ask('start')
  const before = process.cpuUsage()
  await check(sources.slice(skip))
  const { user, system } = process.cpuUsage(before)
  show((await ask('stop')) as Profiler.Profile, sources.length - skip, (user + system) / 1_000, rows)
  // The thread's profiler would keep it from ending.
  process.exit()
}

function ask(what: 'start' | 'stop'): Promise<unknown> {
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => resolve(data)
    channel.postMessage(what)
  })
}

function generated(language: string, count: number): SourceText[] {
  const [name, textOf] = language === 'python' ? ['a.py', pythonSample] as const : ['a.ts', typescriptSample] as const
  return Array.from({ length: count }, (_, index) => readSource(name, Buffer.from(textOf(index))) as SourceText)
}

function filesIn(folder: string, language: string, count: number): SourceText[] {
  const names = globSync(language === 'python' ? '**/*.py' : '**/*.{ts,tsx,js,jsx,mjs,cjs}', { cwd: folder }).sort()
  const sources: SourceText[] = []
  for (const name of names) {
    if (sources.length >= count) break
    const source = readSource(name, readFileSync(join(folder, name)))
    if (source.kind === 'text' && source.refusal === '') sources.push(source)
  }
  return sources
}

function show(profile: Profiler.Profile, files: number, processMs: number, rows: number): void {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const own = new Map<number, number>()
  for (const [at, id] of (profile.samples ?? []).entries()) own.set(id, (own.get(id) ?? 0) + (profile.timeDeltas?.[at] ?? 0) / 1_000)
  const byRule = new Map<string, number>()
  const byFolder = new Map<string, number>()
  const byFunction = new Map<string, number>()
  const add = (to: Map<string, number>, name: string, ms: number) => to.set(name, (to.get(name) ?? 0) + ms)
  const visit = (id: number, rule: string): void => {
    const { callFrame: { functionName, url, lineNumber }, children = [] } = nodes.get(id) as Profiler.ProfileNode
    const ms = own.get(id) ?? 0
    const place = placeOf(url)
    const within = /^rules\/(?:[\w-]+\/){2}/.exec(place)?.[0] ?? rule
    if (functionName !== '(idle)') {
      add(byRule, within, ms)
      add(byFolder, place.includes('/') ? place.slice(0, place.lastIndexOf('/')) : place || functionName, ms)
      add(byFunction, place === '' ? functionName : `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`, ms)
    }
    for (const child of children) visit(child, within)
  }
  visit((profile.nodes[0] as Profiler.ProfileNode).id, '')
  const total = [...byFolder.values()].reduce((sum, ms) => sum + ms, 0)
  console.log(`${files} files: ${(processMs / files).toFixed(2)} ms of processor time a file; ${(total / files).toFixed(2)} ms of the thread by the clock`)
  for (const [title, costs] of Object.entries({ 'within a rule': byRule, 'in a folder': byFolder, 'in a function': byFunction })) {
    console.log(`\nms a file ${title}`)
    for (const [name, ms] of [...costs].sort((a, b) => b[1] - a[1]).slice(0, rows)) console.log(`${(ms / files).toFixed(3).padStart(8)}  ${name || 'everything else'}`)
  }
}

/** "rules/flow/ssrf/rule.ts", "npm:oxc-parser"; empty for what V8 does itself. */
function placeOf(url: string): string {
  const [, ownPlace] = /\/apps\/quality-check\/(?:src\/)?(.*)$/.exec(url) ?? []
  if (ownPlace !== undefined) return ownPlace
  const [, packaged] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? []
  return packaged === undefined ? url : `npm:${packaged}`
}
