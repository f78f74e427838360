import type { BinaryOperator, CompareOperator, Comprehension, Keyword, PythonExpression } from './ast.ts'
import { asTarget, type Cursor, keywords, longestChain } from './cursor.ts'

const powers: Readonly<Record<string, number>> = { '|': 1, '^': 2, '&': 3, '<<': 4, '>>': 4, '+': 5, '-': 5, '*': 6, '/': 6, '//': 6, '%': 6, '@': 6 }
const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'is', 'in', 'not'])

/** a, *b, c: an expression statement, or what is returned, assigned or iterated over. */
export function parseExpressionList(cursor: Cursor): PythonExpression {
  const { start } = cursor
  const first = parseStarred(cursor, parseNamed)
  if (!cursor.at(',')) return first
  const elts = [first]
  while (cursor.accept(',') && beginsExpression(cursor)) elts.push(parseStarred(cursor, parseNamed))
  return { type: 'Tuple', start, end: cursor.end, elts, ctx: 'Load' }
}

/** The targets of for and del, in which "in" is no operator. */
export function parseTargets(cursor: Cursor): PythonExpression {
  const { start } = cursor
  const one = () => parseStarred(cursor, (inner) => parseBinary(inner, 1))
  const first = one()
  if (!cursor.at(',')) return asTarget(cursor, first)
  const elts = [first]
  while (cursor.accept(',') && beginsExpression(cursor)) elts.push(one())
  return asTarget(cursor, { type: 'Tuple', start, end: cursor.end, elts, ctx: 'Store' })
}

const expressionKeywords: ReadonlySet<string> = new Set(['not', 'lambda', 'await', 'None', 'True', 'False', 'yield'])
const expressionOperators: ReadonlySet<string> = new Set(['(', '[', '{', '-', '+', '~', '*', '...'])

function beginsExpression(cursor: Cursor): boolean {
  const { kind, text } = cursor.token
  if (kind === 'name') return !keywords.has(text) || expressionKeywords.has(text)
  if (kind === 'operator') return expressionOperators.has(text)
  return kind === 'number' || kind === 'string' || kind === 'text-start'
}

function parseStarred(cursor: Cursor, parse: (cursor: Cursor) => PythonExpression): PythonExpression {
  const { start } = cursor
  if (!cursor.accept('*')) return parse(cursor)
  const value = parseBinary(cursor, 1)
  return { type: 'Starred', start, end: cursor.end, value, ctx: 'Load' }
}

export function parseYield(cursor: Cursor): PythonExpression {
  const { start } = cursor
  cursor.expect('yield')
  if (cursor.accept('from')) {
    const value = parseTest(cursor)
    return { type: 'YieldFrom', start, end: cursor.end, value }
  }
  const value = beginsExpression(cursor) ? parseExpressionList(cursor) : null
  return { type: 'Yield', start, end: cursor.end, value }
}

/** An element of a display: starred, named or plain. */
export function parseElement(cursor: Cursor): PythonExpression {
  return parseStarred(cursor, parseNamed)
}

/** target := value, or a plain expression. */
export function parseNamed(cursor: Cursor): PythonExpression {
  if (cursor.at('yield')) return parseYield(cursor)
  const left = parseTest(cursor)
  if (!cursor.at(':=') || left.type !== 'Name') return left
  cursor.next()
  const value = parseTest(cursor)
  return { type: 'NamedExpr', start: left.start, end: cursor.end, target: asTarget(cursor, left), value }
}

/** The rule that grammars call "test": conditions and lambdas, without commas. */
export function parseTest(cursor: Cursor): PythonExpression {
  return cursor.nested(() => parseCondition(cursor))
}

function parseCondition(cursor: Cursor): PythonExpression {
  if (cursor.at('lambda')) return parseLambda(cursor)
  const { start } = cursor
  const body = parseDisjunction(cursor)
  if (!cursor.accept('if')) return body
  const test = parseDisjunction(cursor)
  cursor.expect('else')
  const orelse = parseTest(cursor)
  return { type: 'IfExp', start, end: cursor.end, test, body, orelse }
}

