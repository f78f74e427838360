import type { ArrowFunctionExpression, Function as PlainFunction, Node } from '@oxc-project/types'
import { visitorKeys } from 'oxc-parser'
import { fieldOf } from '../syntax/fields.ts'

export type FunctionNode = PlainFunction | ArrowFunctionExpression

const noNodes: readonly Node[] = []
const noKeys: readonly string[] = []

/** Leaves are more than half of a tree, so they are skipped early. */
export function isLeaf(node: Node): boolean {
  if (node.type === 'Literal') return true
  return node.type === 'Identifier' && node.typeAnnotation == null && (node.decorators === undefined || node.decorators.length === 0)
}

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return node != null && (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression')
}

export function isLoop(node: Node): boolean {
  switch (node.type) {
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return true
    default:
      return false
  }
}

export function childrenOf(node: Node): readonly Node[] {
  if (isLeaf(node)) return noNodes
  const children: Node[] = []
  for (const key of visitorKeys[node.type] ?? noKeys) {
    const value = fieldOf(node, key)
    if (value == null) continue
    if ('type' in value) children.push(value)
    else for (const each of value) if (each !== null) children.push(each)
  }
  return children
}

/** Pushes the direct children that satisfy `passes` onto a stack, the first on top. */
export function stackChildren(node: Node, passes: (child: Node) => boolean, stack: Node[]): void {
  const keys = visitorKeys[node.type] ?? noKeys
  for (let at = keys.length - 1; at >= 0; at--) {
    const value = fieldOf(node, keys[at] as string)
    if (value == null) continue
    if ('type' in value) {
      if (passes(value)) stack.push(value)
      continue
    }
    for (let index = value.length - 1; index >= 0; index--) {
      const each = value[index]
      if (each != null && passes(each)) stack.push(each)
    }
  }
}

/** Calls `visit` for a node and its descendants. If it returns false, the descendants of that node are skipped. */
export function walk(node: Node, visit: (node: Node) => boolean | void): void {
  if (visit(node) === false) return
  if (isLeaf(node)) return
  for (const key of visitorKeys[node.type] ?? noKeys) {
    const value = fieldOf(node, key)
    if (value == null) continue
    if ('type' in value) walk(value, visit)
    else for (const each of value) if (each !== null) walk(each, visit)
  }
}

/** Whether a node or a descendant satisfies `passes`. Nodes that `enters` rejects are not searched. */
export function contains(node: Node, passes: (node: Node) => boolean, enters: (node: Node) => boolean = everywhere): boolean {
  if (passes(node)) return true
  if (isLeaf(node)) return false
  for (const key of visitorKeys[node.type] ?? noKeys) {
    const value = fieldOf(node, key)
    if (value == null) continue
    if ('type' in value) {
      if (enters(value) && contains(value, passes, enters)) return true
    } else for (const each of value) if (each !== null && enters(each) && contains(each, passes, enters)) return true
  }
  return false
}

const everywhere = () => true

export const outsideFunctions = (node: Node): boolean => !isFunction(node)

/** Strips casts, parentheses and optional-chain wrappers. */
export function bare(node: Node): Node {
  switch (node.type) {
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ChainExpression':
      return bare(node.expression)
    default:
      return node
  }
}

// The names of a chain are computed for each of its links, which takes seconds for thousands of links. No rule matches such a long name.
const mostLinks = 100

/** "expect().not.toBe" for expect(1).not.toBe: the names of a chain. Empty when it does not begin with a name, or is too long. */
export function chainOf(given: Node, linksLeft = mostLinks): string {
  if (linksLeft === 0) return ''
  const node = bare(given)
  switch (node.type) {
    case 'Identifier':
      return node.name
    case 'ThisExpression':
      return 'this'
    case 'CallExpression': {
      const callee = chainOf(node.callee, linksLeft - 1)
      return callee === '' ? '' : `${callee}()`
    }
    case 'AwaitExpression':
      return chainOf(node.argument, linksLeft - 1)
    case 'MemberExpression': {
      const object = chainOf(node.object, linksLeft - 1)
      return object === '' || (node.computed && !isText(node.property)) ? object && `${object}[]` : `${object}.${nameOf(node.property)}`
    }
    default:
      return ''
  }
}

function isText(node: Node): boolean {
  return node.type === 'Literal' && typeof node.value === 'string'
}

/** The name of an identifier or text key; empty for anything else. */
export function nameOf(node: Node): string {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return node.name
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : ''
}

/** The last name of a chain: "findOne" of db.users.findOne. */
export const lastName = (chain: string): string => chain.slice(chain.lastIndexOf('.') + 1)

/** The text of a constant string; undefined for anything else. */
export function textIn(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value
  return node?.type === 'TemplateLiteral' && node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined
}

export function enclosingFunction(ancestors: readonly Node[]): FunctionNode | undefined {
  return ancestors.findLast((node) => isFunction(node))
}

/** The name of a function, its own or that of the variable or key that holds it, and the name's position. */
export function nameOfFunction(node: FunctionNode, ancestors: readonly Node[]): { readonly name: string; readonly start: number; readonly end: number } {
  const named = (name: Node) => ({ name: nameOf(name), start: name.start, end: name.end })
  if (node.id != null) return named(node.id)
  const parent = ancestors.at(-1)
  switch (parent?.type) {
    case 'VariableDeclarator':
      return named(parent.id)
    case 'MethodDefinition':
    case 'Property':
    case 'PropertyDefinition':
      return named(parent.key)
    case 'AssignmentExpression':
      return { ...named(parent.left), name: lastName(chainOf(parent.left)) }
    default:
      return { name: '', start: node.start, end: Math.min(node.body?.start ?? node.end, node.start + 40) }
  }
}

/** The names that a binding pattern binds. */
export function namesBoundBy(pattern: Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ArrayPattern':
      return pattern.elements.flatMap((each) => (each === null ? [] : namesBoundBy(each)))
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) => namesBoundBy(each.type === 'Property' ? each.value : each.argument))
    case 'AssignmentPattern':
      return namesBoundBy(pattern.left)
    case 'RestElement':
      return namesBoundBy(pattern.argument)
    case 'TSParameterProperty':
      return namesBoundBy(pattern.parameter)
    default:
      return []
  }
}

/** Whether a variable is read below a node; keys and property names do not count. */
export function mentions(node: Node, name: string): boolean {
  if (node.type === 'Identifier') return node.name === name
  if (node.type === 'MemberExpression') return mentions(node.object, name) || (node.computed && mentions(node.property, name))
  if (node.type === 'Property') return (node.computed && mentions(node.key, name)) || mentions(node.value, name)
  return childrenOf(node).some((child) => mentions(child, name))
}
