import { describe, expect, test } from 'vitest'
import { isAboutDependencies, readDependencies } from './dependencies.ts'
import type { SourceImports } from './imports.ts'
import { readJavaScriptImports } from './javascript-imports.ts'
import { readPythonImports } from './python-imports.ts'

type Files = Readonly<Record<string, string>>

/** What a look at these files says: "path:line rule message". */
function look(files: Files) {
  const entries = Object.entries(files)
  const texts = entries.filter(([path]) => isAboutDependencies(path)).map(([path, text]) => ({ path, text }))
  const sources = entries.flatMap(([path, text]): SourceImports[] => {
    const fileClass = /\.test\.|test_/.test(path) ? 'test' : 'source'
    if (/\.[cm]?[jt]sx?$/.test(path)) return [{ path, language: 'javascript', fileClass, imports: readJavaScriptImports(path.slice(path.lastIndexOf('.')), text) }]
    return path.endsWith('.py') ? [{ path, language: 'python', fileClass, imports: readPythonImports(text) }] : []
  })
  return readDependencies(texts, sources, Object.keys(files))
}
const said = (files: Files) => look(files).flaws.map(({ diagnostic: { path, line, rule } }) => `${path}:${line} ${rule}`)
const about = (files: Files, rule: string) => look(files).flaws.filter(({ diagnostic }) => diagnostic.rule === rule).map(({ diagnostic }) => diagnostic.message)
const manifest = (fields: object) => JSON.stringify({ name: 'shop', ...fields }, null, 2)
const npmLock = (dependencies: Readonly<Record<string, string>>, packages: Readonly<Record<string, object>>) =>
  JSON.stringify({ name: 'shop', lockfileVersion: 3, packages: { '': { dependencies }, ...Object.fromEntries(Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry])) } }, null, 2)
// Spelled apart, because these texts are none of this file's own imports.
const load = 'require'
const locked = { 'package.json': manifest({ dependencies: { react: '^19.0.0' } }), 'package-lock.json': npmLock({ react: '^19.0.0' }, { react: { version: '19.1.0' } }) }

test('nothing is wrong with what is declared, locked and used', () => {
  const reading = look({ ...locked, 'src/a.tsx': "import { useState } from 'react'\nimport fs from 'node:fs'\nimport path from 'path'\nimport './b.js'\n", 'src/b.ts': 'export const b = 1\n' })
  expect(reading.flaws).toEqual([])
  expect(reading.doubtful).toEqual([])
  expect(reading.sources).toEqual(['package.json', 'package-lock.json'])
  expect([...reading.dependencies]).toEqual(['npm:react'])
})

