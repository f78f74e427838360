import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startRepository, type Rig } from './repository-rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRepository()
})
afterEach(() => rig.dispose())

const sent = () => rig.posted().at(-1)?.surroundings
const sentFiles = () => sent()?.files.map(({ path }) => path).sort()
const npm = '{"dependencies":{"express":"5"}}'

test('a new import is sent with the manifests around its file, whichever way the file is chosen', async () => {
  for (const [path, text] of Object.entries({ 'package.json': npm, 'web/package.json': '{}', 'web/tsconfig.json': '{}', 'api/package.json': '{}', 'web/src/a.ts': 'const a = 1\n', 'api/a.py': 'a = 1\n' })) rig.write(path, text)
  rig.commit()
  rig.git('switch', '-qc', 'work')
  rig.write('web/src/a.ts', "import pad from 'left-padd'\nconst a = 1\n")
  for (const args of [['web/src/a.ts'], [], ['--base', 'main']]) {
    await rig.check(...args)
    expect(sentFiles()).toEqual(['package.json', 'web/package.json', 'web/tsconfig.json'])
    expect(sent()?.paths).toEqual([])
  }
  // What is committed counts, not what is in the folder.
  rig.git('add', '-A')
  rig.write('package.json', npm.replace('express', 'left-padd'))
  await rig.check('--staged')
  expect(sent()?.files).toContainEqual({ path: 'package.json', content: npm })
  await rig.check('--changed')
  expect(sent()?.files).toContainEqual({ path: 'package.json', content: npm.replace('express', 'left-padd') })
})

test('nothing is sent of the repository when no new line imports anything from outside, or no manifest is around', async () => {
  rig.write('a.ts', "import pad from 'left-padd'\n")
  await rig.check()
  expect(rig.posted().at(-1)).not.toHaveProperty('surroundings')
  rig.write('package.json', npm)
  rig.commit()
  rig.write('a.ts', "import pad from 'left-padd'\nimport fs from 'node:fs'\nimport { b } from './b.ts'\nimport c from '@/c'\n")
  await rig.check()
  expect(rig.posted().at(-1)).not.toHaveProperty('surroundings')
})

test('of the rest of the repository, what has the name of the import or mentions it', async () => {
  rig.write('package.json', npm)
  rig.write('requirements/test.txt', 'pytest\n')
  rig.write('libs/pad/package.json', '{"name":"@acme/pad"}')
  rig.write('libs/cart/package.json', '{"name":"@acme/cart"}')
  rig.write('web/vite.config.ts', "export default { alias: { billing: '/x' } }\n")
  rig.write('environment.yml', 'dependencies: [rates]\n')
  rig.write('.gitignore', 'made/\n')
  for (const path of ['src/billing/a.ts', 'src/billing/deep/b.ts', 'src/billing/c.css', 'tools/rates.py', 'made/rates.py', 'libs/pad/x.ts', 'other/paddle.ts', 'node_modules/billing/index.js']) rig.write(path, '')
  rig.git('add', '-A')
  rig.git('commit', '-qm', 'x')
  rig.write('new.ts', "import pad from '@acme/pad/x'\nimport { bill } from 'billing/a'\n")
  rig.write('new.py', 'import os, rates.today as today\nfrom rates import tomorrow\n')
  await rig.check()
  expect(sentFiles()).toEqual(['environment.yml', 'libs/pad/package.json', 'package.json', 'requirements/test.txt', 'web/vite.config.ts'])
  expect(sent()?.paths.toSorted()).toEqual(['src/billing/a.ts', 'src/billing/c.css', 'tools/rates.py'])
})

test('a manifest that leads out of the repository, or is too large, is not sent, and nothing is judged by the others', async () => {
  rig.write('a.ts', "import pad from 'left-padd'\n")
  rig.write('package.json', npm)
  rig.write('tsconfig.json', `{"x":"${'x'.repeat(600_000)}"}`)
  await rig.check()
  expect(rig.posted().at(-1)).not.toHaveProperty('surroundings')
  rig.write('tsconfig.json', '{}')
  symlinkSync('/etc/hostname', join(rig.root, 'jsconfig.json'))
  await rig.check('a.ts')
  expect(rig.posted().at(-1)).not.toHaveProperty('surroundings')
})
