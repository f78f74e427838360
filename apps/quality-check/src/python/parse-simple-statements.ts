import type { Alias, BinaryOperator, PythonExpression, PythonStatement } from './ast.ts'
import { asTarget, type Cursor, longestChain } from './cursor.ts'
import { parseExpressionList, parseTargets, parseTest, parseYield } from './parse-expressions.ts'
import { parseTypeParameters } from './parse-type-parameters.ts'

/** The statements of one logical line, including its end. */
export function parseSimpleLine(cursor: Cursor, into: PythonStatement[]): void {
  do into.push(parseSimple(cursor))
  while (cursor.accept(';') && !cursor.atKind('newline'))
  cursor.expectKind('newline')
}

const simple: Readonly<Record<string, (cursor: Cursor, start: number) => PythonStatement>> = {
  pass: (cursor, start) => ({ type: 'Pass', start, end: cursor.end }),
  break: (cursor, start) => ({ type: 'Break', start, end: cursor.end }),
  continue: (cursor, start) => ({ type: 'Continue', start, end: cursor.end }),
  return: (cursor, start) => {
    const value = ends(cursor) ? null : parseExpressionList(cursor)
    return { type: 'Return', start, end: cursor.end, value }
  },
  raise: (cursor, start) => {
    const exc = ends(cursor) ? null : parseTest(cursor)
    const cause = cursor.accept('from') ? parseTest(cursor) : null
    return { type: 'Raise', start, end: cursor.end, exc, cause }
  },
  del: (cursor, start) => {
    const targets = parseTargets(cursor)
    const all = targets.type === 'Tuple' && cursor.text[targets.start] !== '(' ? targets.elts : [targets]
    return { type: 'Delete', start, end: cursor.end, targets: all.map((target) => asTarget(cursor, target, 'Del')) }
  },
  assert: (cursor, start) => {
    const test = parseTest(cursor)
    const msg = cursor.accept(',') ? parseTest(cursor) : null
    return { type: 'Assert', start, end: cursor.end, test, msg }
  },
  global: (cursor, start) => ({ type: 'Global', names: parseNames(cursor), start, end: cursor.end }),
  nonlocal: (cursor, start) => ({ type: 'Nonlocal', names: parseNames(cursor), start, end: cursor.end }),
  import: parseImport,
  from: parseImportFrom,
}

function ends(cursor: Cursor): boolean {
  return cursor.atKind('newline') || cursor.at(';')
}

function parseSimple(cursor: Cursor): PythonStatement {
  const { start, text, kind } = cursor.token
  const parse = kind === 'name' && Object.hasOwn(simple, text) ? simple[text] : undefined
  if (parse !== undefined) {
    cursor.next()
    return parse(cursor, start)
  }
  if (text === 'type' && cursor.peek(1).kind === 'name' && (cursor.peek(2).text === '=' || cursor.peek(2).text === '[')) return parseTypeAlias(cursor)
  return parseExpressionStatement(cursor)
}

const augmented = /^(\*\*|\/\/|>>|<<|[+\-*/%@&|^])=$/

function parseExpressionStatement(cursor: Cursor): PythonStatement {
  const { start } = cursor
  const first = parseRight(cursor)
  if (cursor.at('=')) return parseAssignment(cursor, first)
  if (cursor.accept(':')) {
    const annotation = parseTest(cursor)
    const value = cursor.accept('=') ? parseRight(cursor) : null
    return { type: 'AnnAssign', start, end: cursor.end, target: asTarget(cursor, first), annotation, value }
  }
  const operator = cursor.atKind('operator') ? augmented.exec(cursor.token.text)?.[1] : undefined
  if (operator === undefined) return { type: 'Expr', start, end: cursor.end, value: first }
  cursor.next()
  const value = parseRight(cursor)
  return { type: 'AugAssign', start, end: cursor.end, target: asTarget(cursor, first), op: operator as BinaryOperator, value }
}

function parseAssignment(cursor: Cursor, first: PythonExpression): PythonStatement {
  const targets: PythonExpression[] = []
  let value = first
  while (cursor.accept('=')) {
    targets.push(asTarget(cursor, value))
    value = parseRight(cursor)
  }
  return { type: 'Assign', start: first.start, end: cursor.end, targets, value }
}

function parseRight(cursor: Cursor): PythonExpression {
  return cursor.at('yield') ? parseYield(cursor) : parseExpressionList(cursor)
}

function parseTypeAlias(cursor: Cursor): PythonStatement {
  const { start } = cursor.next()
  const { text, start: nameStart, end } = cursor.expectName()
  const typeParams = parseTypeParameters(cursor)
  cursor.expect('=')
  const value = parseTest(cursor)
  return { type: 'TypeAlias', start, end: cursor.end, name: { type: 'Name', start: nameStart, end, id: text, ctx: 'Store' }, type_params: typeParams, value }
}

function parseNames(cursor: Cursor): string[] {
  const names: string[] = []
  do names.push(cursor.expectName().text)
  while (cursor.accept(','))
  return names
}

function parseImport(cursor: Cursor, start: number): PythonStatement {
  const names: Alias[] = []
  do names.push(parseAlias(cursor, parseDottedName))
  while (cursor.accept(','))
  return { type: 'Import', start, end: cursor.end, names }
}

function parseImportFrom(cursor: Cursor, start: number): PythonStatement {
  let level = 0
  for (; cursor.at('.') || cursor.at('...'); cursor.next()) level += cursor.token.text.length
  const module = cursor.at('import') ? null : parseDottedName(cursor)
  if (module === null && level === 0) cursor.fail('expected a module')
  cursor.expect('import')
  const names = parseImported(cursor)
  return { type: 'ImportFrom', start, end: cursor.end, module, names, level }
}

function parseImported(cursor: Cursor): Alias[] {
  const { start, end } = cursor.token
  if (cursor.accept('*')) return [{ type: 'alias', start, end, name: '*', asname: null }]
  const bracketed = cursor.accept('(')
  const names: Alias[] = []
  do names.push(parseAlias(cursor, (inner) => inner.expectName().text))
  while (cursor.accept(',') && !cursor.at(')'))
  if (bracketed) cursor.expect(')')
  return names
}

function parseAlias(cursor: Cursor, parse: (cursor: Cursor) => string): Alias {
  const { start } = cursor
  const name = parse(cursor)
  const asname = cursor.accept('as') ? cursor.expectName().text : null
  return { type: 'alias', start, end: cursor.end, name, asname }
}

function parseDottedName(cursor: Cursor): string {
  const names = [cursor.expectName().text]
  while (cursor.accept('.')) {
    if (names.length > longestChain) cursor.refuseDepth('too many names in a row')
    names.push(cursor.expectName().text)
  }
  return names.join('.')
}