describe('imports in JavaScript and TypeScript', () => {
  const found = (code: string, path = 'src/a.ts', more: Files = {}) => about({ ...locked, ...more, [path]: code }, 'undeclared-import')

  test.each([
    ['an import', "import x from 'left-pad'"],
    ['a deep import', "import x from 'left-pad/lib/x.js'"],
    ['an import for its effect', "import 'left-pad'"],
    ['an export', "export * from 'left-pad'"],
    ['a type', "import type { X } from 'left-pad'"],
  ])('%s that no manifest declares', (_what, code) => {
    expect(found(code)).toEqual(['left-pad is imported, but package.json does not declare it'])
  })

  test('a require of a CommonJS file, of a scoped package', () => {
    expect(found(`const x = ${load}('@scope/pad/x')\n`, 'src/a.cjs')).toEqual(['@scope/pad is imported, but package.json does not declare it'])
  })

  test.each([
    ['a file', "import x from './left-pad'"],
    ['Node itself', "import x from 'node:sqlite'; import y from 'fs/promises'"],
    ['an address', "import x from 'https://example.com/x.js'"],
    ['an import of its own', "import x from '#left-pad'"],
    ['a module of another runtime', "import x from 'k6/http'; import y from 'k6'; import z from 'bun'"],
    ['another scheme', "import x from 'virtual:left-pad'; import y from 'bun:test'"],
    ['a usual alias', "import x from '@/left-pad'; import y from '~/pad'; import z from '$lib/pad'"],
    ['the package itself', "import x from 'shop/left-pad'"],
    ['a try', `let x; try { x = ${load}('left-pad') } catch { x = undefined }`],
    ['an import that waits', "const x = () => import('left-pad')"],
    ['a comment', `// ${load}('left-pad')\n/* import x from 'left-pad' */`],
    ['a text that does not parse', "import x from 'left-pad' ("],
    ['a folder of the repository', "import x from 'src/left-pad'"],
  ])('%s is none', (_what, code) => {
    expect(found(code)).toEqual([])
  })

  test('types may come from @types, values may not', () => {
    const more = { 'package.json': manifest({ dependencies: { react: '^19.0.0' }, devDependencies: { '@types/estree': '1', '@types/scope__pad': '1' } }) }
    expect(found("import type { Node } from 'estree'\nimport type { Pad } from '@scope/pad'\n", 'src/a.ts', more)).toEqual([])
    expect(found("import { Node } from 'estree'\n", 'src/a.ts', more)).toHaveLength(1)
  })

  test('aliases of the compiler settings, with comments and commas, are the repository\'s own', () => {
    const more = { 'tsconfig.json': '{\n  // ours\n  "compilerOptions": { "baseUrl": "./src", "paths": { "app/*": ["./*"], "config": ["./config.ts"], }, },\n}' }
    expect(found("import a from 'app/x'; import b from 'config'; import c from 'widgets/x'", 'src/a.ts', { ...more, 'src/widgets/x.ts': '' })).toEqual([])
    expect(found("import a from 'apps/x'", 'src/a.ts', more)).toHaveLength(1)
  })

  test('a workspace may use what the root declares, and its neighbours', () => {
    const files = {
      'package.json': manifest({ workspaces: ['packages/*'], devDependencies: { vitest: '1' } }),
      'packages/a/package.json': manifest({ name: '@shop/a', dependencies: {} }),
      'packages/b/package.json': manifest({ name: '@shop/b', dependencies: { react: '1' } }),
      'packages/a/a.ts': "import { test } from 'vitest'\nimport b from '@shop/b'\nimport react from 'react'\n",
    }
    expect(about(files, 'undeclared-import')).toEqual(['react is imported, but packages/a/package.json does not declare it'])
  })

  test('of what has types alone it is advice in TypeScript, where the compiler drops what is not used', () => {
    const more = { 'package.json': manifest({ dependencies: { react: '1', '@types/left-pad': '1', '@types/scope__pad': '1' } }) }
    const weigh = (path: string, from: string) => look({ ...more, [path]: `import { Pad } from '${from}'\nimport react from 'react'\n` }).flaws.filter(({ name }) => name === from).map(({ diagnostic }) => diagnostic.advice ?? false)
    expect(weigh('src/a.ts', 'left-pad')).toEqual([true])
    expect(weigh('src/a.tsx', '@scope/pad')).toEqual([true])
    expect(weigh('src/a.js', 'left-pad')).toEqual([false])
    expect(weigh('src/a.ts', 'right-pad')).toEqual([false])
  })

  test('of settings of tools and scripts it is advice', () => {
    const weigh = (path: string) => look({ ...locked, [path]: "import x from 'left-pad'\nimport react from 'react'\n" }).flaws.filter(({ name }) => name === 'left-pad').map(({ diagnostic }) => diagnostic.advice ?? false)
    expect(weigh('src/a.ts')).toEqual([false])
    expect(weigh('jest.config.ts')).toEqual([true])
    expect(weigh('scripts/seed.ts')).toEqual([true])
  })

  test('of what a folder or a file of the repository may be the name of it is advice', () => {
    const weigh = (from: string, more: Files) => look({ ...locked, ...more, 'src/cart/a.ts': `import x from '${from}'\nimport react from 'react'\n` }).flaws.filter(({ diagnostic: { rule } }) => rule === 'undeclared-import').map(({ diagnostic }) => diagnostic.advice ?? false)
    expect(weigh('logger', { 'lib/logger.js': '' })).toEqual([true])
    expect(weigh('widgets/button', { 'web/widgets/button.tsx': '' })).toEqual([true])
    expect(weigh('@components/common/form', { 'web/components/common/form.tsx': '' })).toEqual([true])
    expect(weigh('@acme/common', { 'web/components/common/form.tsx': '' })).toEqual([false])
    expect(weigh('logger', { 'lib/logger/README.md': '', 'lib/loggers.js': '' })).toEqual([false])
  })

  test('where no file of the folder loads what is declared it is advice', () => {
    const weigh = (more: Files) => look({ ...locked, 'page/menu/a.js': "require('angular-menu')\n", ...more }).flaws.filter(({ name }) => name === 'angular-menu').map(({ diagnostic }) => diagnostic.advice ?? false)
    expect(weigh({ 'src/b.js': "require('react')\n" })).toEqual([true])
    expect(weigh({ 'page/menu/b.js': "require('react')\n" })).toEqual([false])
  })

  test('a file without a manifest around it is nobody\'s', () => {
    expect(about({ 'scripts/a.ts': "import x from 'left-pad'\n", 'web/package.json': manifest({}) }, 'undeclared-import')).toEqual([])
  })
})

