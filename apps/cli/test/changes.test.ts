import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { command, elder } from './elder.ts'
import { startRepository, type Rig } from './repository-rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRepository()
})
afterEach(() => rig.dispose())

async function inBash(line: string): Promise<string> {
  return (await promisify(execFile)('bash', ['-c', line, process.execPath, command], { cwd: rig.root, env: { PATH: process.env.PATH, ...rig.door.env } })).stdout
}

const ten = Array.from({ length: 10 }, (_, n) => `line ${n + 1}\n`)
const text = ten.join('')

test('judges the lines of a named file that changed since the last commit, and an untracked file whole', async () => {
  rig.write('a.py', text)
  rig.commit()
  rig.write('a.py', text.replace('line 2\n', 'line two\nand more\n').replace('line 9\n', 'line nine\n'))
  rig.write('new.py', text)
  const { stderr } = await rig.check('a.py', 'new.py')
  expect(rig.judged()).toEqual({ 'a.py': '2-3 10-10', 'new.py': 'all' })
  expect(rig.posted()[0]?.mode).toBe('new_code')
  expect(stderr).toContain('judged the lines of 1 file that changed since the last commit, 1 new file')
})

test('other line ends are no new lines', async () => {
  rig.write('a.py', text)
  rig.write('b.py', text)
  rig.commit()
  rig.write('a.py', text.replaceAll('\n', '\r\n'))
  rig.write('b.py', text.replace('line 4', 'line four').replaceAll('\n', '\r\n'))
  await rig.check()
  expect(rig.judged()).toEqual({ 'b.py': '4-4' })
})

test('code that is binary is sent by its beginning, in the work tree and in the index', async () => {
  rig.write('pic.png', Buffer.from([0]))
  rig.write('a.ts', Buffer.from(`export const a = 1\0${' '.repeat(9_000)}`))
  await rig.check()
  rig.git('add', '-A')
  await rig.check('--staged')
  expect(rig.posted().map(({ files }) => files.map(({ path, content }) => `${path} ${content.length}`))).toEqual([['a.ts 8000'], ['a.ts 8000']])
})

test('where git keeps its own files there is nothing to check', async () => {
  rig.git('init', '-q', '--bare', 'bare.git')
  const { code, stderr } = await elder(['check', '--all'], { cwd: join(rig.root, 'bare.git'), env: rig.door.env })
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("bare.git is git's own: there are no files to check") as string })
})

test('the exit code shows the verdict even if the output is not read to the end', async () => {
  rig.verdict = 'fail'
  rig.write('a.py', text)
  expect(await inBash('"$0" "$1" check a.py --json | true; echo "${PIPESTATUS[0]}"')).toBe('1\n')
  rig.verdict = 'pass'
  expect(await inBash('"$0" "$1" check a.py 2>&1 | true; echo "${PIPESTATUS[0]}"')).toBe('0\n')
})

test('a watch ends when its output is closed', async () => {
  rig.write('a.py', text)
  expect(await inBash('timeout 60 "$0" "$1" check --watch a.py | true; echo "${PIPESTATUS[0]}"')).toBe('0\n')
}, 70_000)

test('judges in a file without changes what the last commit brought, else every line', async () => {
  rig.write('old.py', text)
  rig.write('a.py', text)
  rig.commit()
  rig.write('a.py', text.replace('line 5\n', 'line five\n'))
  rig.commit()
  const { stderr } = await rig.check('a.py', 'old.py')
  expect(rig.judged()).toEqual({ 'a.py': '5-5', 'old.py': 'all' })
  expect(stderr).toContain('the lines of 1 file that the last commit brought, every line of 1 file without changes')
})

test('a first commit, and a repository without one, are new as a whole', async () => {
  rig.write('a.py', text)
  await rig.check('a.py')
  expect(rig.judged()).toEqual({ 'a.py': 'all' })
  rig.commit()
  const { stderr } = await rig.check('a.py')
  expect(rig.judged()).toEqual({ 'a.py': 'all' })
  expect(stderr).toContain('that the last commit brought')
  rig.write('b.py', text)
  rig.git('add', 'b.py')
  rig.git('update-ref', '-d', 'HEAD')
  await rig.check('--staged')
  expect(Object.keys(rig.judged())).toEqual(['a.py', 'b.py'])
})

