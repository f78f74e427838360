import type { PythonExpression } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { parseExpressionList } from './parse-expressions.ts'
import { decodeLiteral, decodeText } from './strings.ts'

/** Adjacent string literals, which are one string. */
export function parseStrings(cursor: Cursor): PythonExpression {
  const { start } = cursor
  const pieces: PythonExpression[] = []
  const prefixes: string[] = []
  while (cursor.atKind('string') || cursor.atKind('text-start')) {
    prefixes.push(cursor.atKind('string') ? parsePlain(cursor, pieces) : parseFormatted(cursor, pieces))
  }
  const place = { start, end: cursor.end }
  if (prefixes.some((prefix) => /[ft]/.test(prefix))) {
    const type = prefixes.some((prefix) => prefix.includes('t')) ? 'TemplateStr' : 'JoinedStr'
    return { type, ...place, values: pieces.filter((piece) => piece.type !== 'Constant' || piece.value !== '') }
  }
  const [only] = pieces
  return { type: 'Constant', ...place, kind: prefixes.includes('b') ? 'bytes' : 'str', value: only?.type === 'Constant' ? String(only.value) : '' }
}

/** Returns "b" for bytes. */
function parsePlain(cursor: Cursor, pieces: PythonExpression[]): string {
  const token = cursor.next()
  const { value, bytes } = decodeLiteral(cursor.text.slice(token.start, token.end))
  addText(pieces, value, token.start, token.end)
  return bytes ? 'b' : ''
}

/** Appends to a preceding constant, as CPython does. */
function addText(pieces: PythonExpression[], value: string, start: number, end: number): void {
  const before = pieces.at(-1)
  if (before?.type !== 'Constant') pieces.push({ type: 'Constant', start, end, kind: 'str', value })
  else pieces[pieces.length - 1] = { type: 'Constant', start: before.start, end, kind: 'str', value: `${before.value}${value}` }
}

/** Returns the prefix. */
function parseFormatted(cursor: Cursor, pieces: PythonExpression[]): string {
  const { text: prefix } = cursor.next()
  const raw = prefix.includes('r')
  while (!cursor.atKind('text-end')) {
    if (cursor.atKind('text-middle')) {
      const { start, end } = cursor.next()
      addText(pieces, decodeText(unbrace(cursor.text.slice(start, end)), raw), start, end)
    } else parseField(cursor, pieces, raw)
  }
  cursor.next()
  return prefix
}

function unbrace(text: string): string {
  return text.includes('{') || text.includes('}') ? text.replace(/\\N\{[^}]*\}|\{\{|\}\}/g, (found) => (found.startsWith('\\') ? found : found.charAt(0))) : text
}

function parseField(cursor: Cursor, pieces: PythonExpression[], raw: boolean): void {
  const { start } = cursor
  cursor.expect('{')
  const inner = cursor.start
  const value = parseExpressionList(cursor)
  // f"{x=}" contains the text of the expression itself.
  if (cursor.accept('=')) addText(pieces, cursor.text.slice(inner, cursor.start), inner, cursor.start)
  const conversion = cursor.accept('!') ? readConversion(cursor) : ''
  const spec = cursor.start
  const format = cursor.accept(':') ? parseFormatSpec(cursor, spec, raw) : null
  cursor.expect('}')
  pieces.push({ type: 'FormattedValue', start, end: cursor.end, value, conversion, format_spec: format })
}

function readConversion(cursor: Cursor): 's' | 'r' | 'a' {
  const { text } = cursor.next()
  return text === 's' || text === 'r' || text === 'a' ? text : cursor.fail('expected s, r or a')
}

function parseFormatSpec(cursor: Cursor, start: number, raw: boolean): PythonExpression {
  const values: PythonExpression[] = []
  while (!cursor.at('}')) {
    if (cursor.atKind('text-middle')) {
      const piece = cursor.next()
      addText(values, decodeText(cursor.text.slice(piece.start, piece.end), raw), piece.start, piece.end)
    } else cursor.nested(() => parseField(cursor, values, raw))
  }
  return { type: 'JoinedStr', start, end: cursor.end, values }
}
