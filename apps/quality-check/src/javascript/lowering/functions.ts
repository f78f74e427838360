import type { Node } from '@oxc-project/types'
import type { ClassNode, Expression, FunctionNode, Parameter, Statement } from '../../flow/program.ts'
import { blockNames, boundNames, hoistedNames } from './declarations.ts'
import type { Lowering, Place } from './lowering.ts'
import { lowerKey, spanOf } from './members.ts'

type FunctionLike = Extract<Node, { readonly type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' | 'TSDeclareFunction' | 'TSEmptyBodyFunctionExpression' }>
type ClassLike = Extract<Node, { readonly type: 'ClassDeclaration' | 'ClassExpression' }>
type ParameterLike = FunctionLike['params'][number]

export function lowerFunction(node: FunctionLike, lowering: Lowering, place: Place, decorators: readonly Expression[] = []): FunctionNode {
  const name = node.id?.name ?? place.name ?? ''
  const exported = lowering.exporting || (lowering.isTop && lowering.exported.has(name))
  const body = node.body === null ? [] : node.body.type === 'BlockStatement' ? node.body.body : [node.body]
  const returned = node.body !== null && node.body.type !== 'BlockStatement' ? node.body : undefined
  const bindsThis = node.type !== 'ArrowFunctionExpression'
  const names = [...(bindsThis ? ['this'] : []), ...node.params.flatMap(boundNames), ...(returned === undefined ? [...hoistedNames(body), ...blockNames(body)] : [])]
  const { lowered, locals } = lowering.inFunction(names, () => ({
    parameters: node.params.map((parameter) => lowerParameter(parameter, lowering)),
    body: [...node.params.flatMap((parameter) => keptParameter(parameter)), ...(returned === undefined ? lowering.statements(body) : lowerReturned(returned, lowering))],
  }))
  return { name, ...lowered, locals, decorators, exported, ...(place.passedTo !== undefined && { passedTo: place.passedTo }), ...spanOf(node) }
}

function lowerReturned(node: Node, lowering: Lowering): Statement[] {
  return [{ kind: 'return', value: lowering.expression(node), ...spanOf(node) }]
}

function lowerParameter(node: ParameterLike, lowering: Lowering): Parameter {
  const written = node.type === 'TSParameterProperty' ? node.parameter : node
  const inner = written.type === 'AssignmentPattern' ? written.left : written.type === 'RestElement' ? written.argument : written
  const target = lowering.pattern(inner)
  return {
    target,
    name: inner.type === 'Identifier' ? inner.name : '',
    ...(written.type === 'RestElement' && { rest: 'list' as const }),
    ...(written.type === 'AssignmentPattern' && { default: lowering.expression(written.right) }),
    type: typeOf(inner, lowering.text) || typeOf(written, lowering.text),
    decorators: (node.decorators ?? []).map(({ expression }) => lowering.expression(expression)),
  }
}

/** The type as written, without type arguments. */
function typeOf(node: Node, text: string): string {
  if (!('typeAnnotation' in node) || node.typeAnnotation === null || node.typeAnnotation === undefined) return ''
  const { start, end } = node.typeAnnotation
  const written = text.slice(start, Math.min(end, start + 120)).replace(/^:\s*/, '')
  return written.startsWith('{') ? 'object' : (written.split('<')[0] as string).trim()
}

/** `constructor(private db: Db)` assigns its parameter to a field. */
function keptParameter(node: ParameterLike): Statement[] {
  if (node.type !== 'TSParameterProperty') return []
  const at = spanOf(node)
  return boundNames(node.parameter).map((name) => ({
    kind: 'expression' as const,
    expression: { kind: 'assign' as const, target: { kind: 'member' as const, object: { kind: 'name' as const, name: 'this', ...at }, key: name, ...at }, value: { kind: 'name' as const, name, ...at }, ...at },
    ...at,
  }))
}

export function lowerClass(node: ClassLike, lowering: Lowering, place: Place): ClassNode {
  const name = node.id?.name ?? place.name ?? ''
  const exported = lowering.exporting || (lowering.isTop && lowering.exported.has(name))
  const decorators = node.decorators.map(({ expression }) => lowering.expression(expression))
  const bases = node.superClass === null ? [] : [lowering.expression(node.superClass)]
  const members = lowering.inExport(exported, () => node.body.body.flatMap((member) => lowerClassMember(member, lowering)))
  return { name, bases, decorators, members, ...spanOf(node) }
}

function lowerClassMember(node: ClassLike['body']['body'][number], lowering: Lowering): ClassNode['members'] {
  if (node.type === 'StaticBlock') return [{ name: '', static: true, value: lowerStaticBlock(node, lowering) }]
  if (node.type === 'TSIndexSignature' || node.value === null) return []
  const key = lowerKey(node.key, node.computed, lowering)
  const name = typeof key === 'string' ? key : ''
  const decorators = node.decorators.map(({ expression }) => lowering.expression(expression))
  const hidden = 'accessibility' in node && node.accessibility === 'private'
  const value = lowering.inExport(lowering.exporting && !hidden && !name.startsWith('#'), () =>
    node.type === 'MethodDefinition' || node.type === 'TSAbstractMethodDefinition'
      ? ({ kind: 'function', function: lowerFunction(node.value, lowering, { name }, decorators), ...spanOf(node) } satisfies Expression)
      : lowering.expression(node.value as Node, { name }),
  )
  return [{ name, static: node.static, value }]
}

function lowerStaticBlock(node: Extract<Node, { readonly type: 'StaticBlock' }>, lowering: Lowering): Expression {
  const at = spanOf(node)
  const { lowered: body, locals } = lowering.inFunction(['this', ...hoistedNames(node.body), ...blockNames(node.body)], () => lowering.statements(node.body))
  return { kind: 'function', function: { name: 'static', parameters: [], locals, body, decorators: [], exported: false, ...at }, ...at }
}
