import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { copyCheckout } from '@elder/testkit'
import { runProgram } from './elder.ts'

let checkout: ReturnType<typeof copyCheckout>
/** Comes first on PATH: programs that stand in for the system's. */
let bin: string
const installed = () => join(checkout.path, 'node_modules/.elder-installed')

beforeAll(() => {
  checkout = copyCheckout()
  bin = mkdtempSync(join(tmpdir(), 'elder-bin-'))
})
afterAll(() => {
  checkout.dispose()
  rmSync(bin, { recursive: true })
})
beforeEach(async () => {
  rmSync(bin, { recursive: true })
  mkdirSync(bin)
  // As after a successful npm ci.
  const { stdout } = await runProgram('sh', ['-c', `cksum <'${join(checkout.path, 'package-lock.json')}'`])
  writeFileSync(installed(), stdout)
})

function standIn(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, name), 0o755)
}
const launch = (command: string, args: readonly string[] = ['--version'], cwd = tmpdir()) => runProgram(command, args, { cwd, env: { PATH: [bin, process.env.PATH].join(delimiter), TMPDIR: tmpdir() } })
const launcher = () => join(checkout.path, 'elder')

test('works through symbolic links, from another folder, on a path with spaces; builds once', async () => {
  const links = join(bin, 'some links')
  mkdirSync(links)
  symlinkSync(launcher(), join(links, 'elder'))
  symlinkSync('elder', join(links, 'relative'))
  for (const command of [join(links, 'elder'), join(links, 'relative')]) {
    expect(await launch(command)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^elder \d/) as string })
  }
  expect(await runProgram('sh', ['elder', '--version'], { cwd: checkout.path })).toMatchObject({ code: 0, stderr: '' })
  expect(await launch('./relative', ['--version'], links)).toMatchObject({ code: 0, stderr: '' })
})

test('builds again when a source is newer than the bundle', async () => {
  await launch(launcher())
  const later = new Date(Date.now() + 2_000)
  utimesSync(join(checkout.path, 'apps/cli/src/run.ts'), later, later)
  expect(await launch(launcher())).toMatchObject({ code: 0, stderr: 'elder: building\n' })
  const before = new Date(Date.now() - 60_000)
  utimesSync(join(checkout.path, 'apps/cli/src/run.ts'), before, before)
})

test('lets people stop what runs when a source does not build, and nothing else', async () => {
  const source = join(checkout.path, 'apps/cli/src/run.ts')
  const text = readFileSync(source, 'utf8')
  writeFileSync(source, `${text}\nimport { nothing } from './no-such-file.ts'\nnothing()\n`)
  const later = new Date(Date.now() + 2_000)
  utimesSync(source, later, later)
  expect(await launch(launcher(), ['down'])).toMatchObject({ code: 0, stdout: 'nothing is running\n', stderr: expect.stringContaining('going on with the one before') as string })
  expect(await launch(launcher(), ['up'])).toMatchObject({ code: 1, stderr: expect.stringContaining('the build failed') as string })
  writeFileSync(source, text)
})

test('installs when the lock file changed, once for two who come at the same time, and passes the proxy on', async () => {
  rmSync(installed())
  standIn('npm', `echo "$* $HTTPS_PROXY" >>'${bin}/calls'`)
  const env = { PATH: [bin, process.env.PATH].join(delimiter), HTTPS_PROXY: 'http://proxy:3128' }
  const both = await Promise.all([runProgram(launcher(), ['--version'], { env }), runProgram(launcher(), ['--version'], { env })])
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  expect(readFileSync(join(bin, 'calls'), 'utf8')).toBe('ci --loglevel=error http://proxy:3128\n')
  expect(existsSync(join(checkout.path, '.elder/install.lock'))).toBe(false)
})

test('takes over the lock of a launcher that died', async () => {
  rmSync(installed())
  standIn('npm', 'true')
  mkdirSync(join(checkout.path, '.elder'), { recursive: true })
  writeFileSync(join(checkout.path, '.elder/install.lock'), '4194303\n')
  expect(await launch(launcher())).toMatchObject({ code: 0, stdout: expect.stringMatching(/^elder \d/) as string })
})

test.each([
  { what: 'an npm ci that fails', programs: { npm: 'echo "npm error network" >&2; exit 1' }, says: ['npm error network', 'npm ci failed'] },
  { what: 'a Node that is too old', programs: { npm: 'true', node: 'echo v16.20.2' }, says: ['Node 18 or newer', 'v16.20.2'] },
  { what: 'native Windows', programs: { uname: 'echo MINGW64_NT-10.0' }, says: ['native Windows is not supported', 'WSL'] },
])('says what to do about $what', async ({ programs, says }) => {
  rmSync(installed())
  for (const [name, script] of Object.entries(programs)) standIn(name, script)
  const { code, stdout, stderr } = await launch(launcher())
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  for (const part of says) expect(stderr).toContain(part)
})

test('says that npm is missing, and how to get it', async () => {
  rmSync(installed())
  for (const name of ['readlink', 'uname', 'cksum', 'mkdir', 'chmod', 'cat', 'rm', 'find', 'touch']) {
    const { stdout } = await runProgram('sh', ['-c', `command -v ${name}`])
    symlinkSync(stdout.trim(), join(bin, name))
  }
  const sh = (await runProgram('sh', ['-c', 'command -v sh'])).stdout.trim()
  const { code, stderr } = await runProgram(sh, [launcher(), '--version'], { env: { PATH: bin } })
  expect(code).toBe(1)
  expect(stderr).toContain('npm is missing: install Node 18 or newer with npm')
})