test('a file from which lines were only taken away has nothing new', async () => {
  rig.write('a.py', text)
  rig.commit()
  rig.write('a.py', ten.slice(0, 8).join(''))
  await rig.check()
  expect(rig.judged()).toEqual({ 'a.py': '10-10' })
})

test('a renamed file is judged by what changed in it', async () => {
  rig.write('a.py', text)
  rig.commit()
  renameSync(join(rig.root, 'a.py'), join(rig.root, 'b.py'))
  rig.write('b.py', text.replace('line 5\n', 'line five\n'))
  rig.git('add', '-A')
  await rig.check()
  expect(rig.judged()).toEqual({ 'b.py': '5-5' })
  await rig.check('b.py')
  expect(rig.judged()).toEqual({ 'b.py': '5-5' })
})

test('skips folders of packages that .gitignore does not name', async () => {
  rig.write('web/node_modules/left-pad/index.js', 'x\n')
  rig.write('a.py', text)
  await rig.check()
  expect(rig.judged()).toEqual({ 'a.py': 'all' })
})

test('where nothing is staged, --staged says what to do', async () => {
  rig.write('a.py', text)
  expect(await rig.check('--staged')).toMatchObject({ code: 0, stdout: 'no staged files: stage them with git add, or check all changes with elder check\n' })
})

test('a file that was touched and not changed is no change', async () => {
  rig.write('a.py', text)
  rig.commit('first')
  rig.write('b.py', text)
  rig.commit('second')
  utimesSync(join(rig.root, 'a.py'), 1, 1)
  expect(await rig.check()).toMatchObject({ code: 0, stdout: 'no changed files\n' })
})

test('tells lines that look like a diff, and names that need quotes, from diff headers', async () => {
  rig.write('sp ä\t"ce.py', '1\n2\n3\n')
  rig.write('b.py', '1\n2\n3\n')
  rig.commit()
  rig.write('b.py', '1\n++ b/sp.py\n@@ -1 +1 @@\n2\n3\nno end')
  rig.write('späce.py', 'x\n')
  const { stdout } = await rig.check('--json')
  expect(rig.judged()).toEqual({ 'b.py': '2-3 6-6', 'späce.py': 'all' })
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass' })
})

test('--staged judges the index, whatever lies in the work tree', async () => {
  rig.write('a.py', text)
  rig.write('gone.py', text)
  rig.commit()
  rig.write('a.py', text.replace('line 3\n', 'line three\n'))
  rig.write('gone.py', `${text}more\n`)
  rig.git('add', '-A')
  rig.write('a.py', 'something else\n')
  rmSync(join(rig.root, 'gone.py'))
  rig.write('unstaged.py', text)
  const { stderr } = await rig.check('--staged')
  expect(rig.judged()).toEqual({ 'a.py': '3-3', 'gone.py': '11-11' })
  expect(rig.posted()[0]?.files[0]?.content).toBe(text.replace('line 3\n', 'line three\n'))
  expect(stderr).toContain('the staged lines of 2 staged files')
})

