import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkArrows } from './checks/arrows.ts'

const root = join(import.meta.dirname, '..')
let copy: string

/** The repository as git knows it, with this machine's installed packages; its own packages are the copy's. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'elder-generate-'))
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file), { force: true })
  }
  mkdirSync(join(copy, 'node_modules/@elder'), { recursive: true })
  for (const entry of readdirSync(join(root, 'node_modules'))) if (entry !== '@elder' && !entry.startsWith('.vite')) symlinkSync(join(root, 'node_modules', entry), join(copy, 'node_modules', entry))
  for (const folder of ['libs', 'apps']) for (const name of readdirSync(join(copy, folder))) symlinkSync(join(copy, folder, name), join(copy, 'node_modules/@elder', name))
}, 60_000)
afterAll(() => rmSync(copy, { recursive: true, force: true }))

function runIn(...[command, ...args]: [string, ...string[]]): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, encoding: 'utf8', env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` } })
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
  expect(checkArrows(copy)).toEqual([])
})

test.each([
  [['service', 'Git_Keeper'], /lower-case words joined by hyphens/],
  [['service', 'auth'], /apps\/auth exists already/],
  [['service'], /usage: /],
  [['library', 'x'], /usage: /],
])('refuses %j', (args, problem) => {
  expect(runIn('node', 'tools/generate.ts', ...args)).toMatchObject({ code: 2, output: expect.stringMatching(problem) })
})
