import type { ExceptHandler, FunctionDef, MatchCase, PythonExpression, PythonStatement, WithItem } from './ast.ts'
import { asTarget, type Cursor, longestChain } from './cursor.ts'
import type { Token } from './lexer.ts'
import { parseBinary, parseCallArguments, parseExpressionList, parseNamed, parseTargets, parseTest } from './parse-expressions.ts'
import { parseParameters } from './parse-parameters.ts'
import { parsePatterns } from './parse-patterns.ts'
import { parseSimpleLine } from './parse-simple-statements.ts'
import { parseTypeParameters } from './parse-type-parameters.ts'

/** Statements up to the end of a block or of the text. */
export function parseStatements(cursor: Cursor): PythonStatement[] {
  const body: PythonStatement[] = []
  while (!cursor.atKind('end') && !cursor.atKind('dedent')) {
    const compound = parseCompound(cursor)
    if (compound === undefined) parseSimpleLine(cursor, body)
    else body.push(compound)
  }
  return body
}

const compound: Readonly<Record<string, (cursor: Cursor) => PythonStatement>> = {
  if: parseIf,
  for: (cursor) => parseFor(cursor, cursor.start, 'For'),
  while: parseWhile,
  with: (cursor) => parseWith(cursor, cursor.start, 'With'),
  try: parseTry,
  def: (cursor) => parseFunction(cursor, cursor.start, 'FunctionDef', []),
  class: (cursor) => parseClass(cursor, []),
  async: (cursor) => parseAsync(cursor, []),
  '@': parseDecorated,
}

function parseCompound(cursor: Cursor): PythonStatement | undefined {
  const { text, kind } = cursor.token
  if (kind !== 'name' && text !== '@') return undefined
  const parse = Object.hasOwn(compound, text) ? compound[text] : undefined
  if (parse !== undefined) return parse(cursor)
  return text === 'match' && beginsMatch(cursor) ? parseMatch(cursor) : undefined
}

function parseBlock(cursor: Cursor): PythonStatement[] {
  cursor.expect(':')
  if (!cursor.atKind('newline')) {
    const body: PythonStatement[] = []
    parseSimpleLine(cursor, body)
    return body
  }
  cursor.next()
  cursor.expectKind('indent')
  const body = cursor.nested(() => parseStatements(cursor))
  cursor.expectKind('dedent')
  return body
}

function endOf(body: readonly PythonStatement[], fallback: number): number {
  return body.at(-1)?.end ?? fallback
}

function parseElse(cursor: Cursor): PythonStatement[] {
  return cursor.accept('else') ? parseBlock(cursor) : []
}

/** The branches are collected first and nested from the last one, without recursion, because there may be hundreds. */
function parseIf(cursor: Cursor): PythonStatement {
  const branches: { start: number; test: PythonExpression; body: PythonStatement[] }[] = []
  do {
    if (branches.length > longestChain) cursor.refuseDepth('too many branches')
    const { start } = cursor.next()
    const test = parseNamed(cursor)
    branches.push({ start, test, body: parseBlock(cursor) })
  } while (cursor.at('elif'))
  let orelse = parseElse(cursor)
  for (const { start, test, body } of branches.reverse()) orelse = [{ type: 'If', start, end: endOf(orelse, endOf(body, cursor.end)), test, body, orelse }]
  return orelse[0] as PythonStatement
}

function parseFor(cursor: Cursor, start: number, type: 'For' | 'AsyncFor'): PythonStatement {
  cursor.next()
  const target = parseTargets(cursor)
  cursor.expect('in')
  const iter = parseExpressionList(cursor)
  const body = parseBlock(cursor)
  const orelse = parseElse(cursor)
  return { type, start, end: endOf(orelse, endOf(body, cursor.end)), target, iter, body, orelse }
}

function parseWhile(cursor: Cursor): PythonStatement {
  const { start } = cursor.next()
  const test = parseNamed(cursor)
  const body = parseBlock(cursor)
  const orelse = parseElse(cursor)
  return { type: 'While', start, end: endOf(orelse, endOf(body, cursor.end)), test, body, orelse }
}

function parseWith(cursor: Cursor, start: number, type: 'With' | 'AsyncWith'): PythonStatement {
  cursor.next()
  const bracketed = hasBracketedItems(cursor)
  if (bracketed) cursor.next()
  const items: WithItem[] = []
  do items.push(parseWithItem(cursor))
  while (cursor.accept(',') && !cursor.at(')'))
  if (bracketed) cursor.expect(')')
  const body = parseBlock(cursor)
  return { type, start, end: endOf(body, cursor.end), items, body }
}

/** with (a as b, c): the closing bracket is directly before the colon, and there is a comma or "as" inside. */
function hasBracketedItems(cursor: Cursor): boolean {
  if (!cursor.at('(')) return false
  const own: string[] = []
  let ahead = 0
  for (let depth = 0; ; ahead++) {
    const token = cursor.peek(ahead)
    if (token.kind === 'end' || token.kind === 'newline') return false
    depth += nestingOf(token)
    if (depth === 0) break
    if (depth === 1) own.push(token.text)
  }
  return (own.includes(',') || own.includes('as')) && !own.includes('for') && cursor.peek(ahead + 1).text === ':'
}

