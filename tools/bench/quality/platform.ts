import { execFileSync, spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allocationOf, nodeFlagsOf } from '../../../apps/cli/src/platform/services.ts'
import { freePort } from '../../../libs/backing/src/index.ts'
import { startBacking, testPrincipalSecret, waitUntil } from '../../../libs/testkit/src/index.ts'

const root = join(import.meta.dirname, '../../..')

/** quality-check and cache as bundles in processes of their own, on real NATS, Redis and Postgres. */
export async function startPlatform() {
  execFileSync(process.execPath, [join(root, 'tools/build.ts'), 'cache', 'quality-check'], { stdio: 'inherit' })
  const backing = await startBacking()
  const folder = mkdtempSync(join(tmpdir(), 'elder-bench-'))
  const [cacheRpc, cacheAdmin, checkRpc, checkAdmin] = [await freePort(), await freePort(), await freePort(), await freePort()]
  const own = { LOG_LEVEL: 'error', PRINCIPAL_SECRET: testPrincipalSecret, NATS_URL: backing.natsUrl, AUTH_ADDRESS: '127.0.0.1:9' }
  const start = (app: 'cache' | 'quality-check', prefix: string, settings: Record<string, string>) => {
    const env = Object.fromEntries(Object.entries({ ...own, ...settings }).map(([name, value]) => [`ELDER_${prefix}_${name}`, value]))
    // As `elder up` starts it.
    return spawn(process.execPath, [...nodeFlagsOf(app), join(root, 'apps', app, 'dist/main.js')], { env: { ...env, ...allocationOf(app), TMPDIR: folder }, stdio: 'inherit' })
  }
  const cache = start('cache', 'CACHE', { RPC_PORT: `${cacheRpc}`, ADMIN_PORT: `${cacheAdmin}`, REDIS_URL: backing.redisUrl })
  const check = start('quality-check', 'QUALITY_CHECK', {
    RPC_PORT: `${checkRpc}`,
    ADMIN_PORT: `${checkAdmin}`,
    POSTGRES_URL: backing.postgresUrl,
    CACHE_ADDRESS: `127.0.0.1:${cacheRpc}`,
  })
  const ready = (port: number) => waitUntil(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, { timeoutMs: 20_000 })
  await Promise.all([ready(cacheAdmin), ready(checkAdmin)])
  return {
    address: `127.0.0.1:${checkRpc}`,
    pid: check.pid as number,
    /** Of quality-check with its children, in MB. */
    memory: () => residentOf(check.pid as number),
    /** The same, of the service alone and of oxlint's process. */
    memoryParts: () => familyOf(check.pid as number).map((each) => Math.round(field(each, 'VmRSS') / 1024)).join(' + '),
    /** Processor time that quality-check and its children have used, in ms. */
    cpu: () => cpuOf(check.pid as number),
    async stop() {
      const ends = [cache, check].map((child) => new Promise((resolve) => child.once('exit', resolve)))
      cache.kill()
      check.kill()
      await Promise.all(ends)
      await backing.dispose()
      rmSync(folder, { recursive: true })
    },
  }
}

function residentOf(pid: number): number {
  return Math.round(familyOf(pid).reduce((sum, each) => sum + field(each, 'VmRSS'), 0) / 1024)
}

function cpuOf(pid: number): number {
  // The 14th and 15th fields, counted after the name in brackets, in ticks of 10 ms.
  const ticks = (each: string) => read(each, 'stat').split(') ').at(-1)?.split(' ').slice(11, 13).reduce((sum, part) => sum + Number(part), 0) ?? 0
  return 10 * familyOf(pid).reduce((sum, each) => sum + ticks(each), 0)
}

function familyOf(pid: number): string[] {
  return globSync('/proc/[0-9]*').map((path) => path.slice('/proc/'.length)).filter((each) => each === `${pid}` || field(each, 'PPid') === pid)
}

function field(pid: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(pid, 'status'))?.[1] ?? 0)
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
