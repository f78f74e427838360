import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { shellWord } from '../src/shell-word.ts'
import { command, elder, runProgram } from './elder.ts'
import { finding, startRepository, type Rig } from './repository-rig.ts'

let rig: Rig
let other: string
beforeEach(async () => {
  rig = await startRepository()
  other = mkdtempSync(join(tmpdir(), "elder o'clock-"))
  rig.write('first.txt', 'x\n')
  rig.commit()
})
afterEach(() => {
  rig.dispose()
  rmSync(other, { recursive: true })
})

const hookFile = () => join(rig.root, '.git/hooks/pre-commit')
const hooks = (...args: string[]) => elder(['hooks', ...args], { cwd: rig.root, env: { HOME: rig.root, ...rig.door.env } })
const commit = (cwd = rig.root) => runProgram('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-m', 'change'], { cwd, env: { HOME: rig.root, ...rig.door.env } })

/** Lets the hook start the command by itself: the launcher would look for what is to be built first. */
function useCommand(file = hookFile()): void {
  const launcher = join(other, 'elder')
  writeFileSync(launcher, `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`)
  chmodSync(launcher, 0o755)
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^elder=.*$/m, `elder=${shellWord(launcher)}`))
}

test('the hook refuses a commit that fails, by what is staged, and lets a good one pass', async () => {
  expect(await hooks('status')).toMatchObject({ code: 0, stdout: expect.stringContaining('no pre-commit hook') as string })
  expect(await hooks('install')).toMatchObject({ code: 0, stdout: `installed: ${hookFile()}\n` })
  expect(readFileSync(hookFile(), 'utf8')).toContain(`elder=${shellWord(join(import.meta.dirname, '../../../elder'))}\n`)
  useCommand()
  rig.verdict = 'fail'
  rig.findings = [finding]
  rig.write('a.py', 'bad\n')
  rig.git('add', 'a.py')
  rig.write('a.py', 'good\n')
  const refused = await commit()
  expect(refused.code).toBe(1)
  expect(refused.stdout + refused.stderr).toContain('a.py:3:7: error use of eval')
  expect(refused.stderr).toContain('the commit is refused')
  expect(rig.posted()[0]?.files).toEqual([{ path: 'a.py', content: 'bad\n' }])
  rig.verdict = 'pass'
  rig.findings = []
  expect((await commit()).code).toBe(0)
  expect((await hooks('uninstall')).stdout).toMatch(/^removed; no pre-commit hook: /)
  expect((await hooks('uninstall')).stdout).toMatch(/^no pre-commit hook: /)
})

test('a platform that is down lets commits pass with a warning, unless they must be checked', async () => {
  await hooks('install')
  useCommand()
  rig.door.close()
  rig.write('a.py', 'x\n')
  rig.git('add', 'a.py')
  expect(await commit()).toMatchObject({ code: 0, stderr: expect.stringContaining('committed without a check, because the platform could not be asked') as string })
  await hooks('install', '--require')
  useCommand()
  rig.write('b.py', 'x\n')
  rig.git('add', 'b.py')
  expect(await commit()).toMatchObject({ code: 1, stderr: expect.stringContaining('the commit is refused, because the platform could not be asked') as string })
  writeFileSync(hookFile(), readFileSync(hookFile(), 'utf8').replace(/^elder=.*$/m, "elder='/nowhere/elder'").replace('required=yes', 'required=no'))
  expect(await commit()).toMatchObject({ code: 0, stderr: expect.stringContaining('/nowhere/elder is not there any more') as string })
})

