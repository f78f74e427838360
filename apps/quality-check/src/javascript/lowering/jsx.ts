import type { Node } from '@oxc-project/types'
import type { Expression } from '../../flow/program.ts'
import type { ExpressionLowerings, Lowering } from './lowering.ts'
import { spanOf } from './members.ts'

type Element = Extract<Node, { readonly type: 'JSXElement' }>
type Attribute = Element['openingElement']['attributes'][number]

/** Lowers `<a href={x}>` to a call of <jsx>.href with the value and the element's name. Other parts of an element are not sinks, because React escapes them. */
function lowerElement(node: Element, lowering: Lowering): Expression {
  const element = writtenName(node.openingElement.name)
  const attributes = node.openingElement.attributes.map((attribute) => lowerAttribute(attribute, element, lowering))
  const children = lowerChildren(node.children, lowering)
  const raw = element === 'script' ? [setting(element, { kind: 'combine', of: children, ...spanOf(node) }, element, node)] : children
  return { kind: 'opaque', of: [...attributes, ...raw], ...spanOf(node) }
}

function lowerAttribute(node: Attribute, element: string, lowering: Lowering): Expression {
  if (node.type === 'JSXSpreadAttribute') return setting('...', lowering.expression(node.argument), element, node)
  const name = writtenName(node.name)
  const value: Expression = node.value === null ? { kind: 'literal', value: true, ...spanOf(node) } : lowering.expression(node.value, { name })
  return setting(name, value, element, node)
}

function setting(attribute: string, value: Expression, element: string, at: Node): Expression {
  const span = spanOf(at)
  const callee: Expression = { kind: 'member', object: { kind: 'name', name: '<jsx>', ...span }, key: attribute, ...span }
  return { kind: 'call', callee, args: [{ value }, { value: { kind: 'literal', value: element, ...span } }], construct: false, ...span }
}

function lowerChildren(children: Element['children'], lowering: Lowering): Expression[] {
  return children.map((child) => lowering.expression(child))
}

function writtenName(name: Node): string {
  if (name.type === 'JSXIdentifier') return name.name
  if (name.type === 'JSXNamespacedName') return `${name.namespace.name}:${name.name.name}`
  if (name.type === 'JSXMemberExpression') return `${writtenName(name.object)}.${name.property.name}`
  return ''
}

export const jsxLowerings: ExpressionLowerings = {
  JSXElement: lowerElement,
  JSXFragment: (node, lowering) => ({ kind: 'opaque', of: lowerChildren(node.children, lowering), ...spanOf(node) }),
  JSXExpressionContainer: (node, lowering, place) => lowering.expression(node.expression, place),
  JSXSpreadChild: (node, lowering) => lowering.expression(node.expression),
  JSXText: (node) => ({ kind: 'literal', value: node.value, ...spanOf(node) }),
  JSXEmptyExpression: (node) => ({ kind: 'literal', value: undefined, ...spanOf(node) }),
}
