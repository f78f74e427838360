import { spawn } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { waitUntil } from '@elder/testkit'
import { command, elder, type Answer, type Asked } from './elder.ts'
import { finding, startRepository, type Posted, type Rig } from './repository-rig.ts'

let rig: Rig
let watched: (times: number) => Answer
let times: number
let intercept: (one: Asked) => Answer | undefined
beforeEach(async () => {
  times = 0
  intercept = () => undefined
  const report = { version: 1, verdict: 'fail', mode: 'whole_file', policyHash: 'p', criteria: [] }
  watched = () => ({ body: { ...report, progress: [{ stage: 'files', done: 1, total: 2 }], findings: [{ ...finding, file: 'src/b.py' }, { ...finding, file: 'a.py' }], files: [{ path: 'a.py', cached: false, status: 'checked' }, { path: 'src/b.py', cached: true, status: 'checked' }] } })
  rig = await startRepository((one: Asked) => {
    const { method, url } = one
    const instead = intercept(one)
    if (instead !== undefined) return instead
    if (url === '/v1/checks/repository') return { status: 201, body: { checkId: 'c7' } }
    if (method === 'GET' && url === '/v1/checks/c7') return watched(++times)
    return url.startsWith('/v1/checks/c7') ? { body: {} } : undefined
  })
})
afterEach(() => rig.dispose())

const asked = () => rig.door.asked.map(({ method, url }) => `${method} ${url}`)
const sent = () => rig.door.asked.filter(({ method }) => method === 'PUT').flatMap(({ body }) => (body as Posted).files ?? [])

test('sends the repository in portions, starts its check, prints findings as they come and ends with the verdict', async () => {
  rig.write('.gitignore', 'made/\n')
  rig.write('a.py', 'x\n')
  rig.write('src/b.py', 'x\n')
  rig.write('made/c.py', 'x\n')
  rig.write('pic.png', Buffer.from([0]))
  rig.write('elder.yaml', 'version: 1\n')
  symlinkSync('a.py', join(rig.root, 'link.py'))
  for (let n = 0; n < 1_000; n++) rig.write(`many/${n}.py`, 'x\n')
  // From within: names are those of the repository.
  const { code, stdout, stderr } = await elder(['check', '--all', '--deep'], { cwd: join(rig.root, 'src'), env: rig.door.env })
  expect(asked()).toEqual(['POST /v1/checks/repository', 'PUT /v1/checks/c7/files', 'PUT /v1/checks/c7/files', 'POST /v1/checks/c7/start', 'GET /v1/checks/c7'])
  expect(rig.door.asked[0]?.body).toEqual({ repository: expect.any(String) as string, policy: 'version: 1\n', mode: 'whole_file', deep: true })
  expect(sent().map(({ path }) => path).filter((path) => !path.startsWith('many/'))).toEqual(['.gitignore', 'a.py', 'elder.yaml', 'src/b.py'])
  expect(stdout.split('\n').slice(0, 2)).toEqual([expect.stringContaining('src/b.py:3:7: error'), expect.stringContaining('a.py:3:7: error')])
  expect(stdout).toContain('link.py: not analysed: is a symbolic link')
  expect(stdout).not.toContain('pic.png')
  expect(stdout).toContain('fail: 2 of')
  expect(stderr).toContain('elder: sent 1000 files\nelder: files: 1 of 2\n')
  expect(stderr).toContain('judged the whole of ')
  expect(code).toBe(1)
})

test('findings that are advice only because it is unknown which lines are new are reported once, with what to do', async () => {
  const [newCodeBlockers, advising] = [2, { ...finding, severity: 'warning', file: 'a.py', blocksNewCode: true }]
  watched = () => ({ body: { version: 1, verdict: 'pass', mode: 'whole_file', policyHash: 'p', criteria: [], newCodeBlockers, findings: [advising, { ...advising, line: 9 }], files: [{ path: 'a.py', cached: false, status: 'checked' }] } })
  rig.write('a.py', 'x\n')
  const { code, stdout } = await rig.check('--all')
  expect(stdout.split('would block in new code')).toHaveLength(2)
  expect(stdout).toContain('pass: 1 of 1 file checked, 2 findings\n2 findings would block in new code. Here they only advise, because nothing says which lines are new: judge changes with elder check --all --base REF, or what is not in the baseline with elder check --all --baseline.')
  expect(code).toBe(0)
  expect(JSON.parse((await rig.check('--all', '--json')).stdout)).toMatchObject({ newCodeBlockers: 2, findings: [{ blocksNewCode: true }, { blocksNewCode: true }] })
})

