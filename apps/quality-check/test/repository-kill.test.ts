import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, expect, test } from 'vitest'
import { QualityCheckServiceDefinition, Verdict } from '@elder/contracts/quality'
import { connectRpc } from '@elder/rpc'
import { testPrincipalSecret, waitUntil } from '@elder/testkit'
import { prepare, startReadyInstance, watch } from './repository-rig.ts'
import { callOf, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
  return rig.close
})

const soon = { ELDER_QUALITY_CHECK_REPOSITORY_TAKE_OVER_MS: '1000' }
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`src/part${index % 20}/f${index}.py`, `VALUE_${index} = ${index}\neval(input(VALUE_${index}))\n`]))

/** The service as a process of its own. */
async function startProcess() {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], { env: { PATH: process.env['PATH'], ...rig.settings(), ...soon, ELDER_QUALITY_CHECK_LOG_LEVEL: 'info' }, stdio: ['ignore', 'pipe', 'inherit'] })
  let ports: { rpcPort: number; adminPort: number } | undefined
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.includes('"rpcPort"')) ports = JSON.parse(line) as { rpcPort: number; adminPort: number }
  })
  const { rpcPort, adminPort } = await waitUntil(() => ports)
  await waitUntil(async () => (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).ok)
  const client = connectRpc(QualityCheckServiceDefinition, `127.0.0.1:${rpcPort}`, { telemetry: rig.telemetry, principalSecret: testPrincipalSecret })
  return {
    client,
    pid: child.pid,
    async kill() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      client.close()
    },
  }
}

/** Resolves once the job is somewhere in the middle of its files. */
async function middleOf(instance: Pick<Instance, 'client'>, checkId: string): Promise<void> {
  for await (const { event } of instance.client.watchRepositoryCheck({ checkId }, callOf())) {
    if (event?.$case === 'progress' && event.value.done > 0 && event.value.done < event.value.total) return
  }
  throw new Error('the check ended before anybody could look')
}

test('kill -9 of the instance in the middle of a job: another one finishes it, and tells nothing twice', async () => {
  const first = await startProcess()
  const checkId = await prepare(first, many(3_000))
  await first.client.startRepositoryCheck({ checkId }, callOf())
  await middleOf(first, checkId)
  await first.kill()
  const tables = await rig.openTables()
  const before = await tables.query<{ part: string; seq: string }>('select part, seq from repository_check_parts where check_id = $1 order by seq', [checkId])
  expect(before.length).toBeGreaterThan(0)
  const second = await startReadyInstance(rig, soon)
  const outcome = await watch(second, checkId)
  expect(new Set(outcome.files.map(({ path }) => path)).size).toBe(3_000)
  expect(outcome.files).toHaveLength(3_000)
  expect(new Set(outcome.findings.map(({ file }) => file)).size).toBe(3_000)
  expect(new Set(outcome.findings.map(({ file, fingerprint }) => `${file} ${fingerprint}`)).size).toBe(outcome.findings.length)
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_FAIL)
  // What the first one wrote down was not done again.
  const after = await tables.query<{ part: string; seq: string }>('select part, seq from repository_check_parts where check_id = $1 order by seq', [checkId])
  expect(after.slice(0, before.length)).toEqual(before)
  expect((await tables.query('select 1 from checks where id = $1', [checkId])).length).toBe(1)
  // The killed process left its folder; the next one of the kind has removed it.
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`elder-repository-${first.pid}-`))).toEqual([])
  await second.service.stop()
}, 300_000)

test('an instance that stops leaves its job to another at once, and who watches there sees it end', async () => {
  const first = await startReadyInstance(rig)
  const checkId = await prepare(first, many(3_000))
  await first.client.startRepositoryCheck({ checkId }, callOf())
  await middleOf(first, checkId)
  const second = await startReadyInstance(rig)
  const watching = watch(second, checkId)
  await first.service.stop()
  const outcome = await watching
  expect(outcome.files).toHaveLength(3_000)
  await second.service.stop()
}, 300_000)

test('10,000 small files', async () => {
  const instance = await startReadyInstance(rig)
  const checkId = await prepare(instance, many(10_000))
  await instance.client.startRepositoryCheck({ checkId }, callOf())
  const outcome = await watch(instance, checkId)
  expect(outcome.files).toHaveLength(10_000)
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_FAIL)
  expect(outcome.progress).toContainEqual({ stage: 'files', done: expect.any(Number), total: 10_000 })
  await instance.service.stop()
}, 300_000)
