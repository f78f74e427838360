import { isExplained } from '../../../javascript/comments.ts'
import { bare, isFunction } from '../../../javascript/nodes.ts'
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
  inWholeRepository: { severity: 'warning', languages: ['javascript'] },
  python,
  javascript: {
    CatchClause(node, context) {
      const found = readSwallowing(node, context)
      if (found === undefined) return
      // An empty clause is reported at the position that oxlint uses.
      const at = node.body.body.length === 0 ? node.body : { start: node.start, end: node.start + 'catch'.length }
      context.report(at, { message: `${found.tried} may fail for any reason, and each ends as ${found.outcome}`, ...(!found.matters && { advice: true }) })
    },
    // `await orders.save(order).catch(() => {})`: the code continues as if it had succeeded. Without await it is best effort.
    AwaitExpression({ argument }, context) {
      const call = bare(argument)
      if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || call.callee.computed || call.callee.property.name !== 'catch') return
      const [handler, more] = call.arguments
      if (more !== undefined || !isFunction(handler) || handler.body?.type !== 'BlockStatement' || handler.body.body.length > 0 || isExplained(context, call)) return
      const tried = changeBy(bare(call.callee.object))
      if (tried !== '') context.report(handler, { message: `${tried}() may fail for any reason, and each ends as nothing at all`, ...((isNotice(tried) || !isTakenForDone(call, context.ancestors)) && { advice: true }) })
    },
  },
}
