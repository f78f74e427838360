import type { Node } from '@oxc-project/types'
import { enclosingFunction, isFunction, type FunctionNode } from '../../../javascript/nodes.ts'
import type { JavaScriptContext, JavaScriptRule } from '../../rule.ts'

type Loop = Extract<Node, { readonly type: 'ForInStatement' | 'ForOfStatement' }>
type Assignment = Extract<Node, { readonly type: 'AssignmentExpression' }>
type Member = Extract<Node, { readonly type: 'MemberExpression' }>

const numeric = /^(?:[ijklmnxy]|\w*(?:index|idx|row|col|pos|offset|count|len|num)\w*|\d+)$/i
const guarded = /__proto__|hasOwn|prototype|Object\.create\(null\)|new Map\b|is(?:Safe|Unsafe|Valid|Invalid|Allowed|Forbidden|Dangerous)\w*Key/

const isKey = (member: Member): boolean => member.computed && member.property.type === 'Identifier' && !numeric.test(member.property.name)
const loopOf = (ancestors: readonly Node[]): Loop | undefined => ancestors.findLast((node): node is Loop => node.type === 'ForInStatement' || node.type === 'ForOfStatement')

/** The callback of list.forEach. */
function isRound(fn: Node, ancestors: readonly Node[]): boolean {
  const call = ancestors[ancestors.indexOf(fn) - 1]
  return call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && call.callee.property.type === 'Identifier' && call.callee.property.name === 'forEach'
}

/** `at = at[key]` descends by unknown keys. */
function isDescent({ left, right }: Assignment): boolean {
  if (left.type !== 'Identifier' || right.type !== 'MemberExpression' || !isKey(right)) return false
  return right.object.type === 'Identifier' && right.object.name === left.name
}

/** `into[key] = from[key]`, or the result of a recursive call for a nested value. */
function isDeepCopy({ left, right }: Assignment, ancestors: readonly Node[], { textOf }: JavaScriptContext): boolean {
  if (left.type !== 'MemberExpression' || !isKey(left)) return false
  const fn = ancestors.findLast((node): node is FunctionNode => isFunction(node) && nameOf(node, ancestors) !== undefined)
  const name = fn === undefined ? undefined : nameOf(fn, ancestors)
  if (fn === undefined || name === undefined) return false
  const heads = fn.id == null ? 0 : 1
  const calls = textOf(fn).split(`${name}(`).length - 1 - heads
  const isItsOwn = right.type === 'CallExpression' && right.callee.type === 'Identifier' && right.callee.name === name && right.arguments.length > 1 && right.arguments.some((given) => given.type === 'MemberExpression' && isKey(given))
  return isItsOwn || (right.type === 'MemberExpression' && isKey(right) && calls > 0)
}

/** `function merge() {}`, `const merge = () => {}` and `module.exports = merge = function () {}`. */
function nameOf(fn: Node, ancestors: readonly Node[]): string | undefined {
  if (fn.type === 'FunctionDeclaration' || (fn.type === 'FunctionExpression' && fn.id !== null)) return fn.id?.name
  const holder = ancestors[ancestors.indexOf(fn) - 1]
  const target = holder?.type === 'VariableDeclarator' ? holder.id : holder?.type === 'AssignmentExpression' ? holder.left : undefined
  return target?.type === 'Identifier' ? target.name : undefined
}

/** A hasOwnProperty check of the source does not help, because the source may have its own __proto__. A check of the target does. */
function isGuarded({ right }: Assignment, text: string, { textOf }: JavaScriptContext): boolean {
  const source = right.type === 'MemberExpression' ? textOf(right.object) : ''
  return guarded.test(source === '' ? text : text.replaceAll(`${source}.hasOwnProperty(`, ''))
}

export const rule: JavaScriptRule = {
  kind: 'javascript',
  id: 'polluting-merge',
  title: 'Objects merged by any key',
  why: 'A key named __proto__ leads from any object to the one that all others inherit from.',
  fix: 'Skip __proto__, constructor and prototype, or merge into Object.create(null) or a Map.',
  category: 'security',
  severity: 'note',
  confidence: 'low',
  languages: ['javascript'],
  cwe: 'CWE-1321',
  securitySeverity: 3.5,
  inTests: 'off',
  on: {
    AssignmentExpression(node, context) {
      const { ancestors, textOf } = context
      const fn = enclosingFunction(ancestors)
      if (fn === undefined || node.operator !== '=' || !/[[]/.test(textOf(node))) return
      const isLoop = isRound(fn, ancestors) || loopOf(ancestors) !== undefined || ancestors.some(({ type }) => type === 'ForStatement' || type === 'WhileStatement')
      const whole = ancestors.findLast((each) => isFunction(each) && !isRound(each, ancestors)) ?? fn
      if (isLoop && (isDescent(node) || isDeepCopy(node, ancestors, context)) && !isGuarded(node, textOf(whole), context)) context.report(node)
    },
  },
}
