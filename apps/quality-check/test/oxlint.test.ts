import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { waitUntil } from '@elder/testkit'
import { afterEach, expect, test } from 'vitest'
import { installedOxlint, Oxlint, type OxlintOptions } from '../src/engines/oxlint.ts'
import { typeAwareSettings } from '../src/repository/types/type-aware-lint.ts'
import { oxlintSettings } from '../src/rules/oxlint-settings.ts'
import { ruleTable } from '../src/rules/rule-table.ts'

const standIn = { command: process.execPath, args: [fileURLToPath(new URL('./stand-ins/language-server.ts', import.meta.url))] }
const open = new Set<Oxlint>()
const ends: string[] = []

afterEach(async () => {
  ends.length = 0
  for (const oxlint of open) await oxlint.close()
  open.clear()
})

function start(options: Partial<OxlintOptions> = {}): Oxlint {
  const oxlint = new Oxlint({ server: standIn, timeLimitMs: 10_000, startLimitMs: 10_000, onEnded: (reason) => ends.push(reason), ...options })
  open.add(oxlint)
  return oxlint
}

const check = (oxlint: Oxlint, text: string, signal = new AbortController().signal) => oxlint.check(text, '.ts', 'source', { urgent: false, weight: text.length }, signal)

test('starts no process before the first text', async () => {
  const oxlint = start()
  expect(oxlint.pid).toBeUndefined()
  expect(await check(oxlint, 'fine')).toEqual([])
  expect(oxlint.pid).toBeGreaterThan(0)
})

test('a file that crashes the server each time is told apart from those that were in flight', async () => {
  const oxlint = start()
  const results = await Promise.allSettled(['fine', 'die', 'good', 'ok', 'well'].map((text) => check(oxlint, text)))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  expect(results[1]).toMatchObject({ reason: { name: 'EngineFailure', message: 'oxlint ended with exit code 9 while it read this file' } })
  expect(ends).toEqual(['crashed', 'crashed'])
})

test('however many texts end the server, one after the other, the next innocent one is read', async () => {
  const oxlint = start()
  const results = await Promise.allSettled([...Array.from({ length: 8 }, (_, index) => check(oxlint, `die ${index}`)), check(oxlint, 'fine')])
  expect(results.map(({ status }) => status)).toEqual([...Array.from({ length: 8 }, () => 'rejected'), 'fulfilled'])
  expect(results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : [])).filter((reason) => !reason.endsWith('while it read this file'))).toEqual([])
})

test('what the engine would do unasked comes as a safe edit, what somebody has to look at as another, and no finding gets an edit that switches its rule off', async () => {
  const text = "import { unused } from 'x'\nexport async function load(key: string) {\n  debugger\n  await Promise.all([fetch(key)])\n}\nexport const odd = (x: number) => x === NaN\n"
  const found = await check(start({ server: installedOxlint() }), text)
  expect(Object.fromEntries(found.map(({ rule, edits, editsAreSafe }) => [rule, { edits, editsAreSafe }]))).toEqual({
    'no-unused-vars': { edits: [{ line: 1, column: 1, endLine: 2, endColumn: 1, text: '' }], editsAreSafe: false },
    'no-debugger': { edits: [{ line: 3, column: 3, endLine: 3, endColumn: 11, text: '' }], editsAreSafe: false },
    'unicorn/no-single-promise-in-promise-methods': { edits: [{ line: 4, column: 9, endLine: 4, endColumn: 34, text: 'fetch(key)' }], editsAreSafe: true },
    'use-isnan': { edits: [{ line: 6, column: 35, endLine: 6, endColumn: 44, text: 'isNaN(x)' }], editsAreSafe: false },
  })
})

test('a text that waits for the processor longer than its limit is not given up', async () => {
  const oxlint = start({ timeLimitMs: 300 })
  expect(await check(oxlint, 'slow')).toEqual([])
  expect(ends).toEqual([])
})

test.each([
  ['spin', 1_000, 'oxlint gave up after 1000 ms of processor time'],
  ['hang', 300, 'oxlint gave up: no answer within 3000 ms'],
])('a text that makes the server %s is given up, the others are read by the next server', async (text, timeLimitMs, message) => {
  const oxlint = start({ timeLimitMs })
  const results = await Promise.allSettled(['fine', text, 'good'].map((each) => check(oxlint, each)))
  expect(results).toMatchObject([{ status: 'fulfilled' }, { reason: { message } }, { status: 'fulfilled' }])
  expect(await check(oxlint, 'after')).toEqual([])
})