test('more files than one request holds are one check, named as the user names them, judged like files', async () => {
  rig.write('src/b.py', 'x\n')
  rig.write('a.py', 'old\n')
  rig.commit()
  rig.write('a.py', 'old\nnew\n')
  for (let n = 0; n < 1_000; n++) rig.write(`many/${n}.py`, 'x\n')
  const { code, stdout, stderr } = await elder(['check', '../a.py', 'b.py', '../many'], { cwd: join(rig.root, 'src'), env: rig.door.env })
  expect(asked()).toEqual(['POST /v1/checks/repository', 'PUT /v1/checks/c7/files', 'PUT /v1/checks/c7/files', 'POST /v1/checks/c7/start', 'GET /v1/checks/c7'])
  expect(rig.door.asked[0]?.body).toMatchObject({ mode: 'new_code', wholeRepository: false })
  expect(sent()[0]).toMatchObject({ path: 'a.py', changedLines: [{ first: 2, last: 2 }] })
  expect(stdout.split('\n').slice(0, 2)).toEqual([expect.stringContaining('b.py:3:7: error'), expect.stringContaining('../a.py:3:7: error')])
  expect(stderr).toContain('elder: sent 1000 files\n')
  expect(code).toBe(1)
})

test('who waits longer than the door answers at once has the check in the background', async () => {
  rig.write('a.py', 'x\n')
  expect(await rig.check('--timeout', '61', 'a.py')).toMatchObject({ code: 1 })
  expect(asked()[0]).toBe('POST /v1/checks/repository')
  expect(rig.door.asked[0]?.body).toMatchObject({ wholeRepository: false })
})

test('a check that lasts longer than it may is cancelled on the platform', async () => {
  watched = () => ({ body: { findings: [{ ...finding, file: 'a.py' }] }, goesOn: true })
  rig.write('a.py', 'x\n')
  expect(await rig.check('--all', '--timeout', '1')).toMatchObject({ code: 3, stderr: expect.stringContaining('the check was not done within 1 s, and was cancelled') as string })
  expect(asked().at(-1)).toBe('DELETE /v1/checks/c7')
})

test('with --base only new lines count, and nothing is sent when there are none', async () => {
  rig.write('a.py', '1\n2\n3\n')
  rig.write('sp "ä.py', '1\n2\n3\n')
  rig.commit()
  expect(await rig.check('--all', '--base', 'HEAD')).toMatchObject({ code: 0, stdout: 'no changed files\n' })
  expect(asked()).toEqual([])
  rig.write('a.py', '1\ntwo\nand\n3\n')
  rig.write('sp "ä.py', '1\n2\n3\n4\n')
  rig.write('new.py', 'x\n')
  await rig.check('--all', '--base', 'HEAD')
  const diff = '--- a/a.py\n+++ b/a.py\n@@ -2 +2,2 @@\n-2\n+two\n+and\n--- "a/sp \\042\\303\\244.py"\n+++ "b/sp \\042\\303\\244.py"\n@@ -3,0 +4 @@\n+4\n--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+\n'
  expect(rig.door.asked[0]?.body).toMatchObject({ mode: 'new_code', diff })
  await rig.check('--all', '--baseline')
  expect(rig.door.asked.findLast(({ url }) => url.endsWith('/repository'))?.body).toMatchObject({ mode: 'baseline' })
})

test('files in portions come with one diff of them all', async () => {
  rig.write('a.py', 'old\n')
  rig.commit()
  rig.write('a.py', 'new\n')
  for (let n = 0; n < 1_000; n++) rig.write(`many/${n}.py`, 'x\n')
  await rig.check()
  expect(rig.door.asked[0]).toMatchObject({ url: '/v1/checks/repository', body: { mode: 'new_code', diff: expect.stringContaining('--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-old\n+new\n--- /dev/null\n+++ b/many/0.py\n') as string } })
})

