/**
 * Mixed load on a real platform for as long as is asked, and what becomes of its memory, sockets and timers meanwhile: the slope of each with
 * its confidence, and whether everything returns to the start when the load has ended.
 */
import { once } from 'node:events'
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { bringUp } from '../../../tests/platform.ts'
import { anyDeed, deeds, type Door } from './mix.ts'
import { figures, read, servicesOf, type Reading, type Watched } from './readings.ts'
import { trendOf } from './trend.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    /** Requests a second, and how many at once at most. */
    rate: { type: 'string', default: '40' },
    'at-once': { type: 'string', default: '20' },
    'one-process': { type: 'boolean', default: false },
    edges: { type: 'string' },
    /** A platform that runs already; without it one is brought up and taken down. */
    url: { type: 'string' },
    key: { type: 'string', default: process.env.ELDER_API_KEY ?? '' },
    'admin-key': { type: 'string' },
    model: { type: 'string', default: 'bench' },
    /** Of that platform: its checkout, for the ports of its services. */
    checkout: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
const rate = Number(values.rate)
const say = (text: string) => void process.stderr.write(`${text}\n`)

interface Place {
  readonly door: Door
  readonly watched: readonly Watched[]
  readonly dispose: () => Promise<void>
}

async function ownPlatform(): Promise<Place> {
  const provider = fork(join(import.meta.dirname, '../edge/provider.ts'))
  const [{ port }] = (await once(provider, 'message')) as [{ port: number }]
  const mode = [...(values['one-process'] ? ['--one-process'] : []), ...(values.edges === undefined ? [] : ['--edges', values.edges])]
  const platform = await bringUp([...mode, '--provider', `http://127.0.0.1:${port}/v1`, '--model', 'bench'], { ELDER_EDGE_PROXY_REQUESTS_PER_MINUTE: '1000000' })
  const door = { url: platform.url, key: platform.developerKey, adminKey: platform.adminKey, model: 'bench' }
  return {
    door: { ...door, meagreKey: await meagreKeyOf(door) },
    watched: servicesOf(join(platform.checkout, '.elder/run/state.json')),
    async dispose() {
      await platform.dispose()
      provider.disconnect()
    },
  }
}

async function givenPlatform(url: string): Promise<Place> {
  const door = { url, key: values.key, adminKey: values['admin-key'], model: values.model }
  const watched = values.checkout === undefined ? [] : servicesOf(join(values.checkout, '.elder/run/state.json'))
  return { door: { ...door, meagreKey: await meagreKeyOf(door) }, watched, dispose: () => Promise.resolve() }
}

async function meagreKeyOf({ url, adminKey }: { url: string; adminKey: string | undefined }): Promise<string | undefined> {
  if (adminKey === undefined) return undefined
  const response = await fetch(`${url}/v1/keys`, { method: 'POST', headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' }, body: JSON.stringify({ userName: 'meagre', role: 'developer', requestsPerMinute: 1 }) })
  return ((await response.json()) as { secret?: string }).secret
}

interface Tally {
  done: number
  readonly failures: Map<string, number>
}

/** Sends at the rate until the signal, never more at once than asked: what is not answered slows it down, and nothing piles up. */
async function load(door: Door, tally: Tally, ending: AbortSignal): Promise<void> {
  const atOnce = Number(values['at-once'])
  const pauseMs = (1_000 * atOnce) / rate
  const worker = async () => {
    while (!ending.aborted) {
      const startedAt = performance.now()
      const deed = anyDeed()
      const failure = await deed.do(door).catch((error: unknown) => String(error))
      tally.done++
      if (failure !== undefined) tally.failures.set(`${deed.name}: ${failure}`, (tally.failures.get(`${deed.name}: ${failure}`) ?? 0) + 1)
      const left = pauseMs * (0.5 + Math.random()) - (performance.now() - startedAt)
      if (left > 0) await delay(left, undefined, { signal: ending }).catch(() => {})
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

const readAll = (watched: readonly Watched[]) => Promise.all(watched.map(read))

function lineOf(watched: readonly Watched[], readings: readonly (Reading | undefined)[]): string {
  return watched.map(({ name }, index) => `${name} ${readings[index]?.residentMiB.toFixed(0) ?? '-'}/${readings[index]?.heapMiB.toFixed(0) ?? '-'} MiB ${readings[index]?.sockets ?? '-'} so ${readings[index]?.timers ?? '-'} ti`).join('  ')
}

async function soak({ door, watched }: Place): Promise<boolean> {
  // What a start leaves to do is not the load's.
  await delay(10_000)
  const before = await readAll(watched)
  say(`before    ${lineOf(watched, before)}`)
  const ending = new AbortController()
  const tally: Tally = { done: 0, failures: new Map() }
  const loading = load(door, tally, ending.signal)
  const series: (readonly (Reading | undefined)[])[] = []
  for (let minute = 1; minute <= minutes; minute++) {
    await delay(60_000)
    const readings = await readAll(watched)
    series.push(readings)
    say(`minute ${String(minute).padStart(2)} ${lineOf(watched, readings)}  ${tally.done} requests, ${sumOf(tally.failures)} wrong`)
  }
  ending.abort()
  await loading
  // Longer than any keep-alive time-out.
  await delay(75_000)
  const after = await readAll(watched)
  say(`after     ${lineOf(watched, after)}`)
  return report(watched, series, before, after, tally)
}

const sumOf = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0)

function report(watched: readonly Watched[], series: readonly (readonly (Reading | undefined)[])[], before: readonly (Reading | undefined)[], after: readonly (Reading | undefined)[], tally: Tally): boolean {
  // Caches and compiled code fill up in the first third: that is no leak.
  const settled = series.slice(Math.floor(series.length / 3))
  const services = watched.map(({ name }, index) => {
    const trends = figures.map((figure) => [figure, trendOf(settled.map((readings) => readings[index]?.[figure] ?? 0))] as const)
    return { name, trends: Object.fromEntries(trends), before: before[index], after: after[index] }
  })
  const failures = sumOf(tally.failures)
  const errorRate = tally.done === 0 ? 1 : failures / tally.done
  if (values.json) process.stdout.write(`${JSON.stringify({ minutes, rate, requests: tally.done, failures: Object.fromEntries(tally.failures), services }, undefined, 2)}\n`)
  say(`\n${tally.done} requests (${deeds.map(({ name, share }) => `${share} % ${name}`).join(', ')}), ${failures} wrong (${(errorRate * 100).toFixed(3)} %)`)
  for (const [failure, count] of tally.failures) say(`  ${count} x ${failure}`)
  say(`\nchange a minute over the last ${settled.length} minutes, with its 95 % confidence interval; and before -> after the load`)
  for (const { name, trends, before: then, after: now } of services) {
    const told = figures.map((figure) => {
      const { slope, low, high } = trends[figure] ?? { slope: 0, low: 0, high: 0 }
      return `${figure} ${slope.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] ${then?.[figure].toFixed(0) ?? '-'} -> ${now?.[figure].toFixed(0) ?? '-'}`
    })
    say(`  ${name}\n    ${told.join('\n    ')}`)
  }
  return errorRate <= 0.001
}

const place = values.url === undefined ? await ownPlatform() : await givenPlatform(values.url)
try {
  if (!(await soak(place))) process.exitCode = 1
} finally {
  await place.dispose()
}
