import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { elder, startTestEdge, type Answer, type Asked } from './elder.ts'

interface Posted {
  readonly repository: string
  readonly policy?: string
  readonly files: readonly { path: string; content: string; encoding?: string; sizeBytes?: number }[]
}

const finding = { line: 3, column: 7, endLine: 3, endColumn: 11, rule: 'ruff/S307', engine: 'ruff', category: 'security', severity: 'error', message: 'use of\n eval' }

let repository: string
let door: Awaited<ReturnType<typeof startTestEdge>>
let verdict: string
let answers: Answer[]
let refusal: { status: number; body: unknown } | undefined

beforeEach(async () => {
  repository = mkdtempSync(join(tmpdir(), 'elder check-'))
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repository })
  execFileSync('git', ['remote', 'add', 'origin', 'git@example.com:team/shop.git'], { cwd: repository })
  verdict = 'pass'
  refusal = undefined
  answers = []
  door = await startTestEdge(({ body }: Asked) => {
    const instead = refusal ?? answers.shift()
    if (instead) return instead
    const { files } = body as Posted
    return {
      body: {
        version: 1,
        verdict,
        policyHash: 'p',
        criteria: [{ name: 'security', score: verdict === 'fail' ? 30 : 100, threshold: 90, verdict }],
        files: files.map(({ path }) => ({ path, cached: false, status: 'checked' })),
        findings: verdict === 'fail' ? files.map(({ path }) => ({ ...finding, file: path })) : [],
      },
    }
  })
})
afterEach(() => {
  door.close()
  rmSync(repository, { recursive: true })
})

const write = (path: string, content: string | Buffer) => {
  mkdirSync(join(repository, path, '..'), { recursive: true })
  writeFileSync(join(repository, path), content)
}
const check = (...args: string[]) => elder(['check', ...args], { cwd: repository, env: door.env })
const posted = () => door.asked.map(({ body }) => body as Posted)

test('sends content, policy and repository, and names files as they were given', async () => {
  write('src/a.py', 'x = 1\n')
  write('elder.yaml', 'gate: strict\n')
  verdict = 'fail'
  const { code, stdout } = await elder(['check', '--format', 'json', '../src/a.py'], { cwd: join(repository, 'src'), env: door.env })
  expect(posted()).toEqual([{ repository: 'example.com/team/shop', mode: 'new_code', policy: 'gate: strict\n', files: [{ path: 'src/a.py', content: 'x = 1\n' }] }])
  expect(door.asked[0]).toMatchObject({ method: 'POST', url: '/v1/checks', headers: { authorization: 'Bearer elder_test', 'x-elder-client': 'elder-cli' } })
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, verdict: 'fail', files: [{ path: '../src/a.py' }], findings: [{ file: '../src/a.py', line: 3, column: 7 }] })
  expect(code).toBe(1)
})

test('prints for Aider one line a finding, which its pattern recognises', async () => {
  write('src/a.py', 'x = 1\n')
  verdict = 'fail'
  expect(await check('--format', 'aider', 'src/a.py')).toEqual({ code: 1, stdout: 'src/a.py:3:7: ruff/S307 use of eval\n', stderr: '' })
})

test('exits with 0 when the gate is not evaluated and says so, with 1 when that is not enough', async () => {
  write('a.py', 'x = 1\n')
  verdict = 'not_evaluated'
  expect(await check('a.py')).toMatchObject({ code: 0, stderr: expect.stringContaining('was not evaluated') as string })
  expect(await check('--strict', 'a.py')).toMatchObject({ code: 1 })
})

test('takes what changed since the last commit when no file is named', async () => {
  for (const path of ['kept.py', 'changed.py', 'deleted.py', '.gitignore']) write(path, path === '.gitignore' ? 'ignored.py\n' : 'x = 1\n')
  execFileSync('git', ['add', '.'], { cwd: repository })
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qm', 'first'], { cwd: repository })
  write('changed.py', 'x = 2\n')
  write('deep/new file.py', 'y = 1\n')
  write('ignored.py', 'z = 1\n')
  rmSync(join(repository, 'deleted.py'))
  await check()
  expect(posted()[0]?.files.map(({ path }) => path)).toEqual(['changed.py', 'deep/new file.py'])
})

