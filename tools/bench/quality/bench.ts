/**
 * Measures quality-check through its gRPC API, in its own process, and compares it with the engines' command lines in the same run.
 * usage: node tools/bench/quality/bench.ts
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Role } from '../../../libs/contracts/gen/elder/auth/v1/auth.ts'
import { CheckRequest, QualityCheckServiceDefinition } from '../../../libs/contracts/gen/elder/quality/v1/quality.ts'
import { connectRpc, personCall } from '../../../libs/rpc/src/index.ts'
import { testPrincipalSecret, testTelemetry } from '../../../libs/testkit/src/index.ts'
import { startPlatform } from './platform.ts'
import { pythonSample, typescriptSample } from './samples.ts'

const platform = await startPlatform()
const client = connectRpc(QualityCheckServiceDefinition, platform.address, { telemetry: await testTelemetry('bench'), principalSecret: testPrincipalSecret })
const principal = { subject: 'bench', name: 'bench', role: Role.ROLE_DEVELOPER, keyId: '' }

async function check(files: Record<string, string>): Promise<{ totalMs: number; firstMs: number; findingMs: number; cached: number }> {
  const request = CheckRequest.fromPartial({ repository: 'bench', batched: true, files: Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) })) })
  const startedAt = performance.now()
  let firstMs = 0
  let findingMs = Number.NaN
  let cached = 0
  for await (const { event } of client.check(request, personCall(principal, 'bench', 600_000))) {
    if (firstMs === 0) firstMs = performance.now() - startedAt
    if (event?.$case !== 'batch') continue
    if (Number.isNaN(findingMs) && event.value.findings.length > 0) findingMs = performance.now() - startedAt
    cached += event.value.files.filter((file) => file.cached).length
  }
  return { totalMs: performance.now() - startedAt, firstMs, findingMs, cached }
}

// Of the service, for each of the checks that were measured last: what a quiet machine would take at most.
let cpuEach = 0
const quantile = (values: number[], share: number) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
const show = (name: string, values: number[], beside?: { name: string; ms: number }) => {
  const ratio = beside === undefined ? '' : `   ${(quantile(values, 0.5) / beside.ms).toFixed(2)} x ${beside.name}`
  const cpu = cpuEach > 0 ? `   ${cpuEach.toFixed(1)} ms CPU` : ''
  console.log(`${name.padEnd(44)} p50 ${quantile(values, 0.5).toFixed(1).padStart(7)} ms   p99 ${quantile(values, 0.99).toFixed(1).padStart(7)} ms${cpu}${ratio}`)
}
async function repeat(count: number, work: (index: number) => Promise<number>): Promise<number[]> {
  const values: number[] = []
  const before = platform.cpu()
  for (let index = 0; index < count; index++) values.push(await work(index))
  cpuEach = (platform.cpu() - before) / count
  return values
}

try {
  console.log(`memory, ready, no file yet                   ${platform.memory()} MB (${platform.memoryParts()})`)

  const folder = mkdtempSync(join(tmpdir(), 'elder-bench-file-'))
  writeFileSync(join(folder, 'sample.ts'), typescriptSample(0))
  writeFileSync(join(folder, 'sample.py'), pythonSample(0))
  const commandLine = async (name: string, command: string, args: string[]) => {
    const values = await repeat(20, async () => {
      const startedAt = performance.now()
      spawnSync(command, args, { cwd: folder, stdio: 'ignore' })
      return performance.now() - startedAt
    })
    cpuEach = 0
    show(`${name} (command line, default rules)`, values)
    return { name, ms: quantile(values, 0.5) }
  }
  const oxlint = await commandLine('oxlint FILE', process.execPath, [join(import.meta.dirname, '../../../node_modules/oxlint/bin/oxlint'), '--silent', 'sample.ts'])
  const hasRuff = spawnSync('ruff', ['--version'], { stdio: 'ignore' }).status === 0
  const ruff = hasRuff ? await commandLine('ruff check FILE', 'ruff', ['check', '--no-cache', 'sample.py']) : undefined
  if (!hasRuff) console.log('ruff is not installed: nothing to compare Python with')
  rmSync(folder, { recursive: true })

  console.log(`first TypeScript file, engine starting        ${(await check({ 'a.ts': typescriptSample(-1) })).totalMs.toFixed(0)} ms`)
  console.log(`first Python file, engine loading             ${(await check({ 'a.py': pythonSample(-1) })).totalMs.toFixed(0)} ms`)
  await repeat(40, async (index) => (await check({ 'a.ts': typescriptSample(-2 - index), 'a.py': pythonSample(-2 - index) })).totalMs)

  show('TypeScript, 300 lines, warm', await repeat(200, async (index) => (await check({ 'a.ts': typescriptSample(index) })).totalMs), oxlint)
  show('  first finding', await repeat(100, async (index) => (await check({ 'a.ts': typescriptSample(1_000 + index) })).findingMs))
  show('Python, 300 lines, warm', await repeat(200, async (index) => (await check({ 'a.py': pythonSample(index) })).totalMs), ruff)
  show('TypeScript, cached', await repeat(200, async () => (await check({ 'a.ts': typescriptSample(1) })).totalMs))
  show('Python, cached', await repeat(200, async () => (await check({ 'a.py': pythonSample(1) })).totalMs))

  console.log(`memory, one file at a time                    ${platform.memory()} MB (${platform.memoryParts()})`)
  const thousand = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? [`f${index}.ts`, typescriptSample(10_000 + index)] : [`f${index}.py`, pythonSample(10_000 + index)])))
  for (const pass of ['cold', 'again']) {
    const before = platform.cpu()
    const { totalMs, firstMs, cached } = await check(thousand)
    console.log(`1,000 files, half Python, ${pass.padEnd(18)} ${totalMs.toFixed(0)} ms, first message ${firstMs.toFixed(0)} ms, ${cached} cached, ${((platform.cpu() - before) / 1_000).toFixed(1)} ms CPU a file`)
  }
  console.log(`memory, engines loaded, children counted     ${platform.memory()} MB (${platform.memoryParts()})`)
  await setTimeout(2_000)
  console.log(`memory, two seconds later                    ${platform.memory()} MB (${platform.memoryParts()})`)
} finally {
  client.close()
  await platform.stop()
}
