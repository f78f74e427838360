/**
 * Measures what a relay adds to a completion: nginx, a minimal undici relay, Portkey's gateway and the edge with everything on, compared with no relay.
 * The targets are measured in turns, so that other load on the machine affects all of them alike. Ratios are more reliable than absolute figures.
 */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { nodeFlagsOf } from '../../../apps/cli/src/platform/services.ts'
import { key, startEdge } from './edge.ts'
import type { LoadOrder, LoadResult } from './load.ts'
import { startNginx } from './nginx.ts'
import { startPortkey } from './portkey.ts'
import { canPin, cpuMicros, placement, residentMiB, startListener, startProgram, stolenMicros, waitedMicros, type Program } from './program.ts'
import type { ProfileOrder } from './profile-hook.ts'
import { topOf } from './profile-top.ts'
import { heading, lineOf, ratiosOf, rowOf, type Round, type Row } from './report.ts'
import { scenarios, type Scenario } from './scenarios.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    /** Only the scenarios whose names contain this. */
    only: { type: 'string', default: '' },
    /** Any of direct, nginx, bare, portkey (on the Node of its image), portkey-new-node (on ours), edge-proxy, and guarded: the edge for a key with guardrails of every kind. */
    targets: { type: 'string', default: 'direct,nginx,bare,portkey,portkey-new-node,edge-proxy' },
    /** Flags for the edge's Node. Default: those of `elder up`. */
    'node-flags': { type: 'string', default: nodeFlagsOf('edge-proxy').join(' ') },
    /** Default: the bundle, or the sources when profiling, so that the profile names source files. */
    main: { type: 'string' },
    /** A second edge as target `other-edge`, measured in turns with the first: with these flags, with this main, or both. */
    'other-flags': { type: 'string' },
    'other-main': { type: 'string' },
    untraced: { type: 'boolean', default: false },
    /** Writes a CPU profile of the edge and its summary for each scenario into this folder. */
    profile: { type: 'string' },
    /** The same for allocations. */
    allocations: { type: 'string' },
  },
})
const seconds = Number(values.seconds ?? (values.quick ? 1 : 2))
const rounds = Number(values.rounds ?? (values.quick ? 5 : 7))
const profileFolder = values.allocations ?? values.profile
const here = (file: string) => join(import.meta.dirname, file)
const edgeFolder = join(import.meta.dirname, '../../../apps/edge-proxy')
const main = values.main ?? join(edgeFolder, profileFolder === undefined ? 'dist/main.js' : 'src/main.ts')
const say = (text: string) => void process.stderr.write(`${text}\n`)
const closers: (() => unknown)[] = []

interface Target {
  readonly name: string
  readonly program: Program
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
}

function inside(folder: string, name: string): string {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}

async function startTargets(folder: string, cacheFolder: string): Promise<Target[]> {
  const defer = (close: () => unknown) => void closers.push(close)
  const direct = await startListener(here('provider.ts'), [], 1)
  defer(() => direct.stop())
  const provider = `http://127.0.0.1:${direct.port}`
  const kept = async <T extends Program>(program: Promise<T>): Promise<T> => {
    const started = await program
    defer(() => started.stop())
    return started
  }
  const flagsOf = (text: string) => text.split(' ').filter((flag) => flag !== '')
  const flags = flagsOf(values['node-flags'])
  const edge = { cacheFolder, provider, traced: !values.untraced, defer }
  const hook = profileFolder === undefined ? [] : ['--import', here('profile-hook.ts')]
  const starters: Record<string, () => Promise<Program & { port: number; headers?: Record<string, string> }>> = {
    direct: async () => direct,
    nginx: () => kept(startNginx({ folder, cacheFolder, provider })),
    bare: () => kept(startListener(here('bare-relay.ts'), [provider], 0)),
    portkey: () => kept(startPortkey({ cacheFolder, provider, node: 'of its image' })),
    'portkey-new-node': () => kept(startPortkey({ cacheFolder, provider, node: 'ours' })),
    'edge-proxy': () => startEdge({ ...edge, folder, nodeFlags: [...flags, ...hook], main, guarded: false }),
    'other-edge': () => startEdge({ ...edge, folder: inside(folder, 'other'), nodeFlags: flagsOf(values['other-flags'] ?? values['node-flags']), main: values['other-main'] ?? main, guarded: false }),
    guarded: () => startEdge({ ...edge, folder: inside(folder, 'guarded'), nodeFlags: flags, main, guarded: true }),
  }
  const targets: Target[] = []
  const hasOther = values['other-flags'] !== undefined || values['other-main'] !== undefined
  for (const name of [...values.targets.split(','), ...(hasOther ? ['other-edge'] : [])]) {
    try {
      const program = await starters[name]?.()
      if (program) targets.push({ name, program, port: program.port, headers: program.headers ?? {} })
    } catch (error) {
      say(`${name} is left out: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`)
    }
  }
  return targets
}

// Each stream takes two of a relay's file descriptors.
function openStreamsPossible(): number {
  const limit = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1_024)
  return Math.min(10_000, Math.floor((limit - 200) / 2))
}