const nestings: ReadonlyMap<string, number> = new Map([
  ['(', 1],
  ['[', 1],
  ['{', 1],
  [')', -1],
  [']', -1],
  ['}', -1],
])

function nestingOf({ kind, text }: Token): number {
  return kind === 'operator' ? (nestings.get(text) ?? 0) : 0
}

function parseWithItem(cursor: Cursor): WithItem {
  const { start } = cursor
  const expression = parseTest(cursor)
  const target = cursor.accept('as') ? asTarget(cursor, parseBinary(cursor, 1)) : null
  return { type: 'withitem', start, end: cursor.end, context_expr: expression, optional_vars: target }
}

function parseTry(cursor: Cursor): PythonStatement {
  const { start } = cursor.next()
  const body = parseBlock(cursor)
  const handlers: ExceptHandler[] = []
  let star = false
  while (cursor.at('except')) {
    star ||= cursor.peek(1).text === '*'
    handlers.push(parseHandler(cursor))
  }
  const orelse = parseElse(cursor)
  const finalbody = cursor.accept('finally') ? parseBlock(cursor) : []
  if (handlers.length === 0 && finalbody.length === 0) cursor.fail('expected except or finally')
  const end = endOf(finalbody, endOf(orelse, handlers.at(-1)?.end ?? cursor.end))
  return { type: star ? 'TryStar' : 'Try', start, end, body, handlers, orelse, finalbody }
}

function parseHandler(cursor: Cursor): ExceptHandler {
  const { start } = cursor.next()
  cursor.accept('*')
  const exception = cursor.at(':') ? null : parseExpressionList(cursor)
  const name = cursor.accept('as') ? cursor.expectName().text : null
  const body = parseBlock(cursor)
  return { type: 'ExceptHandler', start, end: endOf(body, cursor.end), exception, name, body }
}

function parseFunction(cursor: Cursor, start: number, type: FunctionDef['type'], decorators: readonly PythonExpression[]): PythonStatement {
  cursor.next()
  const { text: name, start: nameStart } = cursor.expectName()
  const typeParams = parseTypeParameters(cursor)
  cursor.expect('(')
  const args = parseParameters(cursor, ')')
  cursor.expect(')')
  const returns = cursor.accept('->') ? parseExpressionList(cursor) : null
  const body = parseBlock(cursor)
  return { type, start, end: endOf(body, cursor.end), name, nameStart, args, body, decorator_list: decorators, returns, type_params: typeParams }
}

function parseClass(cursor: Cursor, decorators: readonly PythonExpression[]): PythonStatement {
  const { start } = cursor.next()
  const { text: name, start: nameStart } = cursor.expectName()
  const typeParams = parseTypeParameters(cursor)
  const { args: bases, keywords } = cursor.accept('(') ? parseCallArguments(cursor) : { args: [], keywords: [] }
  const body = parseBlock(cursor)
  return { type: 'ClassDef', start, end: endOf(body, cursor.end), name, nameStart, bases, keywords, body, decorator_list: decorators, type_params: typeParams }
}

function parseAsync(cursor: Cursor, decorators: readonly PythonExpression[]): PythonStatement {
  const { start } = cursor.next()
  if (cursor.at('def')) return parseFunction(cursor, start, 'AsyncFunctionDef', decorators)
  if (cursor.at('for')) return parseFor(cursor, start, 'AsyncFor')
  return cursor.at('with') ? parseWith(cursor, start, 'AsyncWith') : cursor.fail('expected def, for or with')
}

function parseDecorated(cursor: Cursor): PythonStatement {
  const decorators: PythonExpression[] = []
  while (cursor.accept('@')) {
    decorators.push(parseNamed(cursor))
    cursor.expectKind('newline')
  }
  if (cursor.at('class')) return parseClass(cursor, decorators)
  if (cursor.at('async')) return parseAsync(cursor, decorators)
  return cursor.at('def') ? parseFunction(cursor, cursor.start, 'FunctionDef', decorators) : cursor.fail('expected def or class')
}

/** "match" is an ordinary name unless its line opens a block of cases. */
function beginsMatch(cursor: Cursor): boolean {
  let ahead = 1
  while (cursor.peek(ahead).kind !== 'newline' && cursor.peek(ahead).kind !== 'end') ahead++
  return ahead > 2 && cursor.peek(ahead - 1).text === ':' && cursor.peek(ahead + 1).kind === 'indent' && cursor.peek(ahead + 2).text === 'case'
}

function parseMatch(cursor: Cursor): PythonStatement {
  const { start } = cursor.next()
  const subject = parseExpressionList(cursor)
  cursor.expect(':')
  cursor.expectKind('newline')
  cursor.expectKind('indent')
  const cases: MatchCase[] = []
  while (cursor.at('case')) cases.push(cursor.nested(() => parseCase(cursor)))
  cursor.expectKind('dedent')
  return { type: 'Match', start, end: cases.at(-1)?.end ?? cursor.end, subject, cases }
}

function parseCase(cursor: Cursor): MatchCase {
  const { start } = cursor.next()
  const pattern = parsePatterns(cursor)
  const guard = cursor.accept('if') ? parseNamed(cursor) : null
  const body = parseBlock(cursor)
  return { type: 'match_case', start, end: endOf(body, cursor.end), pattern, guard, body }
}