test('--base judges what changed since the merge base, with what is not committed', async () => {
  rig.write('a.py', text)
  rig.commit()
  rig.git('checkout', '-qb', 'topic')
  rig.write('a.py', text.replace('line 5\n', 'line five\n'))
  rig.commit()
  rig.git('checkout', '-q', 'main')
  rig.write('main.py', text)
  rig.commit()
  rig.git('checkout', '-q', 'topic')
  rig.write('a.py', text.replace('line 5\n', 'line five\n').replace('line 9\n', 'line nine\n'))
  rig.write('new.py', text)
  await rig.check('--base', 'main')
  expect(rig.judged()).toEqual({ 'a.py': '5-5 9-9', 'new.py': 'all' })
  expect(await rig.check('--base', 'origin/main')).toMatchObject({ code: 2, stderr: expect.stringMatching(/--base "origin\/main" is not a commit or branch here[^]*git fetch origin main/) as string })
  rig.git('checkout', '-q', '--orphan', 'unrelated')
  rig.commit()
  expect(await rig.check('--base', 'main')).toMatchObject({ code: 2, stderr: expect.stringMatching(/--base "main" has no commit in common[^]*git fetch --unshallow/) as string })
  expect(await rig.check('--base=--output=x')).toMatchObject({ code: 2 })
  expect(existsSync(join(rig.root, 'x'))).toBe(false)
})

test('--whole and --baseline judge every line', async () => {
  rig.write('a.py', text)
  rig.commit()
  rig.write('a.py', `${text}more\n`)
  for (const [flag, mode] of [['--whole', 'whole_file'], ['--baseline', 'baseline']] as const) {
    await rig.check(flag, 'a.py')
    expect({ mode: rig.posted().at(-1)?.mode, judged: rig.judged() }).toEqual({ mode, judged: { 'a.py': 'all' } })
  }
  expect(await rig.check('--whole', '--baseline')).toMatchObject({ code: 2 })
  expect(await rig.check('--staged', '--base', 'main')).toMatchObject({ code: 2 })
})

test('a named file is judged whole where git is missing or refuses; what changed cannot be told there', async () => {
  rig.write('a.py', text)
  rig.commit()
  rig.write('a.py', `${text}more\n`)
  const env = { HOME: rig.root, ...rig.door.env, PATH: '/nowhere' }
  const named = await elder(['check', 'a.py'], { cwd: rig.root, env })
  expect({ code: named.code, mode: rig.posted()[0]?.mode, judged: rig.judged() }).toEqual({ code: 0, mode: 'whole_file', judged: { 'a.py': 'all' } })
  expect(named.stderr).toContain('every line of 1 file: git could not list what has changed: it is not installed')
  expect(await elder(['check'], { cwd: rig.root, env })).toMatchObject({ code: 2, stderr: expect.stringContaining('it is not installed') as string })
  rig.write('.git/config', '[core\n')
  expect(await rig.check('a.py')).toMatchObject({ code: 0, stderr: expect.stringContaining('bad config') as string })
})

test('reads a repository whose names of contents are longer', async () => {
  rmSync(join(rig.root, '.git'), { recursive: true })
  rig.git('init', '-q', '-b', 'main', '--object-format=sha256')
  rig.write('a.py', text)
  rig.commit()
  rig.write('a.py', text.replace('line 3\n', 'line three\n'))
  rig.git('add', 'a.py')
  await rig.check('--staged')
  expect(rig.judged()).toEqual({ 'a.py': '3-3' })
})

test('outside of git every line is judged', async () => {
  rig.write('a.py', text)
  rmSync(join(rig.root, '.git'), { recursive: true })
  await rig.check('a.py')
  expect({ mode: rig.posted()[0]?.mode, judged: rig.judged() }).toEqual({ mode: 'whole_file', judged: { 'a.py': 'all' } })
  expect(await rig.check('--staged')).toMatchObject({ code: 2, stderr: expect.stringContaining('this is not a git repository') as string })
})