describe('lock files of npm, pnpm and yarn', () => {
  const wants = (dependencies: Readonly<Record<string, string>>) => ({ 'package.json': manifest({ dependencies }) })

  test('none at all is one finding, at the manifest', () => {
    expect(said(wants({ react: '^19.0.0', 'left-pad': '1' }))).toEqual(['package.json:1 unlocked-dependency'])
    expect(said({ 'package.json': manifest({ dependencies: { a: 'workspace:*', b: 'file:../b' }, peerDependencies: { c: '1' } }) })).toEqual([])
    expect(said({ 'packages/page/package.json': manifest({ dependencies: { vue: 'catalog:', page: 'workspace:*', react: '^19.0.0' } }) })).toEqual([])
    expect(said({ 'bin/starter/package.json': manifest({ dependencies: { a: '^${VERSION}', b: '{{ version }}' } }) })).toEqual([])
  })

  test("it is advice at another's library among the files that a server sends as they are", () => {
    const upload = { name: 'upload', main: 'js/upload.js', repository: 'https://example.com/upload.git', dependencies: { tmpl: '3.6.0' } }
    const weigh = (path: string, fields: object) => look({ [path]: manifest(fields) }).flaws.map(({ diagnostic }) => diagnostic.advice ?? false)
    expect(weigh('shop/static/upload/package.json', upload)).toEqual([true])
    expect(weigh('shop/static/upload/package.json', { ...upload, private: true })).toEqual([false])
    expect(weigh('shop/static/upload/package.json', { dependencies: { tmpl: '3.6.0' } })).toEqual([false])
    expect(weigh('shop/static/package.json', upload)).toEqual([false])
    expect(weigh('package.json', upload)).toEqual([false])
  })

  test('one that was made for another manifest', () => {
    const reading = look({ ...locked, ...wants({ react: '^20.0.0', 'left-pad': '1' }) })
    expect(reading.flaws.map(({ diagnostic }) => `${diagnostic.line} ${diagnostic.rule} ${diagnostic.message}`)).toEqual([
      '4 lock-mismatch package.json asks for react ^20.0.0, but package-lock.json was made for ^19.0.0',
      '5 unlocked-dependency left-pad is declared, but package-lock.json does not pin it',
    ])
  })

  test.each([
    ['npm, version 1', 'package-lock.json', JSON.stringify({ lockfileVersion: 1, dependencies: { react: { version: '19.1.0', dependencies: { scheduler: { version: '0.1.0' } } } } })],
    ['npm, version 2', 'package-lock.json', npmLock({ react: '^19.0.0' }, { react: { version: '19.1.0' }, scheduler: { version: '0.1.0' } })],
    ['pnpm 9', 'pnpm-lock.yaml', "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      react:\n        specifier: ^19.0.0\n        version: 19.1.0\npackages:\n  react@19.1.0:\n    resolution: {}\n  scheduler@0.1.0(react@19.1.0):\n    resolution: {}\n"],
    ['pnpm 5', 'pnpm-lock.yaml', "lockfileVersion: 5.4\nspecifiers:\n  react: ^19.0.0\ndependencies:\n  react: 19.1.0\npackages:\n  /react/19.1.0:\n    resolution: {}\n  /scheduler/0.1.0:\n    dev: false\n"],
    ['yarn 1', 'yarn.lock', '# yarn lockfile v1\n\n\nreact@^19.0.0:\n  version "19.1.0"\n  resolved "x"\n\n"scheduler@^0.1.0", scheduler@0.1:\n  version "0.1.0"\n'],
    ['yarn 4', 'yarn.lock', '__metadata:\n  version: 8\n\n"react@npm:^19.0.0":\n  version: 19.1.0\n  resolution: "x"\n\n"scheduler@npm:^0.1.0, scheduler@npm:0.1":\n  version: 0.1.0\n\n"shop@workspace:.":\n  version: 0.0.0-use.local\n'],
  ])('%s pins what is there, and not what is not', (_what, path, lock) => {
    const reading = look({ ...wants({ react: '^19.0.0' }), [path]: lock })
    expect(reading.flaws).toEqual([])
    expect(reading.pinned.map(({ name, version }) => `${name}@${version}`)).toEqual(['react@19.1.0', 'scheduler@0.1.0'])
    expect(about({ ...wants({ react: '^19.0.0', 'left-pad': '^1.0.0' }), [path]: lock }, 'unlocked-dependency')).toEqual([`left-pad is declared, but ${path} does not pin it`])
    expect(about({ ...wants({ react: '^18.0.0' }), [path]: lock }, 'lock-mismatch')).toHaveLength(1)
  })
})