test('a hook that was there runs first, and comes back byte for byte', async () => {
  const own = '#!/bin/sh\necho mine >> ran\nexit "$(cat result)"\n'
  rig.write('.git/hooks/pre-commit', own, 0o744)
  rig.write('result', '7\n')
  await hooks('install')
  expect(await hooks('install')).toMatchObject({ code: 0, stdout: expect.stringContaining('after the hook that was there') as string })
  useCommand()
  rig.write('a.py', 'x\n')
  rig.git('add', 'a.py')
  expect((await commit()).code).not.toBe(0)
  expect(rig.posted()).toEqual([])
  rig.write('result', '0\n')
  expect((await commit()).code).toBe(0)
  expect(readFileSync(join(rig.root, 'ran'), 'utf8')).toBe('mine\nmine\n')
  expect(rig.posted()).toHaveLength(1)
  await hooks('uninstall')
  expect({ text: readFileSync(hookFile(), 'utf8'), mode: statSync(hookFile()).mode & 0o777, kept: existsSync(`${hookFile()}.before-elder`) }).toEqual({ text: own, mode: 0o744, kept: false })
  // What is not ours stays.
  await hooks('uninstall')
  expect(readFileSync(hookFile(), 'utf8')).toBe(own)
})

test('goes where core.hooksPath leads, and says when other repositories are there, too', async () => {
  rig.git('config', 'core.hooksPath', 'tools/hooks')
  expect(await hooks('install', '--json')).toMatchObject({ code: 0, stderr: '' })
  const file = join(rig.root, 'tools/hooks/pre-commit')
  useCommand(file)
  rig.write('a.py', 'x\n')
  rig.git('add', 'a.py')
  expect((await commit()).code).toBe(0)
  expect(rig.posted()).toHaveLength(1)
  await hooks('uninstall')
  expect(existsSync(file)).toBe(false)
  rig.git('config', 'core.hooksPath', other)
  symlinkSync('nowhere', join(other, 'pre-commit'))
  const shared = await hooks('install', '--json')
  expect(shared.stderr).toContain('core.hooksPath is outside this repository')
  expect(JSON.parse(shared.stdout)).toEqual({ path: join(other, 'pre-commit'), installed: true, chained: true, required: false, shared: true })
  await hooks('uninstall')
  expect(readlinkSync(join(other, 'pre-commit'))).toBe('nowhere')
})

test('works in a worktree, whose hooks are those of the repository', async () => {
  const tree = join(other, 'tree')
  rig.git('worktree', 'add', '-q', tree, '-b', 'topic')
  expect(await elder(['hooks', 'install'], { cwd: tree, env: { HOME: rig.root } })).toMatchObject({ code: 0, stdout: `installed: ${hookFile()}\n` })
  useCommand()
  rig.verdict = 'fail'
  writeFileSync(join(tree, 'a.py'), 'x\n')
  execFileSync('git', ['add', 'a.py'], { cwd: tree })
  expect((await commit(tree)).code).toBe(1)
  expect(rig.posted()[0]?.files).toEqual([{ path: 'a.py', content: 'x\n' }])
})

test('checks what is committed by name or with -a, which git stages aside', async () => {
  await hooks('install')
  useCommand()
  rig.verdict = 'fail'
  rig.write('first.txt', 'changed\n')
  const run = (...args: string[]) => runProgram('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-m', 'change', ...args], { cwd: rig.root, env: { HOME: rig.root, ...rig.door.env } })
  for (const args of [['-a'], ['first.txt']]) {
    expect((await run(...args)).code).toBe(1)
    expect(rig.posted().at(-1)?.files).toEqual([{ path: 'first.txt', content: 'changed\n', changedLines: [{ first: 1, last: 1 }] }])
  }
  expect(rig.posted()).toHaveLength(2)
})

test('leaves husky to itself and says what to do instead', async () => {
  rig.write('.git/hooks/pre-commit', '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n', 0o755)
  rig.write('.git/hooks/h', 'exit 0\n')
  expect(await hooks('install')).toMatchObject({ code: 1, stderr: expect.stringMatching(/husky's[^]*check --staged/) as string })
  expect(readFileSync(hookFile(), 'utf8')).toContain('/h"')
  // As after git clean: husky will write its folder again.
  rig.git('config', 'core.hooksPath', '.husky/_')
  expect(await hooks('install')).toMatchObject({ code: 1, stderr: expect.stringMatching(/husky's[^]*check --staged/) as string })
  expect(existsSync(join(rig.root, '.husky'))).toBe(false)
})
