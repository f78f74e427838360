import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { parseJavaScript } from './parse.ts'

const text = 'export const load = async (id?: string): Promise<string> => `${id ?? "täglich"}` + /a+/u.source\n'

test('gives the same tree where a machine refuses the addresses that the parser would like', () => {
  const script = `
    import { parseJavaScript } from ${JSON.stringify(new URL('./parse.ts', import.meta.url).href)}
    process.stdout.write(JSON.stringify(parseJavaScript('file.ts', ${JSON.stringify(text)}).program))`
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -v 5000000 && exec "$0" --input-type=module --eval "$1"', process.execPath, script], { encoding: 'utf8' })
  expect(stdout).toBe(JSON.stringify(parseJavaScript('file.ts', text).program))
})
