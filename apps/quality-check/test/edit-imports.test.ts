import { CheckMode, CheckRequest, Criterion, Verdict, type CheckAtOnceResponse } from '@elder/contracts/quality'
import { beforeAll, describe, expect, test } from 'vitest'
import { callOf, startRig, type Instance } from './rig.ts'

let instance: Instance

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  return rig.close
})

type Files = Readonly<Record<string, string>>
interface Edit {
  /** Whose first line is new. */
  readonly files: Files
  readonly around?: Files
  /** Undefined: nothing is known of the repository. */
  readonly paths?: readonly string[] | undefined
  readonly policy?: string
}

const npm = JSON.stringify({ name: 'shop', dependencies: { express: '^5.0.0' }, devDependencies: { vitest: '^3.0.0' } })
const requirements = 'flask==3.1.0\nrequests==2.32.0\n'

async function check({ files, around = {}, paths = [], policy = '' }: Edit, isKnown = true): Promise<CheckAtOnceResponse> {
  const contents = (of: Files) => Object.entries(of).map(([path, text]) => ({ path, content: Buffer.from(text) }))
  const request = CheckRequest.fromPartial({
    repository: 'shop',
    mode: CheckMode.CHECK_MODE_NEW_CODE,
    policyYaml: policy,
    files: contents(files).map((file) => ({ ...file, changedLines: [{ first: 1, last: 1 }] })),
    ...(isKnown && { surroundings: { files: contents(around), paths: [...paths] } }),
  })
  return instance.client.checkAtOnce({ check: request }, callOf())
}

/** What is said about imports: "path:line message", with a mark for advice. */
async function said(edit: Edit, isKnown = true): Promise<string[]> {
  const { findings } = await check(edit, isKnown)
  return findings.filter(({ rule }) => rule === 'elder/undeclared-import').map(({ file, line, message, blocks }) => `${blocks ? '' : 'advice: '}${file}:${line} ${message}`)
}

const undeclared = 'src/a.ts:1 left-padd is imported, but package.json does not declare it'
const inModule = (line: string) => ({ 'src/a.ts': `${line}\nexport const pad = left\n` })

test('an import that an edit adds and no manifest declares fails its criterion, and the reason says where', async () => {
  const { report, findings } = await check({ files: inModule("import left from 'left-padd'"), around: { 'package.json': npm } })
  expect(findings).toMatchObject([{ rule: 'elder/undeclared-import', line: 1, column: 18, blocks: true, fix: 'Add left-padd to dependencies of package.json if it is the package that is meant, or remove the import.' }])
  expect(report?.verdict).toBe(Verdict.VERDICT_FAIL)
  expect(report?.criteria.find(({ criterion }) => criterion === Criterion.CRITERION_DEPENDENCIES)).toMatchObject({ verdict: Verdict.VERDICT_FAIL, reason: expect.stringContaining('src/a.ts:1 elder/undeclared-import') as string })
})

test('an edit that imports only what is declared passes, and its dependencies are not evaluated', async () => {
  const { report, findings } = await check({ files: inModule("import left from 'express'"), around: { 'package.json': npm } })
  expect(findings).toEqual([])
  expect(report?.verdict).toBe(Verdict.VERDICT_PASS)
  expect(report?.criteria.find(({ criterion }) => criterion === Criterion.CRITERION_DEPENDENCIES)).toMatchObject({ verdict: Verdict.VERDICT_NOT_EVALUATED, reason: 'only the imports of the edit were judged: elder check --all judges the rest' })
})

test('only new lines are judged', async () => {
  expect(await said({ files: { 'src/a.ts': "export const pad = left\nimport left from 'left-padd'\n" }, around: { 'package.json': npm } })).toEqual([])
})

describe('in JavaScript nothing is said of', () => {
  test.each<[string, Edit]>([
    ['a repository without a manifest', { files: inModule("import left from 'left-padd'") }],
    ['what a manifest further up declares', { files: { 'web/src/a.ts': "import left from 'express'\n" }, around: { 'package.json': npm, 'web/package.json': '{"name":"web"}' } }],
    ['what is for development', { files: { 'src/a.test.ts': "import { test } from 'vitest'\ntest.todo('x')\n" }, around: { 'package.json': npm } }],
    ['another package of the repository', { files: inModule("import left from '@acme/pad'"), around: { 'package.json': npm, 'libs/pad/package.json': '{"name":"@acme/pad"}' } }],
    ['modules of Node', { files: inModule("import left from 'node:fs'"), around: { 'package.json': npm } }],
    ['types that are declared apart', { files: inModule("import type left from 'left-padd'"), around: { 'package.json': JSON.stringify({ devDependencies: { '@types/left-padd': '1' } }) } }],
    ['a path that tsconfig.json maps', { files: inModule("import left from 'left-padd/x'"), around: { 'package.json': npm, 'tsconfig.json': '{"compilerOptions":{"paths":{"left-padd/*":["./x/*"]}}}' } }],
    ['a folder below the base of the compiler', { files: inModule("import left from 'parts/pad'"), around: { 'package.json': npm }, paths: ['src/parts/pad.ts'] }],
    ['an import that waits', { files: inModule("const left = await import('left-padd')"), around: { 'package.json': npm } }],
    ['what a setting of the bundler names', { files: inModule("import left from 'left-padd'"), around: { 'package.json': npm, 'vite.config.ts': "export default { resolve: { alias: { 'left-padd': '/x' } } }" } }],
    ['what elder.yaml ignores', { files: inModule("import left from 'left-padd'"), around: { 'package.json': npm }, policy: 'version: 1\ndependencies: { ignore: [left-padd] }\n' }],
  ])('%s', async (_what, edit) => {
    expect(await said(edit)).toEqual([])
  })
})

