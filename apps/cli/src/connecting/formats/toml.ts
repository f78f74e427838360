import { parse, stringify, TomlError } from 'smol-toml'
import type { Splice } from '../../checking/edits.ts'
import { Unmergeable, type Addition } from '../addition.ts'
import type { Format } from '../merge.ts'

/** TOML: single keys before the first table, whose they would be behind it; tables at the end. */
export const toml: Format = {
  parse(text) {
    try {
      return JSON.parse(JSON.stringify(parse(text.replace(/^\uFEFF/, '')))) as unknown
    } catch (error) {
      if (error instanceof TomlError) throw new Unmergeable(`it is no valid TOML: ${error.message.split('\n', 1)[0] ?? ''}`)
      throw error
    }
  },
  splice(text, additions) {
    const start = beforeTables(text)
    return additions.map((addition) => (addition.at.length === 1 ? keyAt(text, start, addition) : tableAtEnd(text, addition)))
  },
}

function keyAt(text: string, start: number, { at: [key = ''], value }: Addition): Splice {
  const before = start === 0 || text[start - 1] === '\n' ? '' : '\n'
  return { start, end: start, text: `${before}${stringify({ [key]: value }).trimEnd()}\n` }
}

function tableAtEnd(text: string, { at, value }: Addition): Splice {
  const table = at.toReversed().reduce<unknown>((inner, key) => ({ [key]: inner }), value)
  const before = text === '' || text.endsWith('\n') ? '' : '\n'
  return { start: text.length, end: text.length, text: `${before}\n${stringify(table).trimEnd()}\n` }
}

/** Where the first table begins, the remarks above it included. */
function beforeTables(text: string): number {
  const lines = text.split(/(?<=\n)/)
  let table = lines.findIndex((line) => /^\s*\[/.test(line))
  if (table < 0) return text.length
  while (table > 0 && /^\s*#/.test(lines[table - 1] ?? '')) table--
  return lines.slice(0, table).join('').length
}
