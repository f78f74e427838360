import { beforeAll, expect, test } from 'vitest'
import { Criterion, FileStatus, Verdict } from '@elder/contracts/quality'
import { callOf, collect, criterion, places, requestOf, startRig, type Instance } from './rig.ts'

let instance: Instance

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  return rig.close
})

const named = (path: string) => instance.check({ [path]: 'x = 1\n' })

test.each([
  ['a path out of the repository', () => named('../secret.py'), 'files[0].path', /"\.\.\/secret\.py" has an empty part, "\." or "\.\.": send a path relative/],
  ['a path out of the repository, hidden', () => named('a/../../b.py'), 'files[0].path', /send a path relative/],
  ['an absolute path', () => named('/etc/passwd'), 'files[0].path', /"\/etc\/passwd" is absolute/],
  ['a drive', () => named('C:/x.py'), 'files[0].path', /is absolute/],
  ['backslashes', () => named('a\\b.py'), 'files[0].path', /has a backslash/],
  ['a NUL', () => named('a\0.py'), 'files[0].path', /"a\\u0000\.py" has a control character/],
  ['a line break in a path', () => named('a\n.py'), 'files[0].path', /control character/],
  ['an empty path', () => named(''), 'files[0].path', /is empty/],
  ['an endless path', () => named('a/'.repeat(600) + 'b.py'), 'files[0].path', /has 1204 characters, more than 1024/],
  ['no files', () => instance.check({}), 'files', /is empty: send at least one file/],
  ['10,001 files', () => instance.check(Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`f${index}.py`, '']))), 'files', /has 10001 files, more than 10000: send them in several checks/],
  ['more than 32 MB', () => instance.check(Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`f${index}.py`, Buffer.alloc(1_048_576, 'a')]))), 'files', /has 34603008 bytes in all, more than 33554432/],
  ['an endless repository name', () => instance.check({ 'a.py': '' }, { repository: 'x'.repeat(513) }), 'repository', /has 513 characters/],
  ['a policy that is none', () => instance.check({ 'a.py': '' }, { policy: 'version: 3\n' }), 'policyYaml.version', /^elder\.yaml: version must be 1, got 3 \(line 1, column 1\)$/],
])('refuses %s', async (_what, act, field, message) => {
  await expect(act()).rejects.toMatchObject({ code: 'invalid_argument', field, message: expect.stringMatching(message) })
})

test('refuses a path that is there twice', async () => {
  const request = requestOf({ 'a.py': '' })
  const twice = { ...request, files: [...request.files, ...request.files] }
  await expect(collect(instance.client.check(twice, callOf()))).rejects.toMatchObject({ field: 'files[1].path', message: expect.stringContaining('is there twice') })
})

test.each<[string, string, string | Uint8Array, string]>([
  ['binary', 'a.py', Buffer.from([1, 0, 2]), 'binary'],
  ['not UTF-8', 'a.ts', Buffer.from([0x61, 0xff, 0xfe]), 'not UTF-8: save it as UTF-8'],
  ['UTF-16', 'a.ts', Buffer.from('\uFEFFlet a', 'utf16le'), 'UTF-16 text: save it as UTF-8'],
  ['too large', 'a.py', 'a'.repeat(1_048_577), '1048577 bytes, more than 1 MB: split it, or exclude it in elder.yaml'],
  ['one endless line', 'a.js', 'a=1;'.repeat(50_000), 'minified: line 1 has 200000 characters; exclude it in elder.yaml'],
  ['nested without end', 'a.go', `package a\nvar x = ${'f('.repeat(300)}${')'.repeat(300)}\n`, 'brackets are nested more than 200 deep: split the expression, or exclude the file in elder.yaml'],
  ['chained without end', 'a.py', `x = (a\n${'  .b(lambda c: c)\n'.repeat(20_000)})\n`, 'too many calls in a row in line 502: split what stands there, or exclude the file in elder.yaml'],
  ['one endless name', 'a.py', `import a\\\n${'.a\\\n'.repeat(20_000)}.a\n`, 'too many names in a row in line 1002: split what stands there, or exclude the file in elder.yaml'],
  ['one endless formula', 'a.py', `x = (1\n${'  + 1\n'.repeat(20_000)})\n`, 'too many operators in a row in line 1003: split what stands there, or exclude the file in elder.yaml'],
])('a file that is %s is not analysed, and cannot pass', async (_what, path, content, reason) => {
  const outcome = await instance.check({ [path]: content, 'fine.py': 'ONE = 1\n' })
  expect(outcome.files.find((file) => file.path === path)).toMatchObject({ path, cached: false, status: FileStatus.FILE_STATUS_NOT_ANALYSED, reason })
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_NOT_EVALUATED)
  expect(criterion(outcome, Criterion.CRITERION_ROOT_CAUSE)).toMatchObject({ verdict: Verdict.VERDICT_NOT_EVALUATED, reason: `${path} was not analysed: ${reason}` })
})