function parseLambda(cursor: Cursor): PythonExpression {
  const { start } = cursor
  cursor.expect('lambda')
  const args = cursor.grammar.parameters(cursor, ':')
  cursor.expect(':')
  const body = parseTest(cursor)
  return { type: 'Lambda', start, end: cursor.end, args, body }
}

function parseDisjunction(cursor: Cursor): PythonExpression {
  return parseLogical(cursor, 'or', (inner) => parseLogical(inner, 'and', parseInversion))
}

function parseLogical(cursor: Cursor, op: 'and' | 'or', parse: (cursor: Cursor) => PythonExpression): PythonExpression {
  const { start } = cursor
  const first = parse(cursor)
  if (!cursor.at(op)) return first
  const values = [first]
  while (cursor.accept(op)) values.push(parse(cursor))
  return { type: 'BoolOp', start, end: cursor.end, op, values }
}

function parseInversion(cursor: Cursor): PythonExpression {
  const { start } = cursor
  if (!cursor.accept('not')) return parseComparison(cursor)
  const operand = cursor.nested(() => parseInversion(cursor))
  return { type: 'UnaryOp', start, end: cursor.end, op: 'not', operand }
}

function parseComparison(cursor: Cursor): PythonExpression {
  const { start } = cursor
  const left = parseBinary(cursor, 1)
  if (!comparisons.has(cursor.token.text)) return left
  const ops: CompareOperator[] = []
  const comparators: PythonExpression[] = []
  while (comparisons.has(cursor.token.text)) {
    ops.push(parseCompareOperator(cursor))
    comparators.push(parseBinary(cursor, 1))
  }
  return { type: 'Compare', start, end: cursor.end, left, ops, comparators }
}

function parseCompareOperator(cursor: Cursor): CompareOperator {
  const { text } = cursor.next()
  if (text === 'not') {
    cursor.expect('in')
    return 'not in'
  }
  if (text === 'is' && cursor.accept('not')) return 'is not'
  return text as CompareOperator
}

/** Binary operators of at least the given precedence, left-associative. */
export function parseBinary(cursor: Cursor, weakest: number): PythonExpression {
  const { start } = cursor
  let left = parseUnary(cursor)
  for (let links = 0; ; links++) {
    const op = cursor.token.text
    const power = cursor.atKind('operator') ? (powers[op] ?? 0) : 0
    if (power < weakest) return left
    if (links > longestChain) cursor.refuseDepth('too many operators in a row')
    cursor.next()
    const right = parseBinary(cursor, power + 1)
    left = { type: 'BinOp', start, end: cursor.end, left, op: op as BinaryOperator, right }
  }
}

function parseUnary(cursor: Cursor): PythonExpression {
  const { start } = cursor
  const { text } = cursor.token
  if (text === '-' || text === '+' || text === '~') {
    cursor.next()
    const operand = cursor.nested(() => parseUnary(cursor))
    return { type: 'UnaryOp', start, end: cursor.end, op: text, operand }
  }
  const left = parseAwait(cursor)
  if (!cursor.accept('**')) return left
  const right = cursor.nested(() => parseUnary(cursor))
  return { type: 'BinOp', start, end: cursor.end, left, op: '**', right }
}

function parseAwait(cursor: Cursor): PythonExpression {
  const { start } = cursor
  if (!cursor.accept('await')) return parsePrimary(cursor)
  const value = parsePrimary(cursor)
  return { type: 'Await', start, end: cursor.end, value }
}