describe('unused dependencies', () => {
  const doubtful = (files: Files) => look(files).doubtful.map(({ words }) => words)
  const wanting = (dependencies: Readonly<Record<string, string>>, packages: Readonly<Record<string, object>>) => ({ 'package.json': manifest({ dependencies }), 'package-lock.json': npmLock(dependencies, packages) })

  test('are in doubt when nothing imports them, with the words by which others may use them', () => {
    expect(doubtful({ ...wanting({ serve: '1' }, { serve: { version: '1.0.0', bin: { 'serve-files': 'x' } } }), 'a.ts': '' })).toEqual([['serve', 'serve-files']])
  })

  test('are not: what is imported, what another one wants beside it, types, what develops', () => {
    expect(doubtful({ ...wanting({ react: '1', '@types/node': '1', peer: '1' }, { react: { version: '1.0.0', peerDependencies: { peer: '1' } }, '@types/node': { version: '1.0.0' }, peer: { version: '1.0.0' } }), 'a.ts': "import 'react'" })).toEqual([])
    expect(doubtful({ 'package.json': manifest({ devDependencies: { eslint: '1' } }), 'package-lock.json': npmLock({}, {}) })).toEqual([])
  })

  test('are never called so where no lock file tells of programs and peers', () => {
    expect(doubtful({ 'package.json': manifest({ dependencies: { serve: '1' } }), 'yarn.lock': '# yarn lockfile v1\nserve@1:\n  version "1.0.0"\n' })).toEqual([])
  })

  test('in Python: what is known to be used by import alone', () => {
    expect(doubtful({ 'requirements.txt': 'requests==2.32.0\ngunicorn==21.0.0\nnumpy==2.0.0\nunheard-of==1.0\n', 'a.py': 'import numpy\n' })).toEqual([['requests', 'requests']])
  })
})