test('a file that was too large to be sent is named as not analysed, and cannot pass', async () => {
  const request = requestOf({ 'fine.py': 'ONE = 1\n', 'huge.py': '' })
  const files = request.files.map((file) => (file.path === 'huge.py' ? { ...file, sizeBytes: 10_485_760n } : file))
  const outcome = await collect(instance.client.check({ ...request, files }, callOf()))
  const reason = '10485760 bytes, more than can be sent: split it, or exclude it in elder.yaml'
  expect(outcome.files.find(({ path }) => path === 'huge.py')).toMatchObject({ status: FileStatus.FILE_STATUS_NOT_ANALYSED, reason })
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_NOT_EVALUATED)
  const excluded = await collect(instance.client.check({ ...request, files, policyYaml: 'version: 1\nexclude: ["huge.py"]\n' }, callOf()))
  expect(excluded.report.verdict).toBe(Verdict.VERDICT_PASS)
})

test('an endless chain of JavaScript is read in passing', async () => {
  const { files, findings } = await instance.check({ 'a.ts': `export const x = a${'\n  .b(c)'.repeat(5_000)}.d(() => { debugger })\n` })
  expect(files).toMatchObject([{ path: 'a.ts', status: FileStatus.FILE_STATUS_CHECKED }])
  expect(findings.map(({ rule }) => rule)).toContain('oxlint/no-debugger')
})

test('a template of YAML is not expected to parse, an expression of a workflow excuses nothing', async () => {
  const chart = 'kind: Service\nmetadata:\n  {{- with .Values.labels }}\n  labels: {{ toYaml . | nindent 4 }}\n  {{- end }}\n'
  const workflow = 'on: push\njobs: [1, 2\nname: ${{ github.ref }}\n'
  const { files } = await instance.check({ 'chart/templates/service.yaml': chart, '.github/workflows/ci.yaml': workflow })
  expect(Object.fromEntries(files.map(({ path, reason }) => [path, reason]))).toEqual({ 'chart/templates/service.yaml': '', '.github/workflows/ci.yaml': expect.stringContaining('does not parse as YAML') })
})

test('a file that does not parse fails, and is not called analysed', async () => {
  const outcome = await instance.check({ 'a.ts': 'export const = 1\n', 'b.py': 'def f(:\n    pass\n' })
  expect(outcome.files.map(({ status }) => status)).toEqual([FileStatus.FILE_STATUS_NOT_ANALYSED, FileStatus.FILE_STATUS_NOT_ANALYSED])
  expect(outcome.findings.map(({ file, line, column, rule }) => `${file}:${line}:${column} ${rule}`)).toEqual(expect.arrayContaining(['a.ts:1:14 oxlint/syntax-error', 'b.py:1:7 ruff/invalid-syntax']))
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_FAIL)
  expect(criterion(outcome, Criterion.CRITERION_SECURITY).verdict).toBe(Verdict.VERDICT_NOT_EVALUATED)
})

test.each([
  ['main.go', 'package main\n\nimport "crypto/tls"\n\nvar open = &tls.Config{InsecureSkipVerify: true}\n\nfunc main() {\n', /^does not parse as Go from line/],
  ['deploy.yaml', 'a: [1, 2\nb: 3\n', /^does not parse as YAML from line 1 on: fix it, or exclude the file in elder\.yaml if it is not meant to parse$/],
  ['Dockerfile', 'FROM node:24\nUSER node\nRUNN npm ci\n', /^does not parse as a Dockerfile: line 3: "RUNN" is not an instruction$/],
  ['Dockerfile', 'RUN ls\nFROM node:24\nUSER node\n', /^does not parse as a Dockerfile: line 1: RUN is before the first FROM$/],
  ['Dockerfile', 'FROM node:24\nUSER node\nRUN\n', /^does not parse as a Dockerfile: line 3: RUN is given nothing$/],
])('a broken %s passes nothing: %j', async (path, content, reason) => {
  for (const _ of ['fresh', 'cached']) {
    const outcome = await instance.check({ [path]: content })
    expect(outcome.files).toMatchObject([{ status: FileStatus.FILE_STATUS_NOT_ANALYSED, reason: expect.stringMatching(reason) }])
    expect(criterion(outcome, Criterion.CRITERION_ROOT_CAUSE)).toMatchObject({ verdict: Verdict.VERDICT_NOT_EVALUATED, reason: expect.stringContaining('does not parse') })
    expect(outcome.report.verdict).toBe(Verdict.VERDICT_NOT_EVALUATED)
  }
})

test('what is found in a broken file is told all the same', async () => {
  const { findings } = await instance.check({ 'main.go': 'package main\n\nimport "crypto/tls"\n\nvar open = &tls.Config{InsecureSkipVerify: true}\n\nfunc main() {\n' })
  expect(findings.map(({ rule }) => rule)).toEqual(['elder/certificate-not-checked'])
})

