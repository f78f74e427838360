import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkBreaking } from './breaking.ts'

const root = join(import.meta.dirname, '../..')
const contract = 'elder/cache/v1/cache.proto'
let proto: string

beforeEach(() => {
  proto = mkdtempSync(join(tmpdir(), 'elder-proto-'))
  cpSync(join(root, 'proto'), proto, { recursive: true })
})
afterEach(() => rmSync(proto, { recursive: true }))

function edit(change: (text: string) => string): void {
  const file = join(proto, contract)
  const before = readFileSync(file, 'utf8')
  const after = change(before)
  expect(after).not.toBe(before)
  writeFileSync(file, after)
}

test('accepts the contracts as they are, and an added field', () => {
  expect(checkBreaking(root, proto)).toEqual([])
  edit((text) => text.replace('uint32 kept = 1;', 'uint32 kept = 1;\n  uint32 dropped = 2;'))
  expect(checkBreaking(root, proto)).toEqual([])
})

test.each([
  ['a removed field', (text: string) => text.replace('  string lease = 3;\n', ''), /Previously present field "3"/],
  ['a renumbered field', (text: string) => text.replace('uint32 kept = 1;', 'uint32 kept = 7;'), /Previously present field "1"/],
  ['a changed type', (text: string) => text.replace('uint32 kept = 1;', 'string kept = 1;'), /changed type/],
  ['a removed method', (text: string) => text.replace('  rpc Set(SetRequest) returns (SetResponse);\n', ''), /Previously present RPC "Set"/],
])('catches %s', (_name, change, problem) => {
  edit(change)
  expect(checkBreaking(root, proto).join('\n')).toMatch(problem)
})
