/**
 * Compares `./elder check FILE` on the platform of this checkout with `oxlint FILE`, in turns, and shows where the time is spent.
 * usage: ./elder up --detach, then node tools/bench/check/bench.ts [ROUNDS]
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pythonSample, typescriptSample } from '../quality/samples.ts'

const rounds = Number(process.argv[2] ?? 20)
const root = join(import.meta.dirname, '../../..')
const elder = join(root, 'elder')
const bundle = join(root, 'apps/cli/dist/main.js')
const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
const { ELDER_URL: url = '', ELDER_API_KEY: key = '' } = Object.fromEntries([...execFileSync(elder, ['env'], { encoding: 'utf8' }).matchAll(/(ELDER_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]))

const folder = mkdtempSync(join(tmpdir(), 'elder-bench-check-'))
execFileSync('git', ['init', '-q'], { cwd: folder })
writeFileSync(join(folder, 'same.ts'), typescriptSample(0))
writeFileSync(join(folder, 'fresh.ts'), typescriptSample(1))
writeFileSync(join(folder, 'fresh.py'), pythonSample(1))

interface Sample {
  readonly wallMs: number
  readonly cpuMs?: number
}

/** Runs a program through a shell that prints the processor time of its children. */
function run(command: string, ...args: string[]): Sample {
  const startedAt = performance.now()
  const { stdout } = spawnSync('sh', ['-c', '"$@" >/dev/null 2>&1; times', 'sh', command, ...args], { cwd: folder, encoding: 'utf8' })
  const wallMs = performance.now() - startedAt
  const children = stdout.trim().split('\n')[1] ?? ''
  return { wallMs, cpuMs: [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000, 0) }
}

const agent = new Agent({ keepAlive: true })
function post(file: string): Promise<Sample> {
  const body = JSON.stringify({ repository: 'bench', files: [{ path: file, content: readFileSync(join(folder, file), 'utf8') }] })
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/v1/checks`, { method: 'POST', agent, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } }, (response) => {
      response.resume().on('end', () => (response.statusCode === 200 ? resolve({ wallMs: performance.now() - startedAt }) : reject(new Error(`status ${response.statusCode}`))))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const change = (file: string, comment: string) => appendFileSync(join(folder, file), `${comment} ${process.hrtime.bigint()}\n`)

const subjects: Record<string, () => Sample | Promise<Sample>> = {
  'oxlint FILE': () => run(process.execPath, oxlint, 'fresh.ts'),
  'elder check FILE, TypeScript, changed': () => (change('fresh.ts', '//'), run(elder, 'check', 'fresh.ts')),
  'elder check FILE, Python, changed': () => (change('fresh.py', '#'), run(elder, 'check', 'fresh.py')),
  'elder check FILE, unchanged': () => run(elder, 'check', 'same.ts'),
  '  the request alone, changed': () => (change('fresh.ts', '//'), post('fresh.ts')),
  '  the request alone, unchanged': () => post('same.ts'),
  '  without the launcher, unchanged': () => run(process.execPath, bundle, 'check', 'same.ts'),
  '  the command, loaded and left': () => run(process.execPath, bundle, '--version'),
  '  node alone': () => run(process.execPath, '-e', '0'),
  '  sh alone': () => run('true'),
}

const samples = new Map(Object.keys(subjects).map((name) => [name, [] as Sample[]]))
// One round to warm up. In turns, so that what else the machine does falls on all alike.
for (let round = 0; round <= rounds; round++) {
  for (const [name, measure] of Object.entries(subjects)) {
    const sample = await measure()
    if (round > 0) samples.get(name)?.push(sample)
  }
}
agent.destroy()
rmSync(folder, { recursive: true })

const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b)
const median = (values: readonly number[]) => sorted(values)[Math.floor(values.length / 2)] ?? Number.NaN
const base = median((samples.get('oxlint FILE') ?? []).map(({ wallMs }) => wallMs))
console.log(`${rounds} rounds; ${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}; Node ${process.versions.node}`)
for (const [name, all] of samples) {
  const wall = all.map(({ wallMs }) => wallMs)
  const cpu = all.flatMap(({ cpuMs }) => (cpuMs === undefined ? [] : [cpuMs]))
  const columns = [`p50 ${median(wall).toFixed(0).padStart(4)} ms`, `least ${Math.min(...wall).toFixed(0).padStart(4)} ms`, cpu.length > 0 ? `${median(cpu).toFixed(0).padStart(3)} ms CPU` : '          ', `${(median(wall) / base).toFixed(2)} x oxlint FILE`]
  console.log(`${name.padEnd(40)} ${columns.join('   ')}`)
}