describe('Python', () => {
  const pyproject = '[project]\nname = "shop"\ndependencies = ["requests>=2", "PyYAML==6.0.1"]\n'
  const found = (code: string, more: Files = {}) => about({ 'pyproject.toml': pyproject, ...more, 'shop/a.py': code }, 'undeclared-import')

  test('an import that no manifest declares, by the name that its distribution has', () => {
    expect(found('import numpy as np\nfrom PIL import Image\nimport yaml\nimport requests.adapters\n')).toEqual(['numpy is imported, but pyproject.toml does not declare it', 'PIL (pillow) is imported, but pyproject.toml does not declare it'])
  })

  test.each([
    ['the standard library', 'import os.path, tomllib, _thread\n'],
    ['the repository itself', 'import shop.b\nfrom . import c\nfrom ..d import e\nimport shop\n'],
    ['what is tried', 'try:\n    import numpy\nexcept ImportError:\n    numpy = None\n'],
    ['what only types need', 'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy\n'],
    ['what a function may need', 'def plot():\n    import matplotlib\n'],
    ['what nobody knows', 'import company_internal_thing\n'],
    ['a namespace of what is declared', 'import yaml.representer\n'],
  ])('%s is none', (_what, code) => {
    expect(found(code, { 'shop/b.py': '', 'shop/c.py': '' })).toEqual([])
  })

  test('what examples, declarations of types and copies of others import, or what may be missing, is none', () => {
    expect(about({ 'pyproject.toml': pyproject, 'docs/examples/plot.py': 'import matplotlib\n', 'shop/a.pyi': 'import numpy\n', 'shop/_vendor/b.py': 'import numpy\n', 'shop/c.py': 'import contextlib\nwith contextlib.suppress(ImportError):\n    import numpy\n' }, 'undeclared-import')).toEqual([])
  })

  test('of a script beside the package it is advice', () => {
    const weigh = (path: string) => look({ 'pyproject.toml': pyproject, [path]: 'import numpy\n' }).flaws.filter(({ name }) => name === 'numpy').map(({ diagnostic }) => diagnostic.advice ?? false)
    expect(weigh('shop/a.py')).toEqual([false])
    expect(weigh('src/shop/a.py')).toEqual([false])
    expect(weigh('plots/draw.py')).toEqual([true])
    expect(weigh('shop/scripts/draw.py')).toEqual([true])
  })

  test('a module that happens to be named setup.py declares nothing', () => {
    expect(look({ 'shop/telemetry/setup.py': 'from shop.env import NAME\n\n\ndef setup(app):\n    app.name = NAME\n' }).sources).toEqual([])
  })

  test('setup.py is read and not run: what it may declare is not called undeclared', () => {
    expect(about({ 'setup.py': 'from setuptools import setup\nimport os\nos.abort()\nsetup(install_requires=read("requirements"))\n', 'a.py': 'import numpy\n' }, 'undeclared-import')).toEqual([])
    expect(look({ 'setup.py': "setup(install_requires=['requests>=2', 'numpy'])\n" }).dependencies).toEqual(new Set(['PyPI:requests', 'PyPI:numpy']))
  })

  test.each([
    ['requirements.txt', '# base\nrequests[security]>=2,<3 ; python_version > "3"\nnumpy == 2.0.0 \\\n  --hash=sha256:abc\n-e .\n--index-url https://example.invalid\nhttps://example.invalid/x.whl\n', ['requests', 'numpy']],
    ['setup.cfg', '[metadata]\nname = shop\n[options]\ninstall_requires =\n    requests>=2\n    numpy\n[options.extras_require]\ntest = pytest\n', ['requests', 'numpy', 'pytest']],
    ['Pipfile', '[packages]\nrequests = "*"\nnumpy = {version = ">=2", extras = ["x"]}\n[dev-packages]\npytest = "*"\n', ['requests', 'numpy', 'pytest']],
    ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.12"\nrequests = "^2.1"\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n', ['requests', 'pytest']],
    ['pyproject.toml', '[project]\nname = "x"\ndependencies = ["requests"]\n[project.optional-dependencies]\nplot = ["matplotlib"]\n[dependency-groups]\ndev = ["pytest", {include-group = "lint"}]\n[tool.uv]\ndev-dependencies = ["ruff"]\n', ['requests', 'matplotlib', 'pytest', 'ruff']],
  ])('reads %s', (path, text, names) => {
    expect([...look({ [path]: text }).dependencies].map((name) => name.replace('PyPI:', ''))).toEqual(names)
  })

  test.each([
    ['uv.lock', 'pyproject.toml', '[[package]]\nname = "requests"\nversion = "2.32.0"\n\n[[package]]\nname = "pyyaml"\nversion = "5.4"\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\nsource = { editable = "." }\n'],
    ['poetry.lock', 'pyproject.toml', '[[package]]\nname = "requests"\nversion = "2.32.0"\n\n[[package]]\nname = "PyYAML"\nversion = "5.4"\n'],
  ])('%s pins what is there, and not what was wanted since', (path, manifestPath, lock) => {
    const reading = look({ [manifestPath]: '[project]\nname = "shop"\ndependencies = ["requests>=2", "PyYAML>=6", "numpy", "colorama ; sys_platform == \'win32\'"]\n', [path]: lock })
    expect(reading.flaws.map(({ diagnostic }) => diagnostic.message)).toEqual([`${manifestPath} asks for PyYAML >=6, but ${path} pins 5.4`, `numpy is declared, but ${path} does not pin it`])
    expect(reading.pinned.map(({ name }) => name.toLowerCase())).toEqual(['requests', 'pyyaml'])
  })

  test('what requirements take in is declared, and what was not sent may declare anything', () => {
    const code = 'import numpy\nimport requests\n'
    expect(about({ 'requirements.txt': '-r requirements/base.txt\n', 'requirements/base.txt': 'numpy==2.0.0\n', 'a.py': code }, 'undeclared-import')).toEqual(['requests is imported, but requirements.txt and requirements/base.txt do not declare it'])
    expect(about({ 'requirements.txt': '-r gone.txt\n', 'a.py': code }, 'undeclared-import')).toEqual([])
  })

  test('exact requirements are a lock file; others are not', () => {
    expect(said({ 'requirements.txt': 'requests==2.32.0\n' })).toEqual([])
    expect(about({ 'requirements.txt': 'requests==2.32.0\nnumpy>=2\nflask\n' }, 'unlocked-dependency')).toEqual(['requirements.txt names no exact version of numpy, flask, and no lock file does'])
    expect(said({ 'Pipfile': '[packages]\nrequests = "*"\n', 'Pipfile.lock': '{"default": {"requests": {"version": "==2.32.0"}}, "develop": {}}' })).toEqual([])
  })

  test('a constraints file asks for nothing: it pins what others ask for', () => {
    const files = { 'requirements.txt': '-c pins/constraints.txt\nflask\n', 'pins/constraints.txt': 'flask==3.1.0\nlxml==5.3.0\nnumpy<3\n', 'a.py': 'import flask\n' }
    expect(said(files)).toEqual([])
    expect(look(files).doubtful).toEqual([])
  })

  test.each([
    ['a requirements file takes constraints from an address', { 'requirements.txt': '-c https://example.invalid/constraints.txt\nflask\n' }],
    ['tox takes them for all environments', { 'requirements.txt': 'flask>=3\n', 'doc/requirements.txt': 'sphinx>=8\n', 'tox.ini': '[testenv]\nconstraints =\n  {env:CONSTRAINTS:https://example.invalid/upper}\ndeps =\n  -r{toxinidir}/requirements.txt\n' }],
    ['tox takes them with its dependencies', { 'requirements.txt': 'flask>=3\n', 'tox.ini': '[testenv]\ndeps = -c{env:CONSTRAINTS:https://example.invalid/upper}\n  -rrequirements.txt\n' }],
  ])('nothing is unpinned where %s', (_what, files) => {
    expect(said(files)).toEqual([])
  })

  test('a tox.ini without constraints pins nothing', () => {
    expect(said({ 'requirements.txt': 'flask>=3\n', 'tox.ini': '[testenv]\ndeps = -rrequirements.txt\ncommands = python -c "import flask"\n' })).toEqual(['requirements.txt:1 unlocked-dependency'])
  })

  test('what the documentation is built with need not be imported below its folder', () => {
    const built = (path: string) => look({ [path]: 'lxml==5.3.0\n', 'shop/a.py': 'import lxml\n' }).doubtful.length
    expect(['doc/requirements.txt', 'docs/source/requirements.txt', 'jobs/requirements.txt'].map(built)).toEqual([0, 0, 1])
  })
})

