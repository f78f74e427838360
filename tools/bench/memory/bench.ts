/** Resident memory of a platform that it starts, idle and after work, and its CPU time while idle. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startProvider } from '../../../libs/testkit/src/index.ts'
import { bringUp, type Platform } from '../../../tests/platform.ts'
import { treeOf } from '../../../tests/processes.ts'

const { values } = parseArgs({ options: { 'one-process': { type: 'boolean', default: false }, 'idle-seconds': { type: 'string', default: '30' } } })
const completions = 600
const checks = 200
const consultations = 200
const atOnce = 10

const print = (text = '') => process.stdout.write(`${text}\n`)
const statusOf = (pid: number, field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readProc(pid, 'status'))?.[1] ?? 0) / 1_024
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

/** Empty when the process is gone: Postgres ends its workers whenever it likes. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

interface Program {
  readonly name: string
  readonly pids: readonly number[]
}

async function programsOf(platform: Platform): Promise<Program[]> {
  const { services } = await platform.status()
  const named = new Map(services.map(({ name, pid }) => [pid, values['one-process'] ? 'all six' : name]))
  return [...named].map(([pid, name]) => ({ name, pids: treeOf(pid) }))
}

const supervisorOf = ({ checkout }: Platform) => (JSON.parse(readFileSync(join(checkout, '.elder/run/state.json'), 'utf8')) as { supervisor: { pid: number } }).supervisor.pid

async function measure(platform: Platform, moment: string): Promise<void> {
  const rows = (await programsOf(platform)).map(({ name, pids }) => ({ name, processes: pids.length, rss: sum(pids.map((pid) => statusOf(pid, 'VmRSS'))), own: sum(pids.map((pid) => statusOf(pid, 'RssAnon'))), peak: sum(pids.map((pid) => statusOf(pid, 'VmHWM'))) }))
  print(`\n${moment.padEnd(24)}RSS  of it anonymous  highest so far, MB`)
  for (const { name, processes, rss, own, peak } of rows) {
    print(`${name.padEnd(20)}${rss.toFixed(0).padStart(7)}${own.toFixed(0).padStart(17)}${peak.toFixed(0).padStart(16)}${processes > 1 ? `   in ${processes} processes` : ''}`)
  }
  print(`supervisor          ${statusOf(supervisorOf(platform), 'VmRSS').toFixed(0).padStart(7)}`)
}

/** CPU time so far of processes and of those they started that are gone, in ms. */
function cpuOf(pids: readonly number[]): number {
  return sum(
    pids.map((pid) => {
      const stat = readProc(pid, 'stat')
      // Ticks of 10 ms: in user and kernel mode, its own and its ended children's.
      return sum(stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 15).map(Number)) * 10
    }),
  )
}

async function measureIdle(platform: Platform, seconds: number): Promise<void> {
  const supervisor = supervisorOf(platform)
  const services = await programsOf(platform)
  const others = () => treeOf(supervisor).filter((pid) => pid !== supervisor && !services.some(({ pids }) => pids.includes(pid)))
  const programs = [...services.map(({ name, pids }) => ({ name, pids: () => pids })), { name: 'supervisor', pids: () => [supervisor] }, { name: 'NATS, Redis, Postgres', pids: others }]
  const before = programs.map(({ pids }) => cpuOf(pids()))
  await delay(seconds * 1_000)
  const shares = programs.map(({ pids }, index) => ((cpuOf(pids()) - (before[index] as number)) / seconds / 1_000) * 100)
  print(`\nCPU over ${seconds} idle seconds, of one core`)
  for (const [index, { name }] of [...programs, { name: 'all' }].entries()) print(`${name.padEnd(24)}${(shares[index] ?? sum(shares)).toFixed(2)} %`)
}

async function repeat(count: number, work: (index: number) => Promise<Response>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < count; index = next++) {
      const response = await work(index)
      const text = await response.text()
      if (!response.ok) throw new Error(`${response.status} ${text}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

const python = (index: number) => Array.from({ length: 40 }, (_, at) => `def function_${index}_${at}(values):\n    total = ${index}\n    for value in values:\n        total += value * ${at}\n    return total\n`).join('\n\n')
const typescript = (index: number) => Array.from({ length: 40 }, (_, at) => `export function sum${index}x${at}(values: readonly number[]): number {\n  let total = ${index}\n  for (const value of values) total += value * ${at}\n  return total\n}\n`).join('\n')
const post = (platform: Platform, path: string, body: unknown) => platform.fetch(path, { method: 'POST', body: JSON.stringify(body) })

const provider = await startProvider({ models: ['stand-in-1'] })
const mode = values['one-process'] ? ['--one-process'] : []
const platform = await bringUp([...mode, '--provider', provider.url, '--model', 'stand-in-1'], { ELDER_EDGE_PROXY_REQUESTS_PER_MINUTE: '1000000' })
try {
  // What a start leaves to do (compiling, collecting) is not idling.
  await delay(20_000)
  await measure(platform, 'idle')
  await measureIdle(platform, Number(values['idle-seconds']))
  await measure(platform, 'still idle')

  provider.behave({ do: 'answer', text: 'an answer of a few words, as a model would stream them' })
  await repeat(completions, (index) => post(platform, '/v1/chat/completions', { model: 'stand-in-1', stream: index % 2 === 0, messages: [{ role: 'user', content: `question ${index}` }] }))
  await measure(platform, `${completions} completions`)

  execFileSync('git', ['init', '-q', platform.checkout])
  const { code, stderr } = await platform.elder(['index'])
  if (code !== 0) throw new Error(stderr)
  await repeat(consultations, (index) => post(platform, '/v1/consultations', { question: `where is function ${index} of the spool tested, and who calls it?` }))
  await measure(platform, `${consultations} consultations`)

  await repeat(checks, (index) => post(platform, '/v1/checks', { files: [index % 2 === 0 ? { path: `a${index}.py`, content: python(index) } : { path: `a${index}.ts`, content: typescript(index) }] }))
  await measure(platform, `${checks} checks`)
} finally {
  await platform.dispose()
  await provider.close()
}