function parsePrimary(cursor: Cursor): PythonExpression {
  const { start } = cursor
  let node = cursor.grammar.atom(cursor)
  for (let links = 0; ; links++) {
    if (links > longestChain) cursor.refuseDepth('too many calls in a row')
    if (cursor.accept('.')) {
      const attr = cursor.expectName().text
      node = { type: 'Attribute', start, end: cursor.end, value: node, attr, ctx: 'Load' }
    } else if (cursor.accept('(')) {
      const { args, keywords: named } = parseCallArguments(cursor)
      node = { type: 'Call', start, end: cursor.end, func: node, args, keywords: named }
    } else if (cursor.accept('[')) {
      const slice = parseSlices(cursor)
      cursor.expect(']')
      node = { type: 'Subscript', start, end: cursor.end, value: node, slice, ctx: 'Load' }
    } else return node
  }
}

/** Starts after the opening bracket; consumes the closing one. */
export function parseCallArguments(cursor: Cursor): { args: PythonExpression[]; keywords: Keyword[] } {
  const args: PythonExpression[] = []
  const named: Keyword[] = []
  while (!cursor.accept(')')) {
    const { start } = cursor
    if (cursor.accept('**')) {
      const value = parseTest(cursor)
      named.push({ type: 'keyword', start, end: cursor.end, arg: null, value })
    } else if (cursor.atKind('name') && cursor.peek(1).text === '=') {
      const arg = cursor.expectName().text
      cursor.next()
      const value = parseTest(cursor)
      named.push({ type: 'keyword', start, end: cursor.end, arg, value })
    } else args.push(parseArgument(cursor))
    if (!cursor.accept(',') && !cursor.at(')')) cursor.fail('expected , or )')
  }
  return { args, keywords: named }
}

function parseArgument(cursor: Cursor): PythonExpression {
  const { start } = cursor
  if (cursor.accept('*')) {
    const value = parseTest(cursor)
    return { type: 'Starred', start, end: cursor.end, value, ctx: 'Load' }
  }
  const elt = parseNamed(cursor)
  if (!beginsComprehension(cursor)) return elt
  const generators = parseComprehensions(cursor)
  return { type: 'GeneratorExp', start, end: cursor.end, elt, generators }
}

function parseSlices(cursor: Cursor): PythonExpression {
  const { start } = cursor
  const first = parseSlice(cursor)
  if (!cursor.at(',')) return first.type === 'Starred' ? { type: 'Tuple', start, end: cursor.end, elts: [first], ctx: 'Load' } : first
  const elts = [first]
  while (cursor.accept(',') && !cursor.at(']')) elts.push(parseSlice(cursor))
  return { type: 'Tuple', start, end: cursor.end, elts, ctx: 'Load' }
}

function parseSlice(cursor: Cursor): PythonExpression {
  const { start } = cursor
  const lower = cursor.at(':') ? null : parseElement(cursor)
  if (!cursor.accept(':')) return lower ?? cursor.fail('expected an expression')
  const upper = parseBound(cursor)
  const step = cursor.accept(':') ? parseBound(cursor) : null
  return { type: 'Slice', start, end: cursor.end, lower, upper, step }
}

function parseBound(cursor: Cursor): PythonExpression | null {
  return cursor.at(':') || cursor.at(']') || cursor.at(',') ? null : parseTest(cursor)
}

export function beginsComprehension(cursor: Cursor): boolean {
  return cursor.at('for') || (cursor.at('async') && cursor.peek(1).text === 'for')
}

export function parseComprehensions(cursor: Cursor): Comprehension[] {
  const generators: Comprehension[] = []
  while (beginsComprehension(cursor)) {
    const { start } = cursor
    const isAsync = cursor.accept('async')
    cursor.expect('for')
    const target = parseTargets(cursor)
    cursor.expect('in')
    const iter = parseDisjunction(cursor)
    const ifs: PythonExpression[] = []
    while (cursor.accept('if')) ifs.push(parseFilter(cursor))
    generators.push({ type: 'comprehension', start, end: cursor.end, target, iter, ifs, is_async: isAsync })
  }
  return generators
}

function parseFilter(cursor: Cursor): PythonExpression {
  return cursor.at('lambda') ? parseLambda(cursor) : parseDisjunction(cursor)
}
