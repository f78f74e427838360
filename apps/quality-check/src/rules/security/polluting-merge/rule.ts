import type { Node } from '@oxc-project/types'
import type { JavaScriptContext, JavaScriptRule } from '../../rule.ts'

type Loop = Extract<Node, { readonly type: 'ForInStatement' | 'ForOfStatement' }>
type Assignment = Extract<Node, { readonly type: 'AssignmentExpression' }>
type Member = Extract<Node, { readonly type: 'MemberExpression' }>

const numeric = /^(?:[ijklmnxy]|\w*(?:index|idx|row|col|pos|offset|count|len|num)\w*|\d+)$/i
const guarded = /__proto__|hasOwn|prototype|Object\.create\(null\)|new Map\b|isSafeKey|isUnsafe/

const isKey = (member: Member): boolean => member.computed && member.property.type === 'Identifier' && !numeric.test(member.property.name)
const loopOf = (ancestors: readonly Node[]): Loop | undefined => ancestors.findLast((node): node is Loop => node.type === 'ForInStatement' || node.type === 'ForOfStatement')
const functionOf = (ancestors: readonly Node[]): Node | undefined => ancestors.findLast((node) => node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression')

/** `at = at[key]` walks down by keys that are not known. */
function isDescent({ left, right }: Assignment): boolean {
  if (left.type !== 'Identifier' || right.type !== 'MemberExpression' || !isKey(right)) return false
  return right.object.type === 'Identifier' && right.object.name === left.name
}

/** `into[key] = from[key]` in a function that calls itself for what is nested. */
function isDeepCopy({ left, right }: Assignment, ancestors: readonly Node[], { textOf }: JavaScriptContext): boolean {
  const fn = functionOf(ancestors)
  const name = fn === undefined ? undefined : nameOf(fn, ancestors)
  if (fn === undefined || left.type !== 'MemberExpression' || !isKey(left) || name === undefined) return false
  const calls = textOf(fn).split(`${name}(`).length - 1
  return right.type === 'MemberExpression' && isKey(right) && calls > (fn.type === 'FunctionDeclaration' ? 1 : 0)
}

/** `function merge() {}` and `const merge = () => {}`. */
function nameOf(fn: Node, ancestors: readonly Node[]): string | undefined {
  if (fn.type === 'FunctionDeclaration') return fn.id?.name
  const holder = ancestors[ancestors.indexOf(fn) - 1]
  return holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : undefined
}

/** What the source has of its own may be named __proto__ too: only of the target it says something. */
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
      const fn = functionOf(ancestors)
      if (fn === undefined || node.operator !== '=' || !/[[]/.test(textOf(node))) return
      const isLoop = loopOf(ancestors) !== undefined || ancestors.some(({ type }) => type === 'ForStatement' || type === 'WhileStatement')
      if (isLoop && (isDescent(node) || isDeepCopy(node, ancestors, context)) && !isGuarded(node, textOf(fn), context)) context.report(node)
    },
  },
}
