import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { elder } from './elder.ts'
import { finding, startRepository, type Rig } from './repository-rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRepository()
})
afterEach(() => rig.dispose())

const before = "test('adds', () => {\n  const sum = add(1, 2)\n  expect(sum).toBe(3)\n})\n"
const after = before.replace('toBe(3)', 'toBeDefined()')
const hunk = "@@ -3 +3 @@ test('adds', () => {\n-  expect(sum).toBe(3)\n+  expect(sum).toBeDefined()\n"
const diff = `--- a/a.test.ts\n+++ b/a.test.ts\n${hunk}`
const sentDiff = () => rig.posted().at(-1)?.diff

test('the lines that an edit removes are sent, whichever way its file is chosen', async () => {
  rig.write('a.test.ts', before)
  rig.commit()
  rig.git('switch', '-qc', 'work')
  rig.write('a.test.ts', after)
  for (const args of [['a.test.ts'], [], ['--base', 'main']]) {
    await rig.check(...args)
    expect(sentDiff()).toBe(diff)
    expect(rig.judged()).toEqual({ 'a.test.ts': '3-3' })
  }
  rig.git('add', '-A')
  rig.write('a.test.ts', before)
  await rig.check('--staged')
  expect(sentDiff()).toBe(diff)
})

test('in a file without changes those that the last commit removed', async () => {
  rig.write('a.test.ts', before)
  rig.commit()
  rig.write('a.test.ts', after)
  rig.commit()
  await rig.check('a.test.ts')
  expect(sentDiff()).toBe(diff)
})

test('new files, and files without changes, count as new next to a file with a diff', async () => {
  rig.write('old.test.ts', 'x\n')
  rig.commit()
  rig.write('a.test.ts', before)
  rig.commit()
  rig.write('a.test.ts', after)
  rig.write('new.test.ts', after)
  await rig.check('a.test.ts', 'new.test.ts', 'old.test.ts')
  expect(sentDiff()).toBe(`${diff}--- /dev/null\n+++ b/new.test.ts\n@@ -0,0 +1 @@\n+\n--- /dev/null\n+++ b/old.test.ts\n@@ -0,0 +1 @@\n+\n`)
})

test('without removed lines, and where every line is judged, there is no diff', async () => {
  rig.write('a.test.ts', before)
  rig.commit()
  rig.write('a.test.ts', `${before}// more\n`)
  await rig.check()
  expect(rig.posted().at(-1)).not.toHaveProperty('diff')
  rig.write('a.test.ts', after)
  await rig.check('--whole', 'a.test.ts')
  expect(rig.posted().at(-1)).not.toHaveProperty('diff')
})

test('a renamed test file is compared with its older name', async () => {
  rig.write('a.test.ts', before)
  rig.commit()
  renameSync(join(rig.root, 'a.test.ts'), join(rig.root, 'sum.test.ts'))
  rig.write('sum.test.ts', after)
  rig.git('add', '-A')
  await rig.check('sum.test.ts')
  expect(sentDiff()).toBe(diff.replaceAll('a.test.ts', 'sum.test.ts'))
})

test('a deleted test file is not sent, and the others are', async () => {
  rig.write('gone.test.ts', before)
  rig.write('a.test.ts', before)
  rig.commit()
  rmSync(join(rig.root, 'gone.test.ts'))
  rig.write('a.test.ts', after)
  await rig.check()
  expect(rig.judged()).toEqual({ 'a.test.ts': '3-3' })
  expect(sentDiff()).toBe(diff)
  rig.git('add', '-A')
  rig.commit()
  rmSync(join(rig.root, 'a.test.ts'))
  expect(await rig.check()).toMatchObject({ code: 0, stdout: 'no changed files\n' })
})

