import type { Node } from '@oxc-project/types'
import type { Expression, MatchCase, Statement } from '../../flow/program.ts'
import { blockNames, boundNames } from './declarations.ts'
import { lowerClass, lowerFunction } from './functions.ts'
import type { Lowering, StatementLowerings } from './lowering.ts'
import { spanOf } from './members.ts'

type Of<T extends Node['type']> = Extract<Node, { readonly type: T }>

function lowerBlock(nodes: readonly Node[], lowering: Lowering): Statement[] {
  return lowering.inBlock(blockNames(nodes), () => lowering.statements(nodes))
}

/** A statement in place of a block: the branch of an if, the body of a loop. */
function lowerBody(node: Node, lowering: Lowering): Statement[] {
  return node.type === 'BlockStatement' ? lowerBlock(node.body, lowering) : lowerBlock([node], lowering)
}

const run = (expression: Expression): Statement => ({ kind: 'expression', expression, start: expression.start, end: expression.end })

function lowerFor(node: Of<'ForStatement'>, lowering: Lowering): Statement[] {
  const names = node.init === null ? [] : blockNames([node.init])
  return lowering.inBlock(names, () => {
    const begin = node.init === null ? [] : node.init.type === 'VariableDeclaration' ? lowering.statement(node.init) : [run(lowering.expression(node.init))]
    const body = lowerBody(node.body, lowering)
    const step = node.update === null ? [] : [run(lowering.expression(node.update))]
    return [...begin, { kind: 'loop', ...(node.test !== null && { test: lowering.expression(node.test) }), body: [...body, ...step], ...spanOf(node) }]
  })
}

function lowerForEach(node: Of<'ForInStatement' | 'ForOfStatement'>, lowering: Lowering): Statement[] {
  const of = lowering.expression(node.right)
  const { left } = node
  const declared = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : undefined
  return lowering.inBlock(blockNames([left]), () => {
    const target = lowering.pattern(declared ?? left)
    return [{ kind: 'loop', each: { target, of, takes: node.type === 'ForInStatement' ? 'keys' : 'values' }, body: lowerBody(node.body, lowering), ...spanOf(node) }]
  })
}

const lowerWhile = (node: Of<'WhileStatement' | 'DoWhileStatement'>, lowering: Lowering): Statement[] => [
  { kind: 'loop', test: lowering.expression(node.test), body: lowerBody(node.body, lowering), ...spanOf(node) },
]

const leaves = new Set(['BreakStatement', 'ReturnStatement', 'ThrowStatement', 'ContinueStatement'])

function lowerSwitch(node: Of<'SwitchStatement'>, lowering: Lowering): Statement[] {
  const subject = lowering.expression(node.discriminant)
  const names = blockNames(node.cases.flatMap(({ consequent }) => consequent))
  const cases = lowering.inBlock(names, () => node.cases.map((each) => lowerCase(each, lowering)))
  return [{ kind: 'match', subject, cases, ...spanOf(node) }]
}

function lowerCase(node: Of<'SwitchCase'>, lowering: Lowering): MatchCase {
  const last = lastOf(node.consequent)
  return { tests: node.test === null ? [] : [lowering.expression(node.test)], body: lowering.statements(node.consequent), fallsThrough: last === undefined || !leaves.has(last.type) }
}

function lastOf(nodes: readonly Node[]): Node | undefined {
  const last = nodes.at(-1)
  return last?.type === 'BlockStatement' ? lastOf(last.body) : last
}

function lowerTry(node: Of<'TryStatement'>, lowering: Lowering): Statement[] {
  const { block, handler, finalizer } = node
  const body = lowerBlock(block.body, lowering)
  const handlers = handler === null ? [] : [lowerCatch(handler, lowering)]
  return [{ kind: 'try', body, handlers, finally: finalizer === null ? [] : lowerBlock(finalizer.body, lowering), ...spanOf(node) }]
}

function lowerCatch({ param, body }: Of<'CatchClause'>, lowering: Lowering): Extract<Statement, { readonly kind: 'try' }>['handlers'][number] {
  return lowering.inBlock([...boundNames(param), ...blockNames(body.body)], () => ({ ...(param !== null && { binding: lowering.pattern(param) }), body: lowering.statements(body.body) }))
}

/** Statements other than declarations of modules and variables. */
export const statementLowerings: StatementLowerings = {
  ExpressionStatement: (node, lowering) => [run(lowering.expression(node.expression))],
  BlockStatement: (node, lowering) => [{ kind: 'block', body: lowerBlock(node.body, lowering), ...spanOf(node) }],
  IfStatement: (node, lowering) => [
    // oxlint-disable-next-line unicorn/no-thenable -- the program's word for an arm, never awaited
    { kind: 'if', test: lowering.expression(node.test), then: lowerBody(node.consequent, lowering), otherwise: node.alternate === null ? [] : lowerBody(node.alternate, lowering), ...spanOf(node) },
  ],
  ForStatement: lowerFor,
  ForInStatement: lowerForEach,
  ForOfStatement: lowerForEach,
  WhileStatement: lowerWhile,
  DoWhileStatement: lowerWhile,
  SwitchStatement: lowerSwitch,
  TryStatement: lowerTry,
  LabeledStatement: (node, lowering) => lowering.statement(node.body),
  WithStatement: (node, lowering) => [run(lowering.expression(node.object)), ...lowerBody(node.body, lowering)],
  ReturnStatement: (node, lowering) => [{ kind: 'return', ...(node.argument !== null && { value: lowering.expression(node.argument) }), ...spanOf(node) }],
  ThrowStatement: (node, lowering) => [{ kind: 'throw', value: lowering.expression(node.argument), ...spanOf(node) }],
  BreakStatement: (node) => [{ kind: 'break', ...spanOf(node) }],
  ContinueStatement: (node) => [{ kind: 'continue', ...spanOf(node) }],
  FunctionDeclaration: (node, lowering) => [{ kind: 'function', function: lowerFunction(node, lowering, {}), ...spanOf(node) }],
  ClassDeclaration: (node, lowering) => [{ kind: 'class', class: lowerClass(node, lowering, {}), ...spanOf(node) }],
}
