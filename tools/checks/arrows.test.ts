import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkArrows, checkFile, importsOf, readProjects } from './arrows.ts'

const root = join(import.meta.dirname, '../..')
const projects = readProjects(root)
const problemsOf = (file: string, text: string) => checkFile(root, file, text, projects).map(({ problem }) => problem)

test('the repository keeps every arrow', () => {
  expect(checkArrows(root)).toEqual([])
})

// Each bad import by every way there is to write it.
const forms: [string, (specifier: string) => string][] = [
  ['by name', (specifier) => `import { x } from '${specifier}'\nx()`],
  ['type-only', (specifier) => `import type { X } from '${specifier}'\nexport const x: X = 1`],
  ['re-exported', (specifier) => `export { x } from '${specifier}'`],
  ['dynamic', (specifier) => `export const x = await import('${specifier}')`],
  ['in an import type', (specifier) => `export type X = import('${specifier}').X`],
  ['required', (specifier) => `export const x = require('${specifier}')`],
]

const arrows: [string, string, string, RegExp][] = [
  ['app → app', 'apps/cache/src/x.ts', '@elder/auth/service', /an app never imports an app/],
  ['app → app, relative', 'apps/cache/src/x.ts', '../../auth/src/service.ts', /relative path out of apps\/cache/],
  ['app → lib, relative', 'apps/cache/src/x.ts', '../../../libs/errors/src/index.ts', /relative path out of apps\/cache/],
  ['app → lib, deep', 'apps/cache/src/x.ts', '@elder/errors/src/service-error.ts', /does not export/],
  ['platform → app, deep', 'apps/platform/src/x.ts', '@elder/auth/src/store.ts', /an app never imports an app/],
  ['lib → app', 'libs/rpc/src/x.ts', '@elder/auth/service', /a library never imports an app/],
  ['lib → app, relative', 'libs/rpc/src/x.ts', '../../../apps/auth/src/service.ts', /relative path out of libs\/rpc/],
  ['lib → lib of its level', 'libs/lifecycle/src/x.ts', '@elder/telemetry', /lower levels only/],
  ['lib → lib of a higher level', 'libs/errors/src/x.ts', '@elder/rpc', /lower levels only/],
  ['contracts → ours', 'libs/contracts/src/x.ts', '@elder/errors', /contracts import nothing of ours/],
  ['anything → testkit', 'apps/cache/src/x.ts', '@elder/testkit', /testkit is for tests only/],
  ['testkit → app', 'libs/testkit/src/x.ts', '@elder/auth/service', /a library never imports an app/],
  ['console → node', 'apps/console/src/x.ts', 'node:fs', /runs in a browser/],
  ['anyone → OpenTelemetry SDK', 'libs/rpc/src/x.ts', '@opentelemetry/sdk-trace', /only libs\/telemetry/],
  ['undeclared package', 'apps/cache/src/x.ts', 'lodash', /does not declare/],
]

for (const [arrow, file, specifier, problem] of arrows) {
  test.each(forms)(`catches ${arrow} %s`, (_form, write) => {
    const known = [...projects, { folder: 'apps/console', name: 'console', kind: 'app' as const, declared: new Set<string>(), exports: new Set<string>() }]
    expect(checkFile(root, file, write(specifier), known).map((violation) => violation.problem)).toEqual([expect.stringMatching(problem)])
  })
}

test('lets through what the table allows', () => {
  expect(problemsOf('apps/platform/src/x.ts', "import { start } from '@elder/auth/service'")).toEqual([])
  expect(problemsOf('apps/cache/test/x.test.ts', "import { startBacking } from '@elder/testkit'\nimport { test } from 'vitest'")).toEqual([])
  expect(problemsOf('libs/rpc/src/x.ts', "import { ServiceError } from '@elder/errors'\nimport './call.ts'")).toEqual([])
})

test('names the line', () => {
  expect(importsOf('x.ts', "import './a.ts'\n\nconst b = await import('./b.ts')\n")).toEqual([
    { specifier: './a.ts', line: 1 },
    { specifier: './b.ts', line: 3 },
  ])
})