test('a deleted test is sent with its lines when something of its name remains, and its finding is in every format at the path that is gone', async () => {
  const gone = `--- a/deep/pay.test.ts\n+++ /dev/null\n@@ -1,4 +0,0 @@\n${before.trimEnd().split('\n').map((line) => `-${line}\n`).join('')}`
  rig.write('deep/pay.test.ts', before)
  rig.write('deep/old.test.ts', before)
  rig.write('pay.ts', 'export {}\n')
  rig.write('a.ts', 'export {}\n')
  rig.commit()
  rig.git('switch', '-qc', 'work')
  for (const path of ['deep/pay.test.ts', 'deep/old.test.ts']) rmSync(join(rig.root, path))
  rig.more = [{ ...finding, file: 'deep/pay.test.ts', line: 1, column: 1, endLine: 1, endColumn: 2, rule: 'elder/weakened-test' }]
  for (const args of [[], ['--base', 'main']]) {
    expect((await rig.check(...args)).stdout).toContain('deep/pay.test.ts:1:1: error')
    expect(rig.posted().at(-1)).toMatchObject({ files: [], diff: expect.stringContaining(gone) as string, surroundings: { files: [], paths: ['pay.ts'] } })
  }
  rig.git('add', '-A')
  const { stdout } = await elder(['check', '--staged', '--format', 'aider'], { cwd: join(rig.root, 'deep'), env: { HOME: rig.root, ...rig.door.env } })
  expect(stdout).toBe('pay.test.ts:1:1: elder/weakened-test use of eval\n')
  expect((await rig.check('--staged', '--format', 'github')).stdout).toContain('file=deep/pay.test.ts,line=1')
  expect((await rig.check('--staged', '--format', 'junit')).stdout).toContain('<testcase classname="deep/pay.test.ts" name="elder/weakened-test at 1:1">')
  const sarif = JSON.parse((await rig.check('--staged', '--format', 'sarif')).stdout) as { runs: { results: { locations: object[] }[] }[] }
  expect(sarif.runs[0]?.results[0]?.locations).toEqual([{ physicalLocation: { artifactLocation: { uri: 'deep/pay.test.ts', uriBaseId: '%SRCROOT%' }, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 } } }])
  // With other changes all are in one diff.
  rig.write('a.ts', 'export const a = 1\nexport {}\n')
  await rig.check()
  expect(sentDiff()).toContain('+++ b/a.ts\n@@ -0,0 +1 @@')
  expect(sentDiff()).toContain(gone)
})

test('a file from which lines were only removed has its removed lines and nothing new', async () => {
  rig.write('a.test.ts', before)
  rig.commit()
  rig.write('a.test.ts', before.replace('  expect(sum).toBe(3)\n', ''))
  await rig.check()
  expect(sentDiff()).toBe("--- a/a.test.ts\n+++ b/a.test.ts\n@@ -3 +2,0 @@ test('adds', () => {\n-  expect(sum).toBe(3)\n")
})

test('line ends of Windows are sent as they are, and a missing last one is said', async () => {
  rig.write('a.test.ts', before.replaceAll('\n', '\r\n'))
  rig.write('b.test.ts', before.trimEnd())
  rig.commit()
  rig.write('a.test.ts', after.replaceAll('\n', '\r\n'))
  rig.write('b.test.ts', before.replace('})\n', '  // täglich\n})'))
  await rig.check()
  expect(sentDiff()).toContain('-  expect(sum).toBe(3)\r\n+  expect(sum).toBeDefined()\r\n--- a/b.test.ts\n')
  expect(sentDiff()).not.toContain('-})')
  rig.write('b.test.ts', 'ä')
  await rig.check('b.test.ts')
  expect(sentDiff()).toMatch(/\n-\}\)\n\\ No newline at end of file\n\+ä\n\\ No newline at end of file\n$/)
})

test('a binary file has no diff, and a diff that is too large is replaced by line numbers, with a note', async () => {
  const long = (word: string) => `${word.repeat(1_000)}\n`.repeat(3_000)
  rig.write('pic.png', Buffer.from([0, 1]))
  rig.write('a.test.ts', before)
  rig.write('long.ts', `a\n${long('x')}`)
  rig.commit()
  rig.write('pic.png', Buffer.from([0, 2]))
  rig.write('a.test.ts', after)
  rig.write('long.ts', `a\n${long('y')}`)
  const { stderr } = await rig.check()
  expect(sentDiff()?.slice(0, diff.length)).toBe(diff)
  expect(sentDiff()?.slice(diff.length)).toBe(`--- a/long.ts\n+++ b/long.ts\n@@ -2,0 +2,3000 @@\n${'+\n'.repeat(3_000)}`)
  expect(stderr).toContain('elder: the lines that were removed from long.ts are not sent, because the diff is too large or binary: a test that asks for less there is not noticed\n')
})
