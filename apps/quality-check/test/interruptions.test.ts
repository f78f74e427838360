import { readdirSync, readFileSync } from 'node:fs'
import { waitUntil } from '@elder/testkit'
import { beforeAll, expect, test } from 'vitest'
import { Criterion, FileStatus, Verdict } from '@elder/contracts/quality'
import { callOf, criterion, requestOf, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
  return rig.close
})

const metric = async (instance: Instance, pattern: RegExp) => Number(pattern.exec(await instance.metrics())?.[1] ?? 0)
const waitingFiles = (instance: Instance) => metric(instance, /^elder_quality_waiting_files\S* (\d+)/m)

// Distinct contents: equal files would be analysed once.
const many = (count: number, extension: string) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`src/f${index}.${extension}`, extension === 'py' ? `X = ${index}\n` : `export const x = ${index}\ndebugger\n`]))

// Takes Python's engine a second or so.
const slowPython = 'def f(): pass\n'.repeat(65_000)

/** Processes of the oxlint language server that this process started. */
function languageServers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        return parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--lsp')
      } catch {
        return false
      }
    })
}

test('kill -9 of the engine in the middle of a large check costs no result', async () => {
  const instance = await rig.startInstance()
  await instance.check({ 'a.ts': 'export const one = 1\n' })
  const seen = { files: 0, checked: 0, findings: 0, killed: [] as number[] }
  let verdict: Verdict | undefined
  for await (const { event } of instance.client.check(requestOf(many(600, 'ts')), callOf())) {
    if (event?.$case === 'finding') seen.findings++
    if (event?.$case === 'file') {
      if (event.value.status === FileStatus.FILE_STATUS_CHECKED) seen.checked++
      if (++seen.files === 50) {
        seen.killed = languageServers()
        for (const pid of seen.killed) process.kill(pid, 'SIGKILL')
      }
    }
    if (event?.$case === 'report') verdict = event.value.verdict
  }
  expect(seen).toMatchObject({ files: 600, checked: 600, findings: 600, killed: [expect.any(Number)] })
  expect(verdict).toBe(Verdict.VERDICT_FAIL)
  expect(await metric(instance, /^elder_quality_engine_ends_total{[^}]*oxlint[^}]*} (\d+)/m)).toBeGreaterThanOrEqual(1)
})

test('a caller who leaves takes the work along, queued and running', async () => {
  const instance = await rig.startInstance()
  const leaving = new AbortController()
  const results = instance.client.check(requestOf({ ...many(500, 'py'), ...many(400, 'ts') }), callOf(leaving.signal))
  const reading = (async () => {
    for await (const { event } of results) if (event?.$case === 'file') leaving.abort()
  })()
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
  await waitUntil(async () => (await waitingFiles(instance)) === 0)
  expect(await metric(instance, /^elder_quality_checks_total\S* (\d+)/m)).toBe(0)
  expect((await instance.check({ 'a.ts': 'export const one = 1\n' })).report.verdict).toBe(Verdict.VERDICT_PASS)
})

test('a file that an engine is busy with is dropped, too', async () => {
  const instance = await rig.startInstance({ ELDER_QUALITY_CHECK_FILE_TIME_LIMIT_MS: '60000', ELDER_QUALITY_CHECK_WORKER_THREADS: '2' })
  await instance.check({ 'warm.py': 'ONE = 11\n' })
  const leaving = new AbortController()
  const reading = instance.check({ 'slow.py': slowPython }, { signal: leaving.signal })
  await waitUntil(async () => (await metric(instance, /^elder_quality_busy_threads\S* (\d+)/m)) >= 1)
  leaving.abort()
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
  await waitUntil(async () => (await metric(instance, /^elder_quality_engine_ends_total{[^}]*slow[^}]*} (\d+)/m)) >= 1)
})

test('what does not fit the queue is refused with the time to ask again, and taken afterwards', async () => {
  const instance = await rig.startInstance({ ELDER_QUALITY_CHECK_QUEUE_FILES: '50' })
  const large = instance.check(many(400, 'py'))
  // The first of them may be done before anybody has counted them.
  await waitUntil(async () => (await waitingFiles(instance)) > 200)
  await expect(instance.check(many(1, 'ts'))).rejects.toMatchObject({ code: 'resource_exhausted', reason: 'CHECK_QUEUE_FULL', message: expect.stringMatching(/: ask again in [12] s$/) as string, retryAfterMs: expect.any(Number) })
  expect((await large).files).toHaveLength(400)
  expect((await instance.check(many(1, 'ts'))).files).toHaveLength(1)
})

test('a file that takes an engine too long is not analysed, with the reason, and its neighbours are', async () => {
  const instance = await rig.startInstance({ ELDER_QUALITY_CHECK_FILE_TIME_LIMIT_MS: '250' })
  // Warm, so that the limit meets the file and not the first use of an engine.
  await waitUntil(async () => (await instance.check({ 'warm.py': 'ONE = 1\n' })).files[0]?.status === FileStatus.FILE_STATUS_CHECKED)
  const outcome = await instance.check({ 'slow.py': slowPython, 'fine.py': 'ONE = 3\n' })
  expect(outcome.files.filter(({ path }) => path === 'slow.py')).toMatchObject([{ path: 'slow.py', cached: false, status: FileStatus.FILE_STATUS_NOT_ANALYSED, reason: expect.stringContaining('gave up after 250 ms') }])
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_NOT_EVALUATED)
  expect(criterion(outcome, Criterion.CRITERION_SECURITY).reason).toContain('slow.py was not analysed: ')
  expect([...rig.cache.entries.values()].some((value) => Buffer.from(value).includes('gave up'))).toBe(false)
  await waitUntil(async () => (await instance.check({ 'fine.py': 'ONE = 2\n' })).files[0]?.status === FileStatus.FILE_STATUS_CHECKED)
})

test('stopping leaves no process behind', async () => {
  const before = languageServers()
  const instance = await rig.startInstance()
  await instance.check({ 'a.ts': `export const started = ${Date.now()}\n` })
  expect(languageServers().length).toBe(before.length + 1)
  await instance.service.stop()
  expect(languageServers()).toEqual(before)
})