async function bench(): Promise<Row[]> {
  if (values.main === undefined) execFileSync(process.execPath, [here('../../build.ts'), 'edge-proxy'], { stdio: ['ignore', 2, 2] })
  const folder = mkdtempSync(join(tmpdir(), 'elder-edge-bench-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  const cacheFolder = join(tmpdir(), 'elder-bench-cache')
  mkdirSync(cacheFolder, { recursive: true })
  const targets = await startTargets(folder, cacheFolder)
  const loader = startLoader()
  const order = async (one: LoadOrder | 'close'): Promise<LoadResult> => {
    loader.child.send(one)
    return ((await once(loader.child, 'message')) as [LoadResult])[0]
  }
  const orderOf = (target: Target, scenario: Scenario): LoadOrder => ({ ...scenario, port: target.port, headers: target.headers, key, seconds })
  const wanted = scenarios.filter(({ name, quick }) => name.includes(values.only) && (!values.quick || quick))
  // V8 optimizes functions only after some ten thousand calls: an edge that has answered fewer requests costs twice as much.
  const warmUp = async (target: Target, stream: boolean, requests: number) => {
    const result = await order({ port: target.port, headers: target.headers, key, model: 'bench', connections: 20, stream, bodyBytes: 1_000, seconds: 20, requests })
    if (result.requests < requests) say(`${target.name} was warmed up by ${result.requests} of ${requests} requests only: its figures will be too high`)
  }
  const measure = async (target: Target, scenario: Scenario): Promise<Round> => {
    const read = () => [cpuMicros(target.program.pid), waitedMicros(target.program.pid), waitedMicros(loader.pid), stolenMicros() / 2, performance.now() * 1_000] as const
    const before = read()
    const result = await order(orderOf(target, scenario))
    const [ran = 0, waited = 0, loadWaited = 0, stolen = 0, took = 1] = read().map((value, place) => value - (before[place] ?? 0))
    const percent = (micros: number) => (100 * micros) / took
    return { result, cpuMicros: ran, residentMiB: residentMiB(target.program.pid), waited: percent(waited), loadWaited: percent(loadWaited), stolen: percent(stolen) }
  }
  for (const target of targets) {
    await warmUp(target, false, 16_000)
    await warmUp(target, true, 4_000)
  }

  const rows: Row[] = []
  for (const scenario of wanted.map((one) => (one.idle ? { ...one, connections: openStreamsPossible() } : one))) {
    say(`\n${scenario.idle ? `${scenario.connections} ` : ''}${scenario.name}   (load ${loadavg()[0]?.toFixed(1)})\n${heading}`)
    const measured = new Map<string, Round[]>(targets.map(({ name }) => [name, []]))
    // The first round lets V8 adapt to this scenario and is discarded.
    if (!scenario.idle) for (const target of targets) await measure(target, scenario)
    for (let round = 0; round < (scenario.idle ? 1 : rounds); round++) {
      for (const target of targets) {
        measured.get(target.name)?.push(await profiled(target, scenario, () => measure(target, scenario)))
        if (scenario.idle) await order('close')
      }
    }
    for (const [name, results] of measured) {
      const row = rowOf(scenario.name, name, results, measured.get('direct') ?? [], measured.get('bare') ?? [])
      rows.push(row)
      say(lineOf(row))
    }
  }
  return rows
}

function startLoader(): Program {
  const loader = startProgram(process.execPath, [here('load.ts')], { core: 1, talks: true })
  closers.push(() => loader.stop())
  return loader
}

async function profiled({ name, program }: Target, scenario: Scenario, work: () => Promise<Round>): Promise<Round> {
  if (profileFolder === undefined || name !== 'edge-proxy') return work()
  mkdirSync(profileFolder, { recursive: true })
  const kind = values.allocations === undefined ? 'time' : 'allocations'
  const file = join(profileFolder, `${scenario.name.replaceAll(/\W+/g, '-')}.${kind === 'time' ? 'cpuprofile' : 'heapprofile'}`)
  const tell = async (profile: string) => {
    program.child.send({ profile, kind } satisfies ProfileOrder)
    await once(program.child, 'message')
  }
  await tell('start')
  const round = await work()
  await tell(file)
  writeFileSync(file.replace(/(?:cpu|heap)profile$/, 'txt'), topOf(file, round.result.requests))
  return round
}

if (canPin) execFileSync('taskset', ['-pc', '1', String(process.pid)], { stdio: 'ignore' })
const loadBefore = loadavg()[0] ?? 0
try {
  const rows = await bench()
  const about = { node: process.version, placement, seconds, rounds, load: { before: loadBefore, after: loadavg()[0] } }
  if (values.json) process.stdout.write(`${JSON.stringify({ about, rows }, undefined, 2)}\n`)
  else say(`\n${ratiosOf(rows).join('\n')}\n\nNode ${about.node}, ${placement}, ${seconds} s a round, the median of ${rounds}; load average ${loadBefore.toFixed(1)} before, ${about.load.after?.toFixed(1)} after`)
} finally {
  for (const close of closers.reverse()) await close()
}
