import { describe, expect, it } from 'vitest'
import { chunk } from './chunking.ts'

const functionOf = (name: string, lines: number) => [`export function ${name}() {`, ...Array.from({ length: lines - 2 }, (_, n) => `  step${n}()`), '}', '']

describe('chunk', () => {
  it('keeps a short file whole, whatever its line ends', () => {
    expect(chunk('one\r\ntwo\r\n')).toEqual([{ startLine: 1, endLine: 2, text: 'one\ntwo' }])
    expect(chunk('one')).toEqual([{ startLine: 1, endLine: 1, text: 'one' }])
  })

  it('has nothing to say about an empty or blank file', () => {
    expect(chunk('')).toEqual([])
    expect(chunk('\n \n\t\n')).toEqual([])
  })

  it('cuts before a top-level declaration, without overlap', () => {
    const text = [...functionOf('first', 40), ...functionOf('second', 40), ...functionOf('third', 40)].join('\n')
    const chunks = chunk(text)
    expect(chunks.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([
      [1, 41],
      [42, 82],
      [83, 122],
    ])
    expect(chunks[1]?.text.startsWith('export function second()')).toBe(true)
  })

  it('overlaps where it has to cut in the middle, and loses no line', () => {
    const lines = Array.from({ length: 200 }, (_, n) => `  value ${n}`)
    const chunks = chunk(lines.join('\n'))
    expect(chunks.every(({ startLine, endLine }) => endLine - startLine < 60)).toBe(true)
    expect(chunks[1]?.startLine).toBe((chunks[0]?.endLine ?? 0) - 3)
    const seen = new Set(chunks.flatMap(({ startLine, endLine }) => Array.from({ length: endLine - startLine + 1 }, (_, n) => startLine + n)))
    expect(seen.size).toBe(200)
  })

  it('names the lines its text came from', () => {
    const lines = Array.from({ length: 500 }, (_, n) => (n % 13 === 0 ? '' : `${n % 5 === 0 ? '' : '  '}line ${n + 1}`))
    for (const { startLine, endLine, text } of chunk(lines.join('\n'))) expect(text).toBe(lines.slice(startLine - 1, endLine).join('\n'))
  })

  it('bounds lines and chunks of minified files', () => {
    const chunks = chunk(`${'x'.repeat(900_000)}\n${Array.from({ length: 50 }, () => 'y'.repeat(1_500)).join('\n')}`)
    expect(Math.max(...chunks.map(({ text }) => text.length))).toBeLessThanOrEqual(8_000)
    expect(chunks.at(-1)?.endLine).toBe(51)
  })

  it('never splits a character in two when it shortens a line', () => {
    expect(chunk(`${'x'.repeat(1_999)}😀`)[0]?.text.isWellFormed()).toBe(true)
  })
})