test('checks what a folder holds and .gitignore leaves, and is silent about what is no code', async () => {
  write('.gitignore', 'made/\n')
  write('src/a.py', 'x = 1\n')
  write('src/made/b.py', 'x = 1\n')
  write('src/picture.png', Buffer.from([0, 1]))
  write('other/c.py', 'x = 1\n')
  const { code, stdout } = await elder(['check', '.'], { cwd: join(repository, 'src'), env: door.env })
  expect(posted()[0]?.files.map(({ path }) => path)).toEqual(['src/a.py'])
  expect({ code, silent: !stdout.includes('picture.png') }).toEqual({ code: 0, silent: true })
})

test('a file that is deleted between its listing and its reading is told, and the rest of the folder is checked', async () => {
  write('gone.py', 'x = 1\n')
  write('deep/a.py', 'x = 1\n')
  // The command waits for its text, when it has listed the folder above.
  const pause = join(repository, 'deep/.gitignore')
  execFileSync('mkfifo', [pause])
  const checked = check('.')
  const writer = await open(pause, 'w')
  rmSync(join(repository, 'gone.py'))
  await writer.close()
  expect(await checked).toMatchObject({ code: 0, stdout: expect.stringContaining('gone.py: not analysed: does not exist') as string })
  expect(posted()[0]?.files.map(({ path }) => path)).toEqual(['deep/a.py'])
  expect(await check('gone.py', '.gitignore')).toMatchObject({ code: 2, stderr: expect.stringContaining('gone.py does not exist') as string })
})

test('says why each file that is not text was not analysed, and never sends it', async () => {
  write('binary.bin', Buffer.from([1, 0, 2]))
  write('huge.py', '')
  truncateSync(join(repository, 'huge.py'), 9 * 1024 * 1024)
  const { stdout } = await check('binary.bin', 'huge.py')
  expect(stdout).toContain('binary.bin: not analysed: is binary')
  // Code is named to the platform with its size: only there is known whether the policy wants it.
  expect(posted()[0]?.files).toEqual([{ path: 'huge.py', content: '', sizeBytes: 9 * 1024 * 1024 }])
  write('huge.csv', '')
  truncateSync(join(repository, 'huge.csv'), 9 * 1024 * 1024)
  const neither = await check('binary.bin', 'huge.csv')
  expect(neither.stdout).toContain('huge.csv: not analysed: is larger than 8 MB (9.0 MB)')
  expect(neither.stderr).toContain('was not evaluated')
  expect({ code: neither.code, asked: posted().length }).toEqual({ code: 0, asked: 1 })
})

test('takes a name with a control character for what it is, and checks the rest', async () => {
  write('a.py', 'x = 1\n')
  write('bell\u0007\nb.py', 'x = 1\n')
  const { code, stdout } = await check('--format', 'aider')
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'bell\\x07\\x0ab.py: not analysed: has a control character in its name: rename it\n' })
  expect(posted()[0]?.files.map(({ path }) => path)).toEqual(['a.py'])
})

test.each([
  ['untracked', [], []],
  ['staged', ['--staged'], []],
  ['in a folder that was named', [], ['.']],
])('a name that is not UTF-8 is told, and the rest is checked: %s', async (_how, flags, names) => {
  write('a.py', 'x = 1\n')
  writeFileSync(Buffer.concat([Buffer.from(`${repository}/caf`), Buffer.from([0xe9]), Buffer.from('.py')]), 'x = 1\n')
  execFileSync('git', ['add', '-A'], { cwd: repository })
  if (flags.length === 0) execFileSync('git', ['reset', '-q'], { cwd: repository })
  const { code, stdout } = await check('--format', 'aider', ...flags, ...names)
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'caf\uFFFD.py: not analysed: has a name that is not UTF-8: rename it\n' })
  expect(posted()[0]?.files.map(({ path }) => path)).toEqual(['a.py'])
})

