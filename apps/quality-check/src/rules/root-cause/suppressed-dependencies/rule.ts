import type { Node } from '@oxc-project/types'
import { isReasoned } from '../../../javascript/comments.ts'
import { chainOf, enclosingFunction, isFunction, mentions, namesBoundBy } from '../../../javascript/nodes.ts'
import type { JavaScriptRule } from '../../rule.ts'
import { overlapping } from '../../../syntax/nearby.ts'

const hooks = /^(?:React\.)?use(?:LayoutEffect|InsertionEffect|Effect|Memo|Callback)$/
const switchedOff = /\beslint-disable(?:-next-line|-line)?\b[^\r\n]*\breact-hooks\/exhaustive-deps\b(?![^\r\n]*--\s*\S)/

export const rule: JavaScriptRule = {
  id: 'suppressed-dependencies',
  kind: 'javascript',
  title: 'Dependency of a hook left out, and its check switched off',
  why: 'It keeps the value that it saw first: when the property changes, the screen goes on showing what belonged to the one before.',
  fix: 'Name the dependency in the list, or say behind " -- " in the comment why it must not run again.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript'],
  inTests: 'off',
  on: {
    CallExpression(node, context) {
      const [callback, list] = node.arguments
      if (!hooks.test(chainOf(node.callee)) || !isFunction(callback) || callback.body == null || list?.type !== 'ArrayExpression') return
      const off = overlapping(context.comments, node.start - 200, list.end + 200).find(({ value, start, end }) => switchedOff.test(value) && isAt(context.text, { start, end }, { start: node.start, end: list.end }))
      const owner = enclosingFunction(context.ancestors)
      if (off === undefined || owner === undefined || isReasoned(context, { start: Math.min(off.start, node.start), end: list.end })) return
      const listed = new Set(list.elements.map((each) => (each === null ? '' : chainOf(each).split('.', 1)[0])))
      const missing = owner.params.flatMap(namesBoundBy).filter((name) => !listed.has(name) && !/^(?:on[A-Z]|set[A-Z]|dispatch$|ref$|\w+Ref$)/.test(name) && mentions(callback.body as Node, name))
      if (missing.length > 0) context.report(list, { message: `it depends on ${missing.join(' and ')}, which the list leaves out`, advice: 'unless_new' })
    },
  },
}

/** Inside the call, on its last line, or on the line before it. */
function isAt(text: string, comment: { readonly start: number; readonly end: number }, call: { readonly start: number; readonly end: number }): boolean {
  if (comment.start >= call.start && comment.end <= call.end) return true
  return comment.end <= call.start ? /^\s*$/.test(text.slice(comment.end, call.start)) : /^[^\n]*$/.test(text.slice(call.end, comment.start))
}
