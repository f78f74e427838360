import type { Argument, Expression } from '../../flow/program.ts'
import type { PythonExpression } from '../ast.ts'
import { calledName, lowerSpecial } from './special-calls.ts'
import { lowerFormat } from './texts.ts'
import { assignment, type Lowering, literalOf, nameOf, opaque, type PythonOf, spanOf } from './lowering.ts'

type Call = PythonOf<'Call'>

export function lowerCall(lowering: Lowering, node: Call): Expression {
  const text = lowerTextMethod(lowering, node) ?? lowerSpecial(lowering, node)
  if (text !== undefined) return text
  const call: Expression = { kind: 'call', callee: lowering.expression(node.func), args: lowering.arguments(node), construct: false, ...spanOf(node) }
  if (asksForNumber(node)) return opaque([call], node)
  if (node.keywords.some(({ arg }) => arg === 'usedforsecurity') || (node.keywords.length > 0 && remembered.test(calledName(node)))) return withFields(lowering, node, call)
  const [algorithm] = node.args
  if (algorithm !== undefined && node.func.type === 'Attribute' && node.func.attr === 'new' && node.func.value.type === 'Name' && node.func.value.id === 'hashlib') return withFields(lowering, node, call, [['algorithm', algorithm]])
  return node.func.type === 'Attribute' && node.func.attr === 'setFeature' ? withFeature(lowering, node, call) : call
}

/** args.get("page", type=int) */
function asksForNumber({ func, keywords }: Call): boolean {
  if (func.type !== 'Attribute' || (func.attr !== 'get' && func.attr !== 'getlist')) return false
  return keywords.some(({ arg, value }) => arg === 'type' && value.type === 'Name' && /^(?:int|float|bool)$/.test(value.id))
}

// Objects whose constructor arguments matter where they are used.
const remembered = /^(?:XMLParser|ETCompatXMLParser|XMLPullParser)$/

/** The created object, with its keyword arguments as fields. */
function withFields(lowering: Lowering, node: Call, call: Expression, others: readonly (readonly [string, PythonExpression])[] = []): Expression {
  const made = nameOf(lowering.scope.makeName('made'), node)
  const named = node.keywords.flatMap(({ arg, value }) => (arg === null ? [] : [[arg, value] as const]))
  const fields = [...named, ...others].map(([key, value]) => assignment({ kind: 'member', object: made, key, ...spanOf(value) }, lowering.expression(value), value))
  return { kind: 'sequence', body: [assignment(made, call, node), ...fields], value: made, ...spanOf(node) }
}

/** parser.setFeature(feature_external_ges, True) sets a field named after the feature. */
function withFeature(lowering: Lowering, node: Call, call: Expression): Expression {
  const [feature, value] = node.args
  if (node.func.type !== 'Attribute' || feature === undefined || value === undefined) return call
  const key = feature.type === 'Attribute' ? feature.attr : feature.type === 'Name' ? feature.id : literalFeature(feature)
  if (key === undefined) return call
  const target = { kind: 'member' as const, object: lowering.expression(node.func.value), key, ...spanOf(node) }
  return { kind: 'sequence', body: [assignment(target, lowering.expression(value), node)], value: call, ...spanOf(node) }
}

function literalFeature(node: PythonExpression): string | undefined {
  if (node.type !== 'Constant' || node.kind !== 'str') return undefined
  if (node.value.endsWith('external-general-entities')) return 'feature_external_ges'
  return node.value.endsWith('external-parameter-entities') ? 'feature_external_pes' : undefined
}

/** Positional arguments first, then keyword arguments, in the order in which they are bound. */
export function lowerArguments(lowering: Lowering, node: Call): Argument[] {
  const places = node.args.map((arg): Argument => (arg.type === 'Starred' ? { value: lowering.expression(arg.value), spread: true } : { value: lowering.expression(arg) }))
  const names = node.keywords.map(({ arg, value }): Argument => (arg === null ? { value: lowering.expression(value), name: '**', spread: true } : { value: lowering.expression(value), name: arg }))
  return [...places, ...names]
}

/** Methods of literal texts that concatenate: format and join. */
function lowerTextMethod(lowering: Lowering, node: Call): Expression | undefined {
  const { func, args } = node
  if (func.type !== 'Attribute' || func.value.type !== 'Constant' || func.value.kind !== 'str') return undefined
  if (func.attr === 'format') return lowerFormat(lowering, node, func.value.value)
  const [only] = args
  if (func.attr !== 'join' || only === undefined || args.length !== 1) return undefined
  return lowerJoin(lowering, node, only, func.value.value)
}

function lowerJoin(lowering: Lowering, node: Call, list: PythonExpression, separator: string): Expression | undefined {
  if ((list.type !== 'List' && list.type !== 'Tuple') || list.elts.some(({ type }) => type === 'Starred')) return undefined
  const parts = list.elts.flatMap((element, index) => (index === 0 || separator === '' ? [lowering.expression(element)] : [literalOf(separator, node.func), lowering.expression(element)]))
  return { kind: 'concat', parts, ...spanOf(node) }
}