test.each([
  ['package.json', '{\n  "name": "x",\n  "dependencies": {,}\n}', 3, 'package.json cannot be read: it is not valid JSON'],
  ['package.json', '{\n  "name": "x",\n  "dependencies": ["react"]\n}', 3, 'package.json cannot be read: it dependencies is not what npm expects'],
  ['package-lock.json', '{"packages": [', 1, 'package-lock.json cannot be read: it is not valid JSON'],
  ['pnpm-lock.yaml', 'a: [', 1, 'pnpm-lock.yaml cannot be read: it is not valid YAML'],
  ['yarn.lock', 'hello\n', 1, 'yarn.lock cannot be read: it is not what yarn writes'],
  ['pyproject.toml', '[project]\nname = \n', 2, 'pyproject.toml cannot be read: it is not valid TOML'],
  ['requirements.txt', 'requests\n==1.0 what\n', 2, 'requirements.txt cannot be read: it "==1.0 what" is no requirement that pip knows'],
  ['uv.lock', 'package = "x"\n', 1, 'uv.lock cannot be read: it has no list of packages that is known'],
])('a %s that cannot be read is a finding with its line, never a crash', (path, text, line, message) => {
  const [flaw] = look({ [path]: text }).flaws
  expect(flaw?.diagnostic).toMatchObject({ path, line, rule: 'malformed-manifest', message: expect.stringContaining(message) })
})

