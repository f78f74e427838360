import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { applySplices, type Splice } from './edits.ts'
import { unifiedDiff } from './unified-diff.ts'

/** Splices at random places, from a seed, so that a failure can be repeated. */
function someSplices(text: string, seed: number): Splice[] {
  let state = seed * 2_654_435_761
  const next = (below: number) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0
    return state % below
  }
  const inserted = ['', 'x', 'new\n', 'two\nlines', '\n', 'a\nb\nc\n']
  const splices: Splice[] = []
  for (let at = next(9); at < text.length && splices.length < 12; at += 1 + next(40)) {
    const end = Math.min(text.length, at + next(12))
    const splice = { start: at, end, text: inserted[next(inserted.length)] ?? '' }
    if (splice.text !== text.slice(at, end)) splices.push(splice)
    at = end
  }
  return splices
}

test('a diff leads from the old text to the new one, as git applies it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'elder-diff-'))
  const text = Array.from({ length: 40 }, (_, n) => `line ${n + 1}\n`).join('')
  for (let seed = 1; seed <= 60; seed++) {
    const splices = someSplices(text, seed)
    const wanted = applySplices(text, splices)
    // A text without an end of line needs a remark that only programs read.
    if (!wanted.endsWith('\n') || splices.length === 0) continue
    writeFileSync(join(folder, 'a'), text)
    execFileSync('git', ['apply', '--unidiff-zero', '--whitespace=nowarn', '-p0', '-'], { cwd: folder, input: `${unifiedDiff('a', text, splices)}\n` })
    expect({ seed, text: readFileSync(join(folder, 'a'), 'utf8') }).toEqual({ seed, text: wanted })
  }
  rmSync(folder, { recursive: true })
})

test('places far from one another stand in hunks of their own', () => {
  const text = Array.from({ length: 30 }, (_, n) => `${n + 1}\n`).join('')
  const at = (line: number) => text.indexOf(`\n${line}\n`) + 1
  const diff = unifiedDiff('a', text, [{ start: at(5), end: at(6), text: '' }, { start: at(25), end: at(25), text: 'more\n' }])
  expect(diff.split('\n').filter((line) => /^[@+-]/.test(line))).toEqual(['--- a', '+++ a', '@@ -2,7 +2,6 @@', '-5', '@@ -22,7 +21,8 @@', '+more'])
})
