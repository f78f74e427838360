import type { PythonExpression, PythonPattern } from './ast.ts'
import { parseAtom } from './parse-atoms.ts'
import type { Cursor } from './cursor.ts'
import { parseBinary } from './parse-expressions.ts'

/** The pattern after "case": a sequence needs no brackets. */
export function parsePatterns(cursor: Cursor): PythonPattern {
  const { start } = cursor
  const first = parsePattern(cursor)
  if (!cursor.at(',') && first.type !== 'MatchStar') return first
  const patterns = [first]
  while (cursor.accept(',') && !cursor.at(':') && !cursor.at('if')) patterns.push(parsePattern(cursor))
  return { type: 'MatchSequence', start, end: cursor.end, patterns }
}

function parsePattern(cursor: Cursor): PythonPattern {
  return cursor.nested(() => parseAs(cursor))
}

function parseAs(cursor: Cursor): PythonPattern {
  const { start } = cursor
  if (cursor.accept('*')) {
    const { text } = cursor.expectName()
    return { type: 'MatchStar', start, end: cursor.end, name: text === '_' ? null : text }
  }
  const pattern = parseOr(cursor)
  if (!cursor.accept('as')) return pattern
  const name = cursor.expectName().text
  return { type: 'MatchAs', start, end: cursor.end, pattern, name }
}

function parseOr(cursor: Cursor): PythonPattern {
  const { start } = cursor
  const first = parseClosed(cursor)
  if (!cursor.at('|')) return first
  const patterns = [first]
  while (cursor.accept('|')) patterns.push(parseClosed(cursor))
  return { type: 'MatchOr', start, end: cursor.end, patterns }
}

const singletons: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['None', null],
  ['True', true],
  ['False', false],
])

function parseClosed(cursor: Cursor): PythonPattern {
  const { start, kind, text } = cursor.token
  if (text === '[' || text === '(') return parseBracketed(cursor, text === '[' ? ']' : ')')
  if (text === '{') return parseMapping(cursor)
  const singleton = kind === 'name' ? singletons.get(text) : undefined
  if (singleton !== undefined) {
    cursor.next()
    return { type: 'MatchSingleton', start, end: cursor.end, value: singleton }
  }
  if (kind === 'name') return parseNamePattern(cursor)
  // "+" and "-" bind more tightly than "|", which begins the next alternative.
  const value = parseBinary(cursor, 5)
  return { type: 'MatchValue', start, end: cursor.end, value }
}

function parseNamePattern(cursor: Cursor): PythonPattern {
  const { start } = cursor
  const { text } = cursor.expectName()
  let value: PythonExpression = { type: 'Name', start, end: cursor.end, id: text, ctx: 'Load' }
  while (cursor.accept('.')) {
    const attr = cursor.expectName().text
    value = { type: 'Attribute', start, end: cursor.end, value, attr, ctx: 'Load' }
  }
  if (cursor.accept('(')) return parseClass(cursor, value)
  if (value.type === 'Attribute') return { type: 'MatchValue', start, end: cursor.end, value }
  return { type: 'MatchAs', start, end: cursor.end, pattern: null, name: text === '_' ? null : text }
}

function parseBracketed(cursor: Cursor, closing: ']' | ')'): PythonPattern {
  const { start } = cursor
  cursor.next()
  const patterns: PythonPattern[] = []
  let comma = false
  while (!cursor.accept(closing)) {
    patterns.push(parsePattern(cursor))
    if (cursor.accept(',')) comma = true
    else if (!cursor.at(closing)) cursor.fail(`expected , or ${closing}`)
  }
  const [only] = patterns
  if (closing === ')' && !comma && only !== undefined && only.type !== 'MatchStar') return only
  return { type: 'MatchSequence', start, end: cursor.end, patterns }
}

function parseMapping(cursor: Cursor): PythonPattern {
  const { start } = cursor
  cursor.next()
  const keys: PythonExpression[] = []
  const patterns: PythonPattern[] = []
  let rest: string | null = null
  while (!cursor.accept('}')) {
    if (cursor.accept('**')) rest = cursor.expectName().text
    else {
      keys.push(parseKey(cursor))
      cursor.expect(':')
      patterns.push(parsePattern(cursor))
    }
    if (!cursor.accept(',') && !cursor.at('}')) cursor.fail('expected , or }')
  }
  return { type: 'MatchMapping', start, end: cursor.end, keys, patterns, rest }
}

function parseKey(cursor: Cursor): PythonExpression {
  const { start } = cursor
  if (!cursor.atKind('name')) return parseBinary(cursor, 5)
  let key = parseAtom(cursor)
  while (cursor.accept('.')) {
    const attr = cursor.expectName().text
    key = { type: 'Attribute', start, end: cursor.end, value: key, attr, ctx: 'Load' }
  }
  return key
}

function parseClass(cursor: Cursor, cls: PythonExpression): PythonPattern {
  const patterns: PythonPattern[] = []
  const names: string[] = []
  const named: PythonPattern[] = []
  while (!cursor.accept(')')) {
    if (cursor.atKind('name') && cursor.peek(1).text === '=') {
      names.push(cursor.expectName().text)
      cursor.next()
      named.push(parsePattern(cursor))
    } else patterns.push(parsePattern(cursor))
    if (!cursor.accept(',') && !cursor.at(')')) cursor.fail('expected , or )')
  }
  return { type: 'MatchClass', start: cls.start, end: cursor.end, cls, patterns, kwd_attrs: names, kwd_patterns: named }
}
