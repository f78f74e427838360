import { parse, stringify, TomlError } from 'smol-toml'
import type { Splice } from '../../checking/edits.ts'
import { Unmergeable, type Addition } from '../addition.ts'
import type { Format } from '../merge.ts'

/** TOML: single keys go before the first table, because after it they would belong to that table. Tables go to the end. */
export const toml: Format = {
  parse(text) {
    try {
      return read(text)
    } catch (error) {
      if (error instanceof TomlError) throw new Unmergeable(`it is no valid TOML: ${error.message.split('\n', 1)[0] ?? ''} in line ${error.line}`)
      throw error
    }
  },
  splice(text, additions) {
    const start = beforeTables(text)
    return additions.map((addition) => (addition.at.length === 1 ? keyAt(text, start, addition) : tableAtEnd(text, addition)))
  },
}

function read(text: string): unknown {
  return JSON.parse(JSON.stringify(parse(text.replace(/^\uFEFF/, ''), { integersAsBigInt: 'asNeeded' }), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))) as unknown
}

function keyAt(text: string, start: number, { at: [key = ''], value }: Addition): Splice {
  const before = start === 0 || text[start - 1] === '\n' || text.slice(0, start) === '\uFEFF' ? '' : '\n'
  return { start, end: start, text: `${before}${stringify({ [key]: value }).trimEnd()}\n` }
}

function tableAtEnd(text: string, { at, value }: Addition): Splice {
  const table = at.toReversed().reduce<unknown>((inner, key) => ({ [key]: inner }), value)
  const before = text === '' || text.endsWith('\n') ? '' : '\n'
  return { start: text.length, end: text.length, text: `${before}\n${stringify(table).trimEnd()}\n` }
}

/** The start of the first table, including the comments above it. */
function beforeTables(text: string): number {
  const mark = text.startsWith('\uFEFF') ? 1 : 0
  const lines = text.slice(mark).split(/(?<=\n)/)
  const startOf = (line: number) => mark + lines.slice(0, line).join('').length
  let table = lines.findIndex((line, index) => /^[ \t]*\[/.test(line) && isWhole(text.slice(0, startOf(index))))
  if (table < 0) return text.length
  while (table > 0 && /^[ \t]*#/.test(lines[table - 1] ?? '')) table--
  return startOf(table)
}

/** False inside a multi-line text or list, where text may look like a table header. */
function isWhole(text: string): boolean {
  try {
    read(text)
    return true
  } catch (error) {
    if (error instanceof TomlError) return false
    throw error
  }
}