test.each<[string, Edit]>([
  ['where a file of the repository has the name', { files: inModule("import left from 'left-padd'"), around: { 'package.json': npm }, paths: ['web/js/left-padd.js'] }],
  ['where package.json maps names', { files: inModule("import left from 'left-padd'"), around: { 'package.json': JSON.stringify({ jest: { moduleNameMapper: { '^left-padd$': 'x' } } }) } }],
])('it is advice %s', async (_where, edit) => {
  expect(await said(edit)).toEqual([`advice: ${undeclared}`])
})

test('a manifest among the files is judged by, and what it does not declare is advice when nothing else is known of the repository', async () => {
  const files = { ...inModule("import left from 'left-padd'"), 'package.json': npm }
  expect(await said({ files }, false)).toEqual([`advice: ${undeclared}`])
  expect(await said({ files, around: { 'package.json': npm.replace('express', 'left-padd') } })).toEqual([undeclared])
  expect(await said({ files: { ...files, 'package.json': npm.replace('express', 'left-padd') }, around: { 'package.json': npm } })).toEqual([])
})

describe('in Python', () => {
  const around = { 'requirements.txt': requirements }
  const module = (line: string) => ({ 'shop/a.py': `${line}\nprint(flask)\n` })

  test('a well-known package that is not declared blocks, as does one that is misspelt', async () => {
    expect(await said({ files: module('import numpy'), around })).toEqual(['shop/a.py:1 numpy is imported, but requirements.txt does not declare it'])
    expect(await said({ files: module('import reqeusts'), around })).toEqual(['shop/a.py:1 reqeusts is imported, but requirements.txt does not declare it: there is requests'])
  })

  test('a package that nobody knows is advice, also when its name begins like a declared one', async () => {
    expect(await said({ files: module('import flask_superauth'), around })).toEqual(['advice: shop/a.py:1 flask_superauth is imported, but requirements.txt does not declare it'])
    // Without the repository it may be one of its modules.
    expect(await said({ files: { ...module('import flask_superauth'), ...around } }, false)).toEqual([])
  })

  test.each<[string, Edit]>([
    ['the standard library', { files: module('import tomllib, os.path'), around }],
    ['a module of the repository', { files: module('import billing.rates'), around, paths: ['src/billing/rates.py'] }],
    ['a module beside it', { files: { ...module('import billing'), 'shop/billing.py': 'x = 1\n' }, around }],
    ['what is tried', { files: { 'shop/a.py': 'try: import numpy\nexcept ImportError: numpy = None\n' }, around }],
    ['what a group declares', { files: module('import numpy'), around: { 'pyproject.toml': '[dependency-groups]\ndev = ["numpy"]\n' } }],
    ['what poetry declares for tests', { files: module('import numpy'), around: { 'pyproject.toml': '[tool.poetry.group.test.dependencies]\nnumpy = "^2"\n' } }],
    ['what conda installs', { files: module('import numpy'), around: { ...around, 'environment.yml': 'dependencies:\n  - numpy=2\n' } }],
    ['what tox installs', { files: module('import company_thing'), around: { ...around, 'tox.ini': '[testenv]\ndeps = company_thing\n' } }],
    ['what may be in a file that is not known', { files: module('import numpy'), around: { 'requirements.txt': '-r base.txt\n' } }],
    ['a distribution of another name', { files: module('import yaml'), around: { 'requirements.txt': 'PyYAML\n' } }],
    ['generated code', { files: module('import prices_pb2'), around }],
  ])('nothing is said of %s', async (_what, edit) => {
    expect(await said(edit)).toEqual([])
  })
})

test.each([
  [{ files: [{ path: '../package.json', content: Buffer.from('') }], paths: [] }, 'surroundings.files[0].path'],
  [{ files: [], paths: ['/etc/passwd'] }, 'surroundings.paths[0]'],
  [{ files: [{ path: 'package.json', content: Buffer.alloc(5_000_000) }], paths: [] }, 'surroundings.files'],
  [{ files: [], paths: Array.from({ length: 20_001 }, (_, n) => `a${n}`) }, 'surroundings.paths'],
])('surroundings that are not what they may be are refused by their field (%#)', async (surroundings, field) => {
  const request = CheckRequest.fromPartial({ files: [{ path: 'a.ts', content: Buffer.from('') }], surroundings })
  await expect(instance.client.checkAtOnce({ check: request }, callOf())).rejects.toMatchObject({ code: 'invalid_argument', field })
})