test.each([
  ['package.json', `{"dependencies": ${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
  ['package.json', JSON.stringify({ dependencies: { __proto__: 'x', constructor: '1', toString: '2' } })],
  ['pnpm-lock.yaml', `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n`],
  ['package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/': {}, 'node_modules/a': { version: 'x' } } })],
  ['requirements.txt', `${'a'.repeat(100_000)}\n-r requirements.txt\n`],
  ['setup.py', `install_requires=[${'('.repeat(50_000)}`],
  ['tsconfig.json', '[1, 2'],
])('a hostile %s harms nobody', (path, text) => {
  expect(look({ [path]: text }).sources.length).toBeLessThanOrEqual(1)
})

describe('files that load each other', () => {
  const cycles = (files: Files) => about(files, 'circular-import')

  test('are named, once a group', () => {
    expect(cycles({ 'a.ts': "import './b.js'\n", 'b.ts': "import './c'\n", 'c/index.ts': "import '../a.ts'\n", 'd.ts': "import './a'\n" })).toEqual(['3 files load each other: a.ts, b.ts, c/index.ts'])
    expect(cycles({ 'shop/a.py': 'from shop import b\n', 'shop/b.py': 'from .a import x\n', 'shop/__init__.py': '' })).toEqual(['2 files load each other: shop/a.py, shop/b.py'])
  })

  test('do not when only types do, or later', () => {
    expect(cycles({ 'a.ts': "import type { B } from './b'\n", 'b.ts': "import './a'\n" })).toEqual([])
    expect(cycles({ 'a.ts': "const b = () => import('./b')\n", 'b.ts': "import './a'\n" })).toEqual([])
    expect(cycles({ 'a.py': 'def f():\n    import b\n', 'b.py': 'import a\n' })).toEqual([])
  })

  test('may be very many', () => {
    const chain = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`f${index}.ts`, `import './f${(index + 1) % 20_000}'\n`]))
    expect(cycles(chain)).toEqual([expect.stringMatching(/^20000 files load each other: /)])
  })
})