test('a broken connection is resumed, and no finding is reported twice', async () => {
  const whole = watched
  watched = (time) => (time === 1 ? { body: { findings: [{ ...finding, file: 'src/b.py' }] } } : whole(time))
  rig.write('a.py', 'x\n')
  const { stdout } = await rig.check('--all')
  expect(stdout.match(/src\/b\.py:3:7/g)).toHaveLength(1)
  expect(stdout).toContain('a.py:3:7')
  expect(times).toBe(2)
})

test('a service that died meanwhile is asked again until it is back, for the files, the start and the report', async () => {
  const whole = watched
  const away = { status: 503, body: { title: 'Unavailable', status: 503, detail: 'Connection dropped' } }
  const refused = new Set<string>()
  watched = (time) => (time <= 3 ? away : whole(time))
  intercept = ({ method, url }) => {
    const call = `${method} ${url}`
    if (refused.has(call) || !/files$|start$/.test(url)) return undefined
    refused.add(call)
    return away
  }
  rig.write('a.py', 'x\n')
  const { code, stdout } = await rig.check('--all')
  expect(asked().slice(1)).toEqual([...Array.from({ length: 2 }, () => 'PUT /v1/checks/c7/files'), ...Array.from({ length: 2 }, () => 'POST /v1/checks/c7/start'), ...Array.from({ length: 4 }, () => 'GET /v1/checks/c7')])
  expect(stdout).toContain('fail: 2 of')
  expect(code).toBe(1)
})

test('a check that fails says why, with an exit code that no verdict has', async () => {
  watched = () => ({ status: 409, body: { title: 'Conflict', status: 409, detail: 'the check was cancelled by lea' } })
  rig.write('a.py', 'x\n')
  expect(await rig.check('--all')).toMatchObject({ code: 3, stderr: expect.stringContaining('the check was cancelled by lea') as string })
})

test.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s cancels the check on the platform, too', async (name, exitCode) => {
  watched = () => ({ body: { findings: [{ ...finding, file: 'a.py' }] }, goesOn: true })
  rig.write('a.py', 'x\n')
  const child = spawn(process.execPath, [command, 'check', '--all'], { cwd: rig.root, env: { PATH: process.env.PATH, ...rig.door.env }, stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill(name)
  expect(await ended).toBe(exitCode)
  expect(asked().at(-1)).toBe('DELETE /v1/checks/c7')
})

test('--watch checks again when a file changes, and ends with Ctrl-C', async () => {
  rig.write('src/a.py', 'x\n')
  mkdirSync(join(rig.root, 'other'))
  const child = spawn(process.execPath, [command, 'check', '--watch'], { cwd: rig.root, env: { PATH: process.env.PATH, ...rig.door.env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()))
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
  const rounds = () => stderr.split('waiting for changes').length - 1
  await waitUntil(() => rounds() === 1)
  rig.write('src/a.py', 'y\n')
  await waitUntil(() => rounds() === 2)
  expect(rig.posted().at(-1)?.files).toEqual([{ path: 'src/a.py', content: 'y\n' }])
  rig.write('src/new.py', 'z\n')
  await waitUntil(() => rig.posted().at(-1)?.files.length === 2)
  await waitUntil(() => rounds() === 3)
  // In folders that were empty: one from the beginning, one that came later.
  rig.write('other/b.py', 'z\n')
  await waitUntil(() => rounds() === 4)
  mkdirSync(join(rig.root, 'later'))
  await waitUntil(() => rounds() === 5)
  rig.write('later/c.py', 'z\n')
  await waitUntil(() => rounds() === 6)
  expect(rig.posted().at(-1)?.files.map(({ path }) => path)).toEqual(['later/c.py', 'other/b.py', 'src/a.py', 'src/new.py'])
  expect(stdout).toContain('pass: 1 of 1 file checked')
  // Nothing that would clear a screen.
  expect(stdout + stderr).not.toContain('\u001b')
  child.kill('SIGINT')
  expect(await ended).toBe(130)
})
