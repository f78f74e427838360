import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runShellcheck } from '../src/engines/shellcheck.ts'

const folder = mkdtempSync(join(tmpdir(), 'elder-shellcheck-'))
afterAll(() => rmSync(folder, { recursive: true }))

function script(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

test('where the program is not installed nothing is said', async () => {
  expect(await runShellcheck([script('a.sh', 'echo $1\n')], AbortSignal.timeout(10_000), join(folder, 'not-there'))).toEqual({ kind: 'absent' })
})

test('installed, it tells the place and its own name of what it finds; not installed, it is absent', async () => {
  const flawed = script('b.sh', '#!/bin/sh\nrm $1\n')
  const fine = script('-c.sh', '#!/bin/sh\necho hello\n')
  const answer = await runShellcheck([flawed, fine], AbortSignal.timeout(20_000))
  const expected = answer.kind === 'absent' ? [] : [[flawed, ['2:4 SC2086']], [fine, []]]
  const told = answer.kind === 'absent' ? [] : [...answer.byFile].map(([file, all]) => [file, all.map(({ rule, line, column }) => `${line}:${column} ${rule}`)])
  expect(told).toEqual(expected)
})

test('settings that stand beside the scripts are not obeyed', async () => {
  script('.shellcheckrc', 'disable=SC2086\n')
  const flawed = script('d.sh', '#!/bin/sh\nrm $1\n')
  const answer = await runShellcheck([flawed], AbortSignal.timeout(20_000))
  expect(answer.kind === 'absent' ? 1 : answer.byFile.get(flawed)?.length).toBe(1)
})

test('a program that answers nonsense is a failure', async () => {
  await expect(runShellcheck([script('e.sh', '')], AbortSignal.timeout(10_000), '/bin/echo')).rejects.toThrow('cannot be read')
})

test('nobody waits for what was called off', async () => {
  const reason = new Error('called off')
  await expect(runShellcheck([script('f.sh', '')], AbortSignal.abort(reason))).rejects.toBe(reason)
})