test('a file of an unknown language does not stand in the way, nor does an image, nor what the policy excludes', async () => {
  const outcome = await instance.check({ 'a.py': 'ONE = 1\n', 'main.zig': 'const a = 1;\n', 'logo.png': Buffer.from([0x89, 0, 1]), 'dist/out.py': 'eval(x)\n' }, { policy: 'version: 1\nexclude: ["dist/**"]\n' })
  expect(Object.fromEntries(outcome.files.map(({ path, reason }) => [path, reason]))).toEqual({ 'a.py': '', 'main.zig': 'no engine for .zig files', 'logo.png': 'binary', 'dist/out.py': 'excluded by elder.yaml' })
  expect(outcome.report.verdict).toBe(Verdict.VERDICT_PASS)
  const alone = await instance.check({ 'main.zig': 'const a = 1;\n' })
  expect(alone.report.verdict).toBe(Verdict.VERDICT_NOT_EVALUATED)
  expect(criterion(alone, Criterion.CRITERION_SECURITY).reason).toBe('no file in a language that has an engine')
})

test('secrets in a minified file are found', async () => {
  const { findings } = await instance.check({ 'a.js': `const t = "${['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_')}";${'a=1;'.repeat(5_000)}` })
  expect(places(findings)).toEqual(['1:12-1:52 secretlint/github'])
})

test('places do not depend on line ends or a byte order mark', async () => {
  const plain = 'import os\nX = os\nY = "日𝒳"; breakpoint()\n'
  const at = async (text: string, path: string) => places((await instance.check({ [path]: text })).findings.filter(({ category }) => category === Criterion.CRITERION_ROOT_CAUSE))
  expect(await at(plain, 'a.py')).toEqual(['3:12-3:24 ruff/T100'])
  expect(await at(plain.replaceAll('\n', '\r\n'), 'a.py')).toEqual(await at(plain, 'a.py'))
  expect(await at(`\uFEFF${plain}`, 'a.py')).toEqual(await at(plain, 'a.py'))
  expect(await at('\uFEFFbreakpoint()\n', 'b.py')).toEqual(['1:1-1:13 ruff/T100'])
  expect(await at('\uFEFFdebugger\n', 'b.js')).toEqual(['1:1-1:9 oxlint/no-debugger'])
  const script = 'debugger\nexport const x = "日𝒳"; debugger\n'
  expect(await at(script, 'a.js')).toEqual(['1:1-1:9 oxlint/no-debugger', '2:25-2:33 oxlint/no-debugger'])
  expect(await at(script.replaceAll('\n', '\r\n'), 'a.js')).toEqual(await at(script, 'a.js'))
  expect(await at(`\uFEFF${script}`, 'a.js')).toEqual(await at(script, 'a.js'))
})

test('a file of a thousand faults lists the worst, and says how many it does not', async () => {
  const { findings } = await instance.check({ 'a.js': 'debugger\n'.repeat(1_001) })
  expect(findings).toHaveLength(500)
  expect(findings.at(-1)).toMatchObject({ rule: 'elder/more-findings', message: expect.stringMatching(/^50\d more findings, none worse than these, are not listed$/) })
})

test('a file that breaks its engine is not analysed, and harms no later one', async () => {
  const broken = await instance.check({ 'a.py': `x = ${'('.repeat(20)}a${`${'\\\n.b'.repeat(900)})`.repeat(20)}\n` })
  expect(broken.files).toMatchObject([{ status: FileStatus.FILE_STATUS_NOT_ANALYSED, reason: expect.stringMatching(/^the engine crashed: (?:Maximum call stack size exceeded|memory access out of bounds)$/) }])
  expect(broken.report.verdict).toBe(Verdict.VERDICT_NOT_EVALUATED)
  // One for each thread, whichever was broken.
  const fine = await instance.check(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}.py`, `breakpoint()  # ${index}\n`])))
  expect(fine.findings.map(({ rule }) => rule)).toEqual(Array.from({ length: 20 }, () => 'ruff/T100'))
})

test.each([
  ['a.py', 'x = ' + '('.repeat(5_000) + ')'.repeat(5_000)],
  ['a.js', 'x = ' + '['.repeat(5_000) + ']'.repeat(5_000)],
  ['b.js', `${'if (a) {\n'.repeat(5_000)}${'}\n'.repeat(5_000)}`],
  ['c.js', `${'if (a) {\n'.repeat(30_000)}${'}\n'.repeat(30_000)}`],
  ['d.ts', `x = ${`${'('.repeat(60)}\n`.repeat(8_000)}`],
  ['e.ts', `x = ${'a =>\n'.repeat(150_000)}1`],
  ['f.ts', `type A = ${'B<\n'.repeat(100_000)}`],
  ['b.py', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}if a:`).join('\n')],
])('nesting without end in %s harms nobody', async (path, text) => {
  const { files, report } = await instance.check({ [path]: text })
  expect(files).toHaveLength(1)
  expect(report.verdict).not.toBe(Verdict.VERDICT_PASS)
  expect((await instance.check({ 'fine.py': 'ONE = 1\n', 'fine.ts': 'export const one = 1\n' })).report.verdict).toBe(Verdict.VERDICT_PASS)
})
