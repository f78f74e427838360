import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { startRig, type Instance } from './rig.ts'

let instance: Instance

beforeAll(async () => {
  const rig = await startRig()
  instance = await rig.startInstance()
  return rig.close
})

interface ChangeOfTests {
  readonly label: string
  readonly what: string
  readonly files: Record<string, string>
  readonly diff: string
}

function readChange(text: string): ChangeOfTests {
  const [head = '', ...parts] = text.trimEnd().split(/^@@ /m)
  const [label = '', ...what] = head.trim().split(' ')
  const files = parts.map((part) => {
    const [path = '', ...lines] = part.trimEnd().split('\n')
    const kept = lines.filter((line) => !line.startsWith('-'))
    const older = lines.length - lines.filter((line) => line.startsWith('+')).length
    const diff = `--- ${older === 0 ? '/dev/null' : `a/${path}`}\n+++ b/${path}\n@@ -${older === 0 ? 0 : 1},${older} +1,${kept.length} @@\n${lines.map((line) => (line === '' ? ' ' : line)).join('\n')}\n`
    return { path, diff, text: `${kept.map((line) => line.slice(1)).join('\n')}\n` }
  })
  return { label, what: what.join(' '), files: Object.fromEntries(files.map(({ path, text: now }) => [path, now])), diff: files.map(({ diff }) => diff).join('') }
}

async function blocked(list: string, label: string): Promise<Map<string, string[]>> {
  const changes = readFileSync(new URL(`labelled/${list}.txt`, import.meta.url), 'utf8').split(/^=== /m).slice(1).map(readChange)
  const found = new Map<string, string[]>()
  for (const { what, files, diff } of changes.filter((change) => change.label === label)) {
    const { findings } = await instance.check(files, { diff })
    found.set(what, findings.filter(({ blocks }) => blocks).map(({ rule, line, message }) => `${line} ${rule} ${message}`))
  }
  return found
}

const lists = [
  { list: 'test-changes', sound: 40, flawed: 30, found: 30 },
  { list: 'test-changes-held-back', sound: 12, flawed: 10, found: 4 },
]

test.each(lists)('blocks no sound rewrite of a test of $list', async ({ list, sound }) => {
  const judged = await blocked(list, 'sound')
  expect(judged.size).toBe(sound)
  expect([...judged].filter(([, findings]) => findings.length > 0)).toEqual([])
})

test.each(lists)('blocks $found changes of $list that take from a test what it asked for', async ({ list, flawed, found }) => {
  const judged = await blocked(list, 'flawed')
  expect(judged.size).toBe(flawed)
  expect([...judged.values()].filter((findings) => findings.length > 0).length).toBeGreaterThanOrEqual(found)
})
