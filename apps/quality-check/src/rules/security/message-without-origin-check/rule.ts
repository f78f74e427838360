import type { Node } from '@oxc-project/types'
import type { JavaScriptContext, JavaScriptRule } from '../../rule.ts'

type Handler = Extract<Node, { readonly type: 'ArrowFunctionExpression' | 'FunctionExpression' | 'FunctionDeclaration' }>

const isHandler = (node: Node | undefined): node is Handler => node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression'

/** The function itself, or the top-level function of that name. */
function handlerOf(node: Node | undefined, { program }: JavaScriptContext): Handler | undefined {
  if (isHandler(node)) return node
  if (node?.type !== 'Identifier') return undefined
  return program.body.find((each): each is Extract<typeof each, { readonly type: 'FunctionDeclaration' }> => each.type === 'FunctionDeclaration' && each.id?.name === node.name)
}

function isWindow(node: Node): boolean {
  return node.type === 'Identifier' && (node.name === 'window' || node.name === 'parent' || node.name === 'top')
}

/** Uses the message's data without checking its origin. */
function isUnchecked(handler: Handler, { textOf }: JavaScriptContext): boolean {
  if (handler.params.length === 0) return false
  const text = textOf(handler)
  return /\bdata\b/.test(text) && !/origin|\bsource\b|isTrusted/i.test(text)
}

export const rule: JavaScriptRule = {
  kind: 'javascript',
  id: 'message-without-origin-check',
  title: 'Message taken from any window',
  why: 'Every page that can reach this window may send it messages: what they say is not to be trusted.',
  fix: 'Compare event.origin with the origins that may send before the data is used.',
  category: 'security',
  severity: 'warning',
  confidence: 'medium',
  languages: ['javascript'],
  cwe: 'CWE-346',
  securitySeverity: 3.9,
  inTests: 'off',
  on: {
    CallExpression(node, context) {
      const { callee } = node
      const [type, listener] = node.arguments
      const method = callee.type === 'MemberExpression' ? callee.property : callee
      if (method.type !== 'Identifier' || method.name !== 'addEventListener' || type?.type !== 'Literal' || type.value !== 'message') return
      if (callee.type === 'MemberExpression' && !isWindow(callee.object)) return
      const handler = handlerOf(listener, context)
      if (handler !== undefined && isUnchecked(handler, context)) context.report(node)
    },
    AssignmentExpression(node, context) {
      const { left } = node
      if (left.type !== 'MemberExpression' || left.property.type !== 'Identifier' || left.property.name !== 'onmessage' || !isWindow(left.object)) return
      const handler = handlerOf(node.right, context)
      if (handler !== undefined && isUnchecked(handler, context)) context.report(node)
    },
  },
}
