import type { PythonExpression } from './ast.ts'
import { type Cursor, keywords } from './cursor.ts'
import { beginsComprehension, parseBinary, parseComprehensions, parseElement, parseNamed, parseTest } from './parse-expressions.ts'
import { parseStrings } from './parse-strings.ts'

/** A name, a constant, or a bracketed expression. */
export function parseAtom(cursor: Cursor): PythonExpression {
  const { kind, text, start, end } = cursor.token
  switch (kind) {
    case 'name':
      return parseWord(cursor)
    case 'number':
      cursor.next()
      return { type: 'Constant', start, end, ...readNumber(cursor.text.slice(start, end)) }
    case 'string':
    case 'text-start':
      return parseStrings(cursor)
    default:
  }
  if (text === '(') return parseParenthesised(cursor)
  if (text === '[') return parseList(cursor)
  if (text === '{') return parseBraces(cursor)
  if (text !== '...') cursor.fail('expected an expression')
  cursor.next()
  return { type: 'Constant', start, end, kind: 'Ellipsis', value: null }
}

function parseWord(cursor: Cursor): PythonExpression {
  const { text, start, end } = cursor.token
  if (text === 'None') {
    cursor.next()
    return { type: 'Constant', start, end, kind: 'None', value: null }
  }
  if (text === 'True' || text === 'False') {
    cursor.next()
    return { type: 'Constant', start, end, kind: 'bool', value: text === 'True' }
  }
  if (keywords.has(text)) cursor.fail('expected an expression')
  cursor.next()
  return { type: 'Name', start, end, id: text, ctx: 'Load' }
}

function readNumber(source: string): { kind: 'int'; value: number | bigint } | { kind: 'float' | 'complex'; value: number } {
  const digits = source.replaceAll('_', '')
  if (/^0[xXoObB]/.test(digits)) return { kind: 'int', value: smallest(BigInt(digits.toLowerCase())) }
  if (/[jJ]$/.test(digits)) return { kind: 'complex', value: Number(digits.slice(0, -1)) }
  return /^\d+$/.test(digits) ? { kind: 'int', value: smallest(BigInt(digits)) } : { kind: 'float', value: Number(digits) }
}

function smallest(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

function parseParenthesised(cursor: Cursor): PythonExpression {
  const { start } = cursor
  cursor.next()
  if (cursor.accept(')')) return { type: 'Tuple', start, end: cursor.end, elts: [], ctx: 'Load' }
  const first = parseElement(cursor)
  if (beginsComprehension(cursor)) {
    const generators = parseComprehensions(cursor)
    cursor.expect(')')
    return { type: 'GeneratorExp', start, end: cursor.end, elt: first, generators }
  }
  if (!cursor.at(',')) {
    cursor.expect(')')
    return first
  }
  const elts = [first, ...parseRest(cursor, ')')]
  return { type: 'Tuple', start, end: cursor.end, elts, ctx: 'Load' }
}

/** Further elements, each after a comma, including the closing bracket. */
function parseRest(cursor: Cursor, closing: string): PythonExpression[] {
  const elts: PythonExpression[] = []
  while (cursor.accept(',') && !cursor.at(closing)) elts.push(parseElement(cursor))
  cursor.expect(closing)
  return elts
}

function parseList(cursor: Cursor): PythonExpression {
  const { start } = cursor
  cursor.next()
  if (cursor.accept(']')) return { type: 'List', start, end: cursor.end, elts: [], ctx: 'Load' }
  const first = parseElement(cursor)
  if (beginsComprehension(cursor)) {
    const generators = parseComprehensions(cursor)
    cursor.expect(']')
    return { type: 'ListComp', start, end: cursor.end, elt: first, generators }
  }
  const elts = [first, ...parseRest(cursor, ']')]
  return { type: 'List', start, end: cursor.end, elts, ctx: 'Load' }
}

function parseBraces(cursor: Cursor): PythonExpression {
  const { start } = cursor
  cursor.next()
  if (cursor.accept('}')) return { type: 'Dict', start, end: cursor.end, keys: [], values: [] }
  if (cursor.at('**')) return parseDict(cursor, start, [], [])
  const first = parseElement(cursor)
  if (cursor.accept(':')) return parseDictFrom(cursor, start, first)
  if (beginsComprehension(cursor)) {
    const generators = parseComprehensions(cursor)
    cursor.expect('}')
    return { type: 'SetComp', start, end: cursor.end, elt: first, generators }
  }
  const elts = [first, ...parseRest(cursor, '}')]
  return { type: 'Set', start, end: cursor.end, elts }
}

function parseDictFrom(cursor: Cursor, start: number, key: PythonExpression): PythonExpression {
  const value = parseNamed(cursor)
  if (beginsComprehension(cursor)) {
    const generators = parseComprehensions(cursor)
    cursor.expect('}')
    return { type: 'DictComp', start, end: cursor.end, key, value, generators }
  }
  if (!cursor.at('}')) cursor.expect(',')
  return parseDict(cursor, start, [key], [value])
}

/** Starts at an entry. */
function parseDict(cursor: Cursor, start: number, keys: (PythonExpression | null)[], values: PythonExpression[]): PythonExpression {
  while (!cursor.accept('}')) {
    if (cursor.accept('**')) {
      keys.push(null)
      values.push(parseBinary(cursor, 1))
    } else {
      keys.push(parseTest(cursor))
      cursor.expect(':')
      values.push(parseTest(cursor))
    }
    if (!cursor.at('}')) cursor.expect(',')
  }
  return { type: 'Dict', start, end: cursor.end, keys, values }
}
