import type { Node } from '@oxc-project/types'
import type { Argument, Expression, ListItem, RecordEntry } from '../../flow/program.ts'
import type { ExpressionLowerings, Lowering, Place } from './lowering.ts'
import { announceKey, constantOf, keyExpression, lowerName, spanOf, writtenPath } from './members.ts'
import { modulePath } from './modules.ts'

type Call = Extract<Node, { readonly type: 'CallExpression' | 'NewExpression' }>

function lowerCall(node: Call, lowering: Lowering): Expression {
  const wanted = requiredModule(node, lowering)
  if (wanted !== undefined) return { kind: 'name', name: lowering.require(modulePath(wanted)), ...spanOf(node) }
  const callee = lowering.expression(node.callee)
  const call: Expression = { kind: 'call', callee, args: lowerArguments(node, lowering), construct: node.type === 'NewExpression', ...spanOf(node) }
  const body = announceKey(node.callee, 'call', lowering)
  return body.length === 0 ? call : { kind: 'sequence', body, value: call, ...spanOf(node) }
}

/** The module in `require('x')`. */
export function requiredModule(node: Node, lowering: Lowering): string | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'require' || !lowering.isGlobal('require')) return undefined
  const [source] = node.arguments
  const value = source === undefined ? undefined : constantOf(source)
  return typeof value === 'string' ? value : undefined
}

function lowerArguments(node: Call, lowering: Lowering): Argument[] {
  const [first] = node.arguments
  const place: Place = node.arguments.some(isFunction) ? { passedTo: { callee: writtenPath(node.callee), first: first === undefined ? undefined : constantOf(first) } } : {}
  return node.arguments.map((argument) => (argument.type === 'SpreadElement' ? { value: lowering.expression(argument.argument), spread: true } : { value: lowering.expression(argument, place) }))
}

function isFunction(node: Node): boolean {
  return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression'
}

function lowerTaggedTemplate(node: Extract<Node, { readonly type: 'TaggedTemplateExpression' }>, lowering: Lowering): Expression {
  const at = spanOf(node)
  const texts = node.quasi.quasis.map((quasi): ListItem => ({ value: { kind: 'literal', value: quasi.value.cooked ?? quasi.value.raw, ...spanOf(quasi) } }))
  const holes = node.quasi.expressions.map((hole) => lowering.expression(hole))
  if (writtenPath(node.tag) === 'String.raw') return { kind: 'concat', parts: interleave(texts.map(({ value }) => value), holes), ...at }
  const list: Expression = { kind: 'list', items: texts, ...spanOf(node.quasi) }
  return { kind: 'call', callee: lowering.expression(node.tag), args: [list, ...holes].map((value) => ({ value })), construct: false, ...at }
}

function lowerTemplate(node: Extract<Node, { readonly type: 'TemplateLiteral' }>, lowering: Lowering): Expression {
  const at = spanOf(node)
  if (node.expressions.length === 0) return { kind: 'literal', value: constantOf(node), ...at }
  const texts = node.quasis.map((quasi): Expression => ({ kind: 'literal', value: quasi.value.cooked ?? quasi.value.raw, ...spanOf(quasi) }))
  return { kind: 'concat', parts: interleave(texts, node.expressions.map((hole) => lowering.expression(hole))), ...at }
}

function interleave(texts: readonly Expression[], holes: readonly Expression[]): Expression[] {
  return texts.flatMap((text, index) => [...(text.kind === 'literal' && text.value === '' ? [] : [text]), ...holes.slice(index, index + 1)])
}

function lowerObject(node: Extract<Node, { readonly type: 'ObjectExpression' }>, lowering: Lowering): Expression {
  const entries = node.properties.map((property): RecordEntry => {
    if (property.type === 'SpreadElement') return { spread: lowering.expression(property.argument) }
    const key = keyExpression(property.key, property.computed, lowering)
    const name = key.kind === 'literal' ? String(key.value) : ''
    return { key, value: lowering.expression(property.value, { name }) }
  })
  return { kind: 'record', entries, ...spanOf(node) }
}

function lowerArray(node: Extract<Node, { readonly type: 'ArrayExpression' }>, lowering: Lowering): Expression {
  const items = node.elements.map((element): ListItem => {
    if (element === null) return { value: { kind: 'literal', value: undefined, ...spanOf(node) } }
    return element.type === 'SpreadElement' ? { value: lowering.expression(element.argument), spread: true } : { value: lowering.expression(element) }
  })
  return { kind: 'list', items, ...spanOf(node) }
}

function lowerImport(node: Extract<Node, { readonly type: 'ImportExpression' }>, lowering: Lowering): Expression {
  const source = constantOf(node.source)
  if (typeof source === 'string') return { kind: 'name', name: lowering.require(modulePath(source)), ...spanOf(node) }
  return { kind: 'call', callee: lowerName('import', node, lowering), args: [{ value: lowering.expression(node.source) }], construct: false, ...spanOf(node) }
}

/** Calls, and literals that contain expressions. */
export const callLowerings: ExpressionLowerings = {
  CallExpression: lowerCall,
  NewExpression: lowerCall,
  ImportExpression: lowerImport,
  TaggedTemplateExpression: lowerTaggedTemplate,
  TemplateLiteral: lowerTemplate,
  ObjectExpression: lowerObject,
  ArrayExpression: lowerArray,
}
