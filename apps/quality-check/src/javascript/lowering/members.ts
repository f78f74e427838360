import type { Node } from '@oxc-project/types'
import type { Constant, Expression, Span, Statement } from '../../flow/program.ts'
import type { Lowering } from './lowering.ts'

export const spanOf = ({ start, end }: Span): Span => ({ start, end })

const globals = new Set(['window', 'globalThis', 'self', 'global'])

/** A variable, or a global under its canonical name. */
export function lowerName(name: string, at: Span, lowering: Lowering): Expression {
  if (name === 'undefined' && lowering.isGlobal(name)) return { kind: 'literal', value: undefined, ...spanOf(at) }
  if (name === 'jQuery' && lowering.isGlobal(name)) return { kind: 'name', name: '$', ...spanOf(at) }
  return { kind: 'name', name: lowering.nameOf(name), ...spanOf(at) }
}

/** The key of a member, property or method: a text if it is constant. */
export function lowerKey(key: Node, computed: boolean, lowering: Lowering): string | Expression {
  if (!computed && (key.type === 'Identifier' || key.type === 'PrivateIdentifier')) return key.type === 'Identifier' ? key.name : `#${key.name}`
  const value = constantOf(key)
  return value === undefined || value === null ? lowering.expression(key) : String(value)
}

/** The key as an expression. */
export function keyExpression(key: Node, computed: boolean, lowering: Lowering): Expression {
  const lowered = lowerKey(key, computed, lowering)
  return typeof lowered === 'string' ? { kind: 'literal', value: lowered, ...spanOf(key) } : lowered
}

/** The value of a literal or of a template without expressions; undefined for anything else. */
export function constantOf(node: Node): Constant {
  if (node.type === 'Literal') return 'regex' in node ? undefined : node.value
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? ''
  return undefined
}

type Member = Extract<Node, { readonly type: 'MemberExpression' }>

/** The object and the key of a member. Members of the global object become globals. */
export function lowerMember(node: Member, lowering: Lowering): { readonly global: string } | { readonly object: Expression; readonly key: string | Expression } {
  const key = lowerKey(node.property, node.computed, lowering)
  const global = typeof key === 'string' ? globalName(node.object, key, lowering) : undefined
  if (global !== undefined) return { global }
  const object = lowering.expression(node.object)
  return { object, key }
}

function globalName(object: Node, key: string, lowering: Lowering): string | undefined {
  if (object.type !== 'Identifier' || !lowering.isGlobal(object.name)) return undefined
  if (globals.has(object.name) && key !== 'name' && lowering.isGlobal(key)) return key === 'jQuery' ? '$' : key
  return object.name === 'document' && key === 'location' ? 'location' : undefined
}

/**
 * Lowers the use of a computed member to calls that rules can match, in front of the expression: `o[k]()` to <key>.call with the key, `o[k] = v` to <key>.write, and
 * `o[j][k] = v` to <key>.write with both keys.
 */
export function announceKey(node: Node, use: 'call' | 'write', lowering: Lowering): Statement[] {
  const keys = [...dynamicKeys(node), ...(node.type === 'MemberExpression' ? dynamicKeys(node.object) : [])]
  if (keys.length === 0 || dynamicKeys(node).length === 0) return []
  const at = spanOf(node)
  const callee: Expression = { kind: 'member', object: { kind: 'name', name: '<key>', ...at }, key: use, ...at }
  return [{ kind: 'expression', expression: { kind: 'call', callee, args: keys.map((key) => ({ value: lowering.expression(key) })), construct: false, ...at }, ...at }]
}

// Only keys that can be evaluated twice: names and members.
function dynamicKeys(node: Node): Node[] {
  if (node.type !== 'MemberExpression' || !node.computed) return []
  return node.property.type === 'Identifier' || node.property.type === 'MemberExpression' ? [node.property] : []
}

interface WrittenPart {
  readonly text: string
  readonly of: Node
}

const maxWrittenParts = 8

/** A shortened form of the callee as written: "app.get", "express.Router().post". Empty for anything else. */
export function writtenPath(node: Node): string {
  const parts: string[] = []
  let each: Node | undefined = node
  let root: string | undefined
  while (each !== undefined && root === undefined && parts.length < maxWrittenParts) {
    root = rootName(each)
    const part: WrittenPart | undefined = root === undefined ? writtenPart(each) : undefined
    if (part !== undefined) parts.unshift(part.text)
    each = part?.of
  }
  if (root === undefined && parts.length === 0) return ''
  return [root ?? '*', ...parts].join('.').replaceAll('.()', '()')
}

function rootName(node: Node): string | undefined {
  if (node.type === 'ThisExpression') return 'this'
  return node.type === 'Identifier' ? node.name : undefined
}

function writtenPart(node: Node): WrittenPart | undefined {
  if (node.type === 'ChainExpression') return writtenPart(node.expression)
  if (node.type === 'CallExpression') return { text: '()', of: node.callee }
  return node.type === 'MemberExpression' && node.property.type === 'Identifier' && !node.computed ? { text: node.property.name, of: node.object } : undefined
}
