import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readPolicy } from '../../policy.ts'
import { readSource } from '../../source-file.ts'
import type { RepositoryAnalyser } from '../repository-analyser.ts'
import { typeAnalyser } from './type-analyser.ts'

const opened: RepositoryAnalyser[] = []
afterEach(async () => {
  for (const analyser of opened.splice(0)) await analyser.close()
})

const never = new AbortController().signal

async function open(files: Readonly<Record<string, string>>, timeLimitMs = 60_000): Promise<RepositoryAnalyser> {
  const nobody = async () => {
    throw new Error('not asked for here')
  }
  const analyser = await typeAnalyser(timeLimitMs)({ policy: readPolicy(''), changes: { mode: 'whole_file', of: () => 'all', replacedIn: () => [], removed: [] }, reports: nobody, thread: { ask: nobody, close: async () => undefined }, eachFile: nobody })
  opened.push(analyser)
  for (const [path, text] of Object.entries(files)) {
    const content = Buffer.from(text)
    await analyser.add({ path, content, source: readSource(path, content), modifiedAt: undefined }, never)
  }
  return analyser
}
const find = async (files: Readonly<Record<string, string>>) => (await (await open(files)).finish(never)).diagnostics.map(({ path, line, column, engine, rule }) => `${path}:${line}:${column} ${engine}/${rule}`).sort()

const saving = 'export async function save(): Promise<number> {\n  return 1\n}\n'

test('sees a promise that nobody awaits, made in another file and in another package', async () => {
  const found = await find({
    'src/save.ts': saving,
    'src/run.ts': "import { save } from './save.ts'\n/* 日本 */ save()\n",
    'libs/store/package.json': '{"name": "@shop/store"}',
    'libs/store/src/index.ts': saving,
    'apps/web/a.ts': "import { save } from '@shop/store'\nsave()\nawait 5\n",
  })
  expect(found).toEqual(['apps/web/a.ts:2:1 oxlint/typescript/no-floating-promises', 'apps/web/a.ts:3:1 oxlint/typescript/await-thenable', 'src/run.ts:2:10 oxlint/typescript/no-floating-promises'])
})

test('sees what types tell of Python across files, and nothing of packages that are not here', async () => {
  const found = await find({ 'shop/store.py': 'def find(key: int) -> str:\n    return str(key)\n', 'shop/run.py': 'import numpy as np\nfrom shop.store import find\n\nnp.zeros(3).whatever()\nfind("a")\n' })
  expect(found).toEqual(['shop/run.py:5:6 pyright/reportArgumentType'])
})

test('the repository\'s own settings, plugins, environments and comments-as-programs have no effect', async () => {
  const marker = join(mkdtempSync(join(tmpdir(), 'elder-hostile-')), 'was-run')
  const program = `require('fs').writeFileSync(${JSON.stringify(marker)}, '')\n`
  const silence = '{"rules": {}, "ignorePatterns": ["**"], "jsPlugins": ["./plugin.js"]}'
  try {
    const found = await find({
      'src/save.ts': `${saving}save()\n`,
      'src/a.py': 'def f(key: int): ...\n\nf("a")\n',
      '.oxlintrc.json': silence,
      'oxlintrc.json': silence,
      'src/.oxlintrc.json': silence,
      'oxlint.config.ts': program,
      'plugin.js': program,
      'package.json': JSON.stringify({ name: 'shop', type: 'module', scripts: { prepare: `touch ${marker}` }, oxlint: { rules: {} } }),
      'tsconfig.json': '{"compilerOptions": {"noLib": true, "plugins": [{"name": "./plugin.js"}]}, "exclude": ["**"]}',
      'pyrightconfig.json': `{"exclude": ["**"], "typeCheckingMode": "off", "venvPath": ".", "venv": "venv"}`,
      'pyproject.toml': '[tool.pyright]\nexclude = ["**"]\n',
      'conftest.py': `open(${JSON.stringify(marker)}, "w")\n`,
      'sitecustomize.py': `open(${JSON.stringify(marker)}, "w")\n`,
    })
    expect(found).toEqual(['src/a.py:3:3 pyright/reportArgumentType', 'src/save.ts:4:1 oxlint/typescript/no-floating-promises'])
    expect(existsSync(marker)).toBe(false)
  } finally {
    rmSync(join(marker, '..'), { recursive: true })
  }
})

test('names that are no plain ones lead nowhere, and their files are looked at', async () => {
  const found = await find({ '../../../elder-types-escaped.ts': `${saving}save()\n`, '/elder-types-absolute.ts': `${saving}save()\n`, 'a b/c\'d.ts': `${saving}save()\n`, 'x.ts/y.ts': `${saving}save()\n`, 'x.ts': `${saving}save()\n`, '.hidden/z.ts': `${saving}save()\n` })
  expect(found).toHaveLength(6)
  expect(existsSync('/elder-types-absolute.ts') || existsSync(join(tmpdir(), 'elder-types-escaped.ts'))).toBe(false)
})

test('what takes too long leaves a gap with its reason, and nothing on disk', async () => {
  const analyser = await open({ 'a.ts': saving, 'a.py': 'x = 1\n' }, 1)
  const { diagnostics, gaps } = await analyser.finish(never)
  expect(diagnostics).toEqual([])
  expect(gaps?.root_cause).toBe('types were not analysed: oxlint --type-aware gave up after 1 ms; pyright gave up after 1 ms')
  await analyser.close()
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`elder-types-${process.pid}-`))).toEqual([])
})
