import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyCheckout } from '@elder/testkit'
import { checkArrows } from './checks/arrows.ts'

const root = join(import.meta.dirname, '..')
let copy: ReturnType<typeof copyCheckout>
beforeAll(() => {
  copy = copyCheckout()
})
afterAll(() => copy.dispose())

function runIn(...[command, ...args]: [string, ...string[]]): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy.path, encoding: 'utf8', env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` } })
  return { code: status, output: stdout + stderr }
}

test('a generated service passes every check and its own tests', { timeout: 180_000 }, () => {
  expect(runIn('node', 'tools/generate.ts', 'service', 'git-keeper')).toMatchObject({ code: 0 })
  for (const check of [
    ['node', 'tools/codegen.ts'],
    ['buf', 'lint', 'proto'],
    ['oxlint', '--type-aware', '--quiet', 'apps/git-keeper'],
    ['tsc', '-p', 'apps/git-keeper'],
    ['vitest', 'run', 'apps/git-keeper/'],
  ] as [string, ...string[]][]) {
    const { code, output } = runIn(...check)
    expect(code, `${check.join(' ')}\n${output}`).toBe(0)
  }
  expect(checkArrows(copy.path).filter(({ place }) => place.startsWith('apps/git-keeper/'))).toEqual([])
})

test.each([
  [['service', 'Git_Keeper'], /lower-case words joined by hyphens/],
  [['service', 'auth'], /apps\/auth exists already/],
  [['service'], /usage: /],
  [['library', 'x'], /usage: /],
])('refuses %j', (args, problem) => {
  expect(runIn('node', 'tools/generate.ts', ...args)).toMatchObject({ code: 2, output: expect.stringMatching(problem) })
})
