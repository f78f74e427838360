import type { CallExpression, Node } from '@oxc-project/types'
import { isExplained, isReasoned } from '../../../javascript/comments.ts'
import { bare, chainOf, enclosingFunction, isFunction, nameOfFunction, textIn } from '../../../javascript/nodes.ts'
import { changeBy, isNotice, isTakenForDone, readSwallowing } from '../../../javascript/swallowing.ts'
import type { SyntaxRule } from '../../rule.ts'
import { python } from './python.ts'

export const rule: SyntaxRule = {
  id: 'swallowed-exception',
  kind: 'syntax',
  title: 'Failure turned into a default',
  why: 'Whatever went wrong, bugs included, becomes an ordinary value: callers cannot tell failure from "nothing there", and nobody hears of it.',
  fix: 'Let it pass, or catch only the failure that is expected (by its type or code) and rethrow the rest; say in a comment when losing it is meant.',
  category: 'root_cause',
  severity: 'error',
  confidence: 'high',
  languages: ['javascript', 'python'],
  cwe: 'CWE-390',
  inTests: 'off',
  adviceUnlessNew: ['javascript'],
  python,
  javascript: {
    CatchClause(node, context) {
      const found = readSwallowing(node, context)
      if (found === undefined) return
      // An empty clause is reported at the position that oxlint uses.
      const at = node.body.body.length === 0 ? node.body : { start: node.start, end: node.start + 'catch'.length }
      context.report(at, { message: `${found.tried} may fail for any reason, and each ends as ${found.outcome}`, ...(found.doubt !== undefined && { advice: found.doubt }) })
    },
    // `fetch(url, { method: 'POST', … }).catch(() => {})`: what was to be sent is lost. A beacon outlives its page, and nobody waits for it.
    ExpressionStatement({ expression }, context) {
      const call = bare(expression)
      if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || call.callee.computed || call.callee.property.name !== 'catch') return
      const [handler, more] = call.arguments
      const sent = bare(call.callee.object)
      if (more !== undefined || !isFunction(handler) || handler.body?.type !== 'BlockStatement' || handler.body.body.length > 0 || sent.type !== 'CallExpression' || !isSending(sent) || isReasoned(context, call)) return
      if (!/keepalive|telemetry|analytic|metric|beacon|track|log|cache|warm/i.test(`${context.textOf(sent)} ${nameAround(context.ancestors)}`)) context.report(handler, { message: 'what is sent may not arrive, and nobody hears of it', advice: 'unless_new' })
    },
    // `await orders.save(order).catch(() => {})`: the code continues as if it had succeeded. Without await it is best effort.
    AwaitExpression({ argument }, context) {
      const call = bare(argument)
      if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || call.callee.computed || call.callee.property.name !== 'catch') return
      const [handler, more] = call.arguments
      if (more !== undefined || !isFunction(handler) || handler.body?.type !== 'BlockStatement' || handler.body.body.length > 0 || isReasoned(context, call)) return
      const tried = changeBy(bare(call.callee.object))
      if (tried !== '') context.report(handler, { message: `${tried}() may fail for any reason, and each ends as nothing at all`, ...(isNotice(tried) ? { advice: true } : (isExplained(context, call) || !isTakenForDone(call, context.ancestors)) && { advice: 'unless_new' }) })
    },
  },
}

/** fetch() with a method that changes something. */
function isSending({ callee, arguments: given }: CallExpression): boolean {
  const [, options] = given
  if (!/^(?:window\.|globalThis\.)?fetch$/.test(chainOf(callee)) || options?.type !== 'ObjectExpression') return false
  return options.properties.some((each) => each.type === 'Property' && each.key.type === 'Identifier' && each.key.name === 'method' && /^(?:POST|PUT|PATCH|DELETE)$/i.test(textIn(each.value) ?? ''))
}

function nameAround(ancestors: readonly Node[]): string {
  const owner = enclosingFunction(ancestors)
  return owner === undefined ? '' : nameOfFunction(owner, ancestors.slice(0, ancestors.indexOf(owner))).name
}