test("runs nothing that the repository's configuration names", async () => {
  rig.write('a.py', text)
  rig.write('.gitattributes', '*.py filter=evil diff=evil\n')
  rig.commit()
  rig.write('evil.sh', `#!/bin/sh\ntouch '${rig.root}/ran'\ncat\n`, 0o755)
  const evil = `'${rig.root}/evil.sh'`
  const settings = { 'core.fsmonitor': evil, 'diff.external': evil, 'diff.evil.command': evil, 'diff.evil.textconv': evil, 'filter.evil.clean': evil, 'filter.evil.required': 'true', 'core.pager': evil, 'core.sshCommand': evil }
  for (const [name, value] of Object.entries(settings)) rig.git('config', name, value)
  for (const hook of ['post-index-change', 'pre-commit']) rig.write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch '${rig.root}/ran'\n`, 0o755)
  rig.write('a.py', text.replace('line 5\n', 'line five\n'))
  for (const args of [['a.py'], [], ['--staged'], ['--base', 'HEAD']]) expect(await rig.check(...args)).toMatchObject({ code: 0 })
  expect(existsSync(join(rig.root, 'ran'))).toBe(false)
  await rig.check('a.py')
  expect(rig.judged()).toEqual({ 'a.py': '5-5' })
  // So the trap would have sprung.
  execFileSync('git', ['diff', '--stat'], { cwd: rig.root, stdio: 'ignore' })
  expect(existsSync(join(rig.root, 'ran'))).toBe(true)
})

test('refuses links that leave the repository or lead in a circle, and what is no text, each with its reason', async () => {
  rig.write('a.py', text)
  rig.commit()
  symlinkSync('/etc/passwd', join(rig.root, 'out.py'))
  symlinkSync('loop.py', join(rig.root, 'loop.py'))
  symlinkSync('a.py', join(rig.root, 'inner.py'))
  mkdirSync(join(rig.root, 'sub'))
  execFileSync('mkfifo', [join(rig.root, 'pipe.py')])
  rig.write('big.py', '')
  truncateSync(join(rig.root, 'big.py'), 10 * 1024 * 1024)
  const { code, stdout } = await rig.check('out.py', 'loop.py', 'pipe.py', 'big.py', 'inner.py')
  expect(stdout).toContain('out.py: not analysed: is a symbolic link that leaves the repository')
  expect(stdout).toContain('loop.py: not analysed: is a symbolic link in a circle')
  expect(stdout).toContain('pipe.py: not analysed: is not a regular file')
  expect(rig.posted()[0]?.files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([['big.py', 10_485_760], ['inner.py', undefined]])
  expect(code).toBe(0)
  rig.git('add', 'out.py', 'big.py')
  const staged = await rig.check('--staged')
  expect(staged.stdout).toContain('out.py: not analysed: is a symbolic link')
  expect(rig.posted()[1]?.files).toMatchObject([{ path: 'big.py', content: '', sizeBytes: 10_485_760 }])
})

test('takes coverage reports that are named, by flag or by policy, else one from the usual places that is newer than the files', async () => {
  rig.write('a.py', text)
  rig.write('reports/mine.info', 'TN:mine\n')
  rig.write('coverage/lcov.info', 'TN:old\n')
  utimesSync(join(rig.root, 'coverage/lcov.info'), 1, 1)
  rig.write('coverage.xml', '<coverage/>\n')
  await rig.check('a.py')
  expect(rig.posted().at(-1)?.coverageReports).toMatchObject([{ path: 'coverage.xml', content: '<coverage/>\n', modifiedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string }])
  // A report may be older than a file: the platform is told both times.
  expect(rig.posted().at(-1)?.files[0]).toMatchObject({ modifiedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string })
  rig.write('elder.yaml', 'version: 1\ncoverage:\n  reports: ["reports/*.info", "/etc/passwd", "../out.info"]\n')
  await rig.check('a.py')
  expect(rig.posted().at(-1)?.coverageReports).toMatchObject([{ path: 'reports/mine.info' }])
  await elder(['check', '--coverage', '../reports/mine.info', '--coverage', '../coverage/lcov.info', '../a.py'], { cwd: join(rig.root, 'coverage'), env: rig.door.env })
  expect(rig.posted().at(-1)?.coverageReports).toMatchObject([{ path: 'reports/mine.info', content: 'TN:mine\n' }, { path: 'coverage/lcov.info', modifiedAt: '1970-01-01T00:00:01.000Z' }])
  expect(await rig.check('--coverage', 'nowhere.info', 'a.py')).toMatchObject({ code: 2, stderr: expect.stringContaining('--coverage nowhere.info does not exist') as string })
})
