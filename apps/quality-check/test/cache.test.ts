import { waitUntil } from '@elder/testkit'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { places, startRig, type Instance, type Rig } from './rig.ts'

let rig: Rig
let instance: Instance

beforeAll(async () => {
  rig = await startRig()
  // What the service keeps by itself is tested at the end.
  instance = await rig.startInstance({ ELDER_QUALITY_CHECK_NEAR_CACHE_BYTES: '0' })
  return rig.close
})
let tests = 0
beforeEach(async () => {
  // Results are handed over in their order: when the last is there, no other comes late.
  const marked = rig.cache.entries.size
  await instance.check({ 'marker.zig': `const test = ${++tests};\n` })
  await waitUntil(() => rig.cache.entries.size > marked)
  rig.cache.entries.clear()
})

const faulty = 'export const run = () => { debugger }\n'
const cached = async (files: Record<string, string>, policy = '') => (await instance.check(files, { policy })).files.map((file) => file.cached)
/** Checks until so many results are kept: that happens behind the answer, and not at all when the cache did not answer in time. */
async function checkUntilKept(files: Record<string, string>, count: number) {
  const first = await instance.check(files)
  await waitUntil(async () => rig.cache.entries.size === count || (await instance.check(files), false))
  return first
}

test('the second look at the same content is cached and says the same', async () => {
  const first = await checkUntilKept({ 'src/a.ts': faulty }, 1)
  const second = await instance.check({ 'src/a.ts': faulty })
  expect([first.files[0]?.cached, second.files[0]?.cached]).toEqual([false, true])
  expect(second.findings).toEqual(first.findings)
  expect(second.report.criteria).toEqual(first.report.criteria)
  expect(second.report).toMatchObject({ verdict: first.report.verdict, policyHash: first.report.policyHash })
  expect(second.report.checkId).not.toBe(first.report.checkId)
})

test('one byte or the class of the path make it another file; the path alone does not, nor does the policy, which is applied anew', async () => {
  await checkUntilKept({ 'src/a.ts': faulty }, 1)
  expect(await cached({ 'src/a.ts': `${faulty} ` })).toEqual([false])
  expect((await instance.check({ 'src/a.ts': faulty }, { policy: 'version: 1\nrules: { oxlint/no-debugger: off }\n' })).findings).toEqual([])
  expect(await cached({ 'src/a.ts': faulty }, 'version: 1\nthresholds: { security: 89 }\n')).toEqual([true])
  expect(await cached({ 'src/a.test.ts': faulty })).toEqual([false])
  expect(await cached({ 'src/a.js': faulty })).toEqual([false])
  expect(await cached({ 'elsewhere/b.ts': faulty })).toEqual([true])
  expect(await cached({ 'src/a.ts': faulty })).toEqual([true])
})

test('a rule that is off by default is reported where a policy names it', async () => {
  const text = 'export const after = () => {}\n'
  expect((await instance.check({ 'a.ts': text })).findings).toEqual([])
  expect(places((await instance.check({ 'a.ts': text }, { policy: 'version: 1\nrules: { oxlint/no-empty-function: warning }\n' })).findings)).toEqual(['1:28-1:30 oxlint/no-empty-function'])
})

test('a file whose engine does not exist or that does not parse is cached too, with its reason', async () => {
  const files = { 'a.zig': 'const a = 1;\n', 'b.ts': 'const = 1\n', 'c.py': 'def f(:\n' }
  await checkUntilKept(files, 3)
  const again = await instance.check(files)
  expect(Object.fromEntries(again.files.map(({ path, cached, reason }) => [path, [cached, reason]]))).toEqual({
    'a.zig': [true, 'no engine for .zig files'],
    'b.ts': [true, 'does not parse: line 1: Unexpected token'],
    'c.py': [true, 'does not parse: line 1: Expected a parameter or the end of the parameter list'],
  })
})

test('equal files of one check are analysed once and all reported', async () => {
  const { files, findings } = await checkUntilKept({ 'a.ts': faulty, 'b.ts': faulty, 'c/d.ts': faulty }, 1)
  expect(files.map(({ path }) => path).sort()).toEqual(['a.ts', 'b.ts', 'c/d.ts'])
  expect(findings.map(({ file, rule }) => `${file} ${rule}`).sort()).toEqual(['a.ts oxlint/no-debugger', 'b.ts oxlint/no-debugger', 'c/d.ts oxlint/no-debugger'])
})

test('a damaged entry is a miss', async () => {
  await checkUntilKept({ 'a.ts': faulty }, 1)
  for (const key of rig.cache.entries.keys()) rig.cache.entries.set(key, Buffer.from('{"findings'))
  const { files, findings } = await instance.check({ 'a.ts': faulty })
  expect(files[0]?.cached).toBe(false)
  expect(places(findings)).toEqual(['1:28-1:36 oxlint/no-debugger'])
})

test('without the cache checks are answered, and cached again when it is back', async () => {
  await rig.cache.stop()
  expect(await cached({ 'a.ts': faulty })).toEqual([false])
  expect(await cached({ 'a.ts': faulty })).toEqual([false])
  await rig.cache.restart()
  await waitUntil(async () => (await cached({ 'a.ts': faulty }))[0])
})

test('what is known of a file is judged by the terms of each check, whatever the one before said', async () => {
  const near = await rig.startInstance()
  const text = `${faulty}${faulty.replace('run', 'again')}`
  const off = 'rules: { oxlint/no-debugger: off }'
  const seen = async (policy: string, options: Parameters<typeof near.check>[1] = {}) => {
    const { findings } = await near.check({ 'src/a.ts': text, 'old/b.ts': text }, { ...options, policy })
    return findings.map(({ file, line, severity }) => `${file}:${line} ${severity}`).sort()
  }
  const all = await seen('')
  expect(all.map((each) => each.split(' ')[0])).toEqual(['old/b.ts:1', 'old/b.ts:2', 'src/a.ts:1', 'src/a.ts:2'])
  const inOld = all.filter((each) => each.startsWith('old/'))
  const inSrc = all.filter((each) => each.startsWith('src/'))
  expect(await seen(`version: 1\noverrides: [{ paths: ['old/**'], ${off} }]\n`)).toEqual(inSrc)
  expect(await seen(`version: 1\n${off}\n`)).toEqual([])
  expect(await seen(`version: 1\noverrides: [{ paths: ['src/**'], ${off} }]\n`)).toEqual(inOld)
  expect(await seen('', { changed: { 'src/a.ts': [{ first: 2, last: 2 }], 'old/b.ts': [{ first: 9, last: 9 }] } })).toEqual(['src/a.ts:2'].map((place) => all.find((each) => each.startsWith(place))))
  expect(await seen('')).toEqual(all)
})

test('what was asked for last is known without the cache', async () => {
  const near = await rig.startInstance()
  await near.check({ 'a.ts': faulty })
  await rig.cache.stop()
  const { files, findings } = await near.check({ 'a.ts': faulty })
  expect(files[0]?.cached).toBe(true)
  expect(places(findings)).toEqual(['1:28-1:36 oxlint/no-debugger'])
  await rig.cache.restart()
})
