import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { startRig, type Instance } from './rig.ts'

const labelled = readFileSync(new URL('labelled/test-changes.txt', import.meta.url), 'utf8')
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

const changes = labelled.split(/^=== /m).slice(1).map(readChange)

async function blocked(label: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const { what, files, diff } of changes.filter((change) => change.label === label)) {
    const { findings } = await instance.check(files, { diff })
    found.set(what, findings.filter(({ blocks }) => blocks).map(({ rule, line, message }) => `${line} ${rule} ${message}`))
  }
  return found
}

test('blocks no sound rewrite of a test', async () => {
  const sound = await blocked('sound')
  expect(sound.size).toBe(40)
  expect([...sound].filter(([, findings]) => findings.length > 0)).toEqual([])
})

test('blocks changes that take from a test what it asked for', async () => {
  const flawed = await blocked('flawed')
  expect(flawed.size).toBe(30)
  expect([...flawed].filter(([, findings]) => findings.length === 0).map(([what]) => what)).toEqual([])
})