test('does not wait for a pipe, nor read a policy that is not a regular file', async () => {
  write('a.py', 'x = 1\n')
  execFileSync('mkfifo', [join(repository, 'pipe.py')])
  expect(await check('pipe.py')).toMatchObject({ code: 0, stdout: expect.stringContaining('pipe.py: not analysed: is not a regular file') as string })
  mkdirSync(join(repository, 'elder.yaml'))
  expect(await check('a.py')).toMatchObject({ code: 2, stderr: expect.stringContaining('elder.yaml is a folder') as string })
  rmdirSync(join(repository, 'elder.yaml'))
  symlinkSync('/dev/zero', join(repository, 'elder.yaml'))
  expect(await check('a.py')).toMatchObject({ code: 2, stderr: expect.stringContaining('elder.yaml is a symbolic link that leaves the repository') as string })
})

test.each([
  [{ ELDER_URL: 'ftp://example.com' }, 'ELDER_URL must be a URL such as'],
  [{ ELDER_API_KEY: 'elder_a\nb' }, 'ELDER_API_KEY must be an Elder key'],
])('refuses %j before anything is sent', async (env, says) => {
  write('a.py', 'x = 1\n')
  const { code, stderr } = await elder(['check', 'a.py'], { cwd: repository, env: { ...door.env, ...env } })
  expect({ code, lines: stderr.trim().split('\n').length <= 2 }).toEqual({ code: 2, lines: true })
  expect(stderr).toContain(says)
})

test('sends an empty file as it is and one that is not UTF-8 byte by byte', async () => {
  write('empty.py', '')
  write('latin.py', Buffer.from([0x78, 0xe9, 0x0a]))
  await check('empty.py', 'latin.py')
  expect(posted()[0]?.files).toEqual([
    { path: 'empty.py', content: '' },
    { path: 'latin.py', content: 'eOkK', encoding: 'base64' },
  ])
})

test('refuses files that are missing, all of them at once, before anything is sent', async () => {
  write('a.py', 'x = 1\n')
  const { code, stderr } = await check('a.py', 'gone.py', 'lost.py')
  expect(code).toBe(2)
  expect(stderr).toContain('gone.py does not exist')
  expect(stderr).toContain('lost.py does not exist')
  expect(posted()).toEqual([])
})

test('tells an unreachable platform from a failed gate; Aider is only warned', async () => {
  write('a.py', 'x = 1\n')
  door.close()
  const plain = await check('a.py')
  expect(plain).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('cannot be reached: nothing listens there') as string })
  expect(plain.stderr).toContain('ELDER_URL names it')
  expect(await check('--format', 'aider', 'a.py')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('not checked') as string })
})

test.each([['text', 2], ['json', 1]])('as %s: asks again when the service dies in the middle of a check, and reports no finding twice', async (format, dying) => {
  write('a.py', 'x = 1\n')
  verdict = 'fail'
  // A stream that breaks off has its status in an event; a service that is not back yet refuses.
  const away = { status: 503, body: { title: 'Unavailable', status: 503, detail: 'Connection dropped' } }
  const cut = { body: { findings: [{ ...finding, file: 'a.py' }], error: away.body } }
  answers = [...(dying === 2 ? [cut] : []), away]
  const { code, stdout } = await check('--format', format, 'a.py')
  expect(code).toBe(1)
  expect(posted()).toHaveLength(dying + 1)
  expect(stdout.match(/ruff\/S307/g)).toHaveLength(1)
})

test("repeats the platform's own words when it refuses, with an exit code that is no verdict", async () => {
  write('a.py', 'x = 1\n')
  refusal = { status: 401, body: { type: 'about:blank', title: 'Unauthenticated', status: 401, detail: 'this key was revoked', code: 'unauthenticated' } }
  expect(await check('a.py')).toMatchObject({ code: 3, stderr: expect.stringContaining('this key was revoked') as string })
  refusal = { status: 400, body: { title: 'Invalid', status: 400, detail: 'elder.yaml: gate must be a mapping', field: 'policyYaml.gate' } }
  expect(await check('a.py')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^elder: elder\.yaml: gate must be a mapping$/m) as string })
  refusal = { status: 400, body: { title: 'Invalid', status: 400, detail: 'may not be empty', field: 'repository' } }
  expect(await check('a.py')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^elder: may not be empty \(repository\)$/m) as string })
  refusal = { status: 400, body: { title: 'Invalid', status: 400, detail: 'the format is invalid', field: 'files.0.id' } }
  expect(await check('a.py')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^elder: the format is invalid \(files\.0\.id\)$/m) as string })
})

