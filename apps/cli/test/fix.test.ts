import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Asked } from './elder.ts'
import { finding, startRepository, type Posted, type Rig } from './repository-rig.ts'

let rig: Rig
let look: (path: string, content: string) => object[]
let onAsked: () => void
beforeEach(async () => {
  look = () => []
  onAsked = () => {}
  rig = await startRepository((asked: Asked) => {
    if (asked.url !== '/v1/checks') return undefined
    onAsked()
    const { files } = asked.body as Posted
    const findings = files.flatMap(({ path, content }) => look(path, content).map((one) => ({ ...finding, ...one, file: path })))
    return { body: { version: 1, verdict: findings.length > 0 ? 'fail' : 'pass', policyHash: 'p', criteria: [], files: files.map(({ path }) => ({ path, cached: false, status: 'checked' })), findings } }
  })
})
afterEach(() => rig.dispose())

const read = (path: string) => readFileSync(join(rig.root, path), 'utf8')
/** Finds every "bad" and offers "good" in its place. */
const badWords = (safe: boolean) => (_: string, content: string) =>
  content.split('\n').flatMap((line, index) => {
    const column = line.indexOf('bad') + 1
    const range = { line: index + 1, column, endLine: index + 1, endColumn: column + 3 }
    return column === 0 ? [] : [{ ...range, edits: [{ ...range, text: 'good' }], editsAreSafe: safe }]
  })

test('fixes what is safe, prints the diff and judges what is left', async () => {
  look = badWords(true)
  rig.write('a.py', 'one\nbad two\nthree\n', 0o755)
  const { code, stdout, stderr } = await rig.check('--fix', 'a.py')
  expect(read('a.py')).toBe('one\ngood two\nthree\n')
  expect(statSync(join(rig.root, 'a.py')).mode & 0o777).toBe(0o755)
  expect(stdout).toContain('--- a.py\n+++ a.py\n@@ -1,3 +1,3 @@\n one\n-bad two\n+good two\n three\n')
  expect(stderr).toContain('fixed 1 finding in 1 file')
  expect({ code, rounds: rig.posted().length }).toEqual({ code: 0, rounds: 2 })
})

test('prints what is offered and changes nothing when it might change what the code does', async () => {
  look = badWords(false)
  rig.write('a.py', 'bad\n')
  const { code, stdout } = await rig.check('--fix', 'a.py')
  expect(read('a.py')).toBe('bad\n')
  expect(stdout).toContain('a.py:1:1: ruff/S307 offers, please review:\n--- a.py\n+++ a.py\n@@ -1,1 +1,1 @@\n-bad\n+good\n')
  expect(code).toBe(1)
})

test('keeps line endings, the byte order mark and the missing end of line', async () => {
  look = (_, content) => (content.includes('bad') ? [{ edits: [{ line: 1, column: 1, endLine: 1, endColumn: 4, text: 'fine\nand' }], editsAreSafe: true }] : [])
  rig.write('a.py', '\uFEFFbad one\r\ntwo')
  await rig.check('--fix', 'a.py')
  expect(read('a.py')).toBe('\uFEFFfine\r\nand one\r\ntwo')
})

test('leaves a file alone that changed while it was checked, and one that is read-only', async () => {
  look = badWords(true)
  rig.write('a.py', 'bad\n')
  rig.write('b.py', 'bad\n', 0o444)
  onAsked = () => writeFileSync(join(rig.root, 'a.py'), 'bad, and more of it\n')
  const { code, stderr } = await rig.check('--fix', 'a.py', 'b.py')
  expect([read('a.py'), read('b.py')]).toEqual(['bad, and more of it\n', 'bad\n'])
  expect(stderr).toContain('a.py changed meanwhile: left as it is')
  expect(stderr).toContain('b.py is read-only: left as it is')
  expect(code).toBe(1)
  expect(execFileSync('ls', ['-A', rig.root], { encoding: 'utf8' }).split('\n').filter((name) => name.includes('elder-'))).toEqual([])
})

test('makes the edits of a finding all or not at all, and those that collide in the next round', async () => {
  const edit = (column: number, endColumn: number, text: string) => ({ line: 1, column, endLine: 1, endColumn, text })
  look = (_, content) => {
    if (content === 'abcdef\n') {
      return [
        { edits: [edit(1, 2, 'A'), edit(4, 5, 'D')], editsAreSafe: true },
        { edits: [edit(2, 3, 'B'), edit(4, 6, 'XY')], editsAreSafe: true },
        { edits: [edit(6, 99, 'nowhere')], editsAreSafe: true },
      ]
    }
    return content === 'AbcDef\n' ? [{ edits: [edit(2, 3, 'B')], editsAreSafe: true }] : []
  }
  rig.write('a.py', 'abcdef\n')
  await rig.check('--fix', 'a.py')
  expect(read('a.py')).toBe('ABcDef\n')
})

test('writes diffs to where scripts do not read, and refuses what it cannot fix', async () => {
  look = badWords(true)
  rig.write('a.py', 'bad\n')
  const { stdout, stderr } = await rig.check('--fix', '--json', 'a.py')
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass', findings: [] })
  expect(stderr).toContain('+good')
  expect(await rig.check('--fix', '--staged')).toMatchObject({ code: 2, stderr: expect.stringContaining('--fix changes files, not the index') as string })
  expect(await rig.check('--fix', '--all')).toMatchObject({ code: 2 })
})