test('a server killed from outside costs nothing', async () => {
  const oxlint = start()
  await check(oxlint, 'fine')
  const first = oxlint.pid as number
  const waiting = Promise.all(Array.from({ length: 50 }, (_, index) => check(oxlint, `fine ${index}`)))
  process.kill(first, 'SIGKILL')
  expect((await waiting).flat()).toEqual([])
  expect(oxlint.pid).not.toBe(first)
})

test('a program that is not there is a reason, not a hang', async () => {
  const oxlint = start({ server: { command: '/nonexistent/oxlint', args: [] } })
  await expect(check(oxlint, 'fine')).rejects.toMatchObject({ name: 'EngineFailure', message: expect.stringContaining('oxlint did not start: spawn /nonexistent/oxlint ENOENT') })
})

test('a server that never says hello is a reason, not a hang', async () => {
  const oxlint = start({ server: { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)', '--'] }, startLimitMs: 100 })
  await expect(check(oxlint, 'fine')).rejects.toMatchObject({ message: 'oxlint did not start within 100 ms' })
})

test('an abandoned file is dropped, running or not', async () => {
  const oxlint = start()
  const leaving = new AbortController()
  const waiting = ['hang', 'hang 2', 'hang 3', 'hang 4', 'hang 5'].map((text) => check(oxlint, text, leaving.signal))
  await waitUntil(() => oxlint.pid !== undefined)
  leaving.abort(new Error('gone'))
  for (const each of waiting) await expect(each).rejects.toThrow('gone')
  expect(await check(oxlint, 'fine')).toEqual([])
  expect(ends).toEqual([])
})

test('the real one reads texts that are on no disk, by our rules alone, and leaves nothing behind', async () => {
  const oxlint = start({ server: installedOxlint() })
  const [finding] = await check(oxlint, "debugger // fixed\n")
  expect(finding).toMatchObject({ engine: 'oxlint', rule: 'no-debugger', line: 1, column: 1, endLine: 1, endColumn: 9 })
  const pid = oxlint.pid as number
  const root = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').find((argument) => argument.endsWith('oxlintrc.json')) as string
  expect(existsSync(root)).toBe(true)
  await oxlint.close()
  expect(existsSync(root)).toBe(false)
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

test('every rule that is switched on exists, and every row of the table about one', async () => {
  const listing = execFileSync(process.execPath, [installedOxlint().args[0] as string, '--rules'], { encoding: 'utf8', maxBuffer: 10_000_000 })
  const known = new Set([...listing.matchAll(/^\| ([\w-]+)\s+\| ([\w-]+)\s+\|/gm)].map(([, rule, source]) => (source === 'eslint' ? rule : `${source}/${rule}`)))
  expect(known.size).toBeGreaterThan(700)
  expect(Object.keys(oxlintSettings.rules).filter((name) => !known.has(name))).toEqual([])
  const ours = new Set(['syntax-error', 'empty-catch', 'empty-promise-catch', 'unused-catch-parameter'])
  const switchedOn = { ...oxlintSettings.rules, ...typeAwareSettings.rules }
  const rows = Object.keys(ruleTable).flatMap((name) => (name.startsWith('oxlint/') ? [name.slice('oxlint/'.length)] : []))
  expect(rows.filter((name) => !(name in switchedOn) && !ours.has(name))).toEqual([])
})

test('the second place of a finding is not another finding, least of all a syntax error', async () => {
  const oxlint = start({ server: installedOxlint() })
  const found = await check(oxlint, 'export const rows = (all: string[]) => all.reduce<string[]>((before, name) => [...before, name], [])\n')
  expect(found.map(({ rule }) => rule)).toEqual(['oxc/no-accumulating-spread'])
})

test('what a killed process left is removed by the next one', async () => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  const left = mkdtempSync(join(tmpdir(), `elder-oxlint-${dead}-`))
  const alive = mkdtempSync(join(tmpdir(), `elder-oxlint-${process.ppid}-`))
  await check(start(), 'fine')
  expect([existsSync(left), existsSync(alive)]).toEqual([false, true])
  rmSync(alive, { recursive: true })
})

test('asks no handling of errors where there is only a declaration', async () => {
  const oxlint = start({ server: installedOxlint() })
  const look = (text: string, fileClass: 'source' | 'stub') => oxlint.check(text, '.ts', fileClass, { urgent: false, weight: text.length }, new AbortController().signal)
  expect((await look('export function stop(err: unknown): void {\n  clear()\n}\n', 'source')).map(({ rule }) => rule)).toContain('node/handle-callback-err')
  expect((await look('export declare function stop(err: unknown): void\n', 'stub')).map(({ rule }) => rule)).not.toContain('node/handle-callback-err')
})
